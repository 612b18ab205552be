"""Reports on integrity, second calls, and sheets that do not count."""

import copy
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from xinfeng.base import scope
from xinfeng.base.refusal import Forbidden, Refusal, Unknown
from xinfeng.journal.models import Entry
from xinfeng.people.models import Person
from xinfeng.people.tests.build import a_person
from xinfeng.places.tests.build import NINE, a_city
from xinfeng.surveys import commands, jobs
from xinfeng.surveys.asking import bank_of
from xinfeng.surveys.commands import Told
from xinfeng.surveys.contacts import sealed_phone
from xinfeng.surveys.models import (
    CallBack,
    CallBackOutcome,
    CallBackSummary,
    CheckState,
    ExclusionReason,
    IntegrityReport,
    IntegrityRun,
    Mode,
    Response,
    Sample,
    SampleUnit,
    Survey,
    Surveyor,
)
from xinfeng.surveys.queries.gathering import gathered
from xinfeng.surveys.queries.integrity import beside, checks_of

from .answered import the_office
from .build import DOCUMENT, a_frame, a_response, a_sample, a_survey, a_version, scaled

pytestmark = pytest.mark.django_db
SEED = 7
# Sheets of fewer answers are alike because they are short.
MORE = ("roads", "parks", "buses", "schools")
SCALED = ("estate", "safety", *MORE, "overall")
LONG = copy.deepcopy(DOCUMENT)
LONG["blocks"][0]["questions"] += [scaled(code, "您满意吗？", "Are you?") for code in MORE]
GOOD = dict.fromkeys(SCALED, "very") | {"sex": "f", "age": "a18_39"}


@pytest.fixture
def survey() -> Survey:
    there = a_city()
    villages = {there.village.code: 400, there.other_village.code: 300}
    frame = a_frame(there.city, villages, NINE)
    return a_survey(there.city, a_version(there.city, NINE, document=LONG), NINE, frame=frame)


@pytest.fixture
def sample(survey: Survey) -> Sample:
    with scope.whole_city():
        return a_sample(survey, per_community=20)


def a_surveyor(
    survey: Survey, username: str = "lan", number: int = 1, person: Person | None = None
) -> Surveyor:
    with scope.whole_city():
        return Surveyor.objects.create(
            survey=survey, person=person or a_person(username), division_id=survey.division_id,
            number=number,
        )  # fmt: skip


def some_sheets(sample: Sample, surveyors: list[Surveyor], each: int = 12) -> None:
    """The last of the surveyors wrote the same sheet again and again, in half a minute."""
    steps = ("very", "quite", "fairly", "not", "not_at_all")
    with scope.whole_city():
        for community in sample.drawn.order_by("pk"):
            for place, surveyor in enumerate(surveyors):
                for number in range(each):
                    made_up = place == len(surveyors) - 1
                    spread = {
                        code: steps[(number * factor + place) % 5]
                        for factor, code in enumerate(SCALED, start=1)
                    }
                    start = NINE + timedelta(minutes=20 * number + place)
                    lasting = 30 if made_up else 400 + 20 * number
                    a_response(
                        community, GOOD if made_up else GOOD | spread, NINE.date(),
                        surveyor=surveyor, started_at=start,
                        ended_at=start + timedelta(seconds=lasting),
                    )  # fmt: skip


def reported(sample: Sample, **more) -> IntegrityReport:
    wanted = {"sample_id": sample.pk, "seed": SEED, "actor": the_office(), "at": NINE}
    return commands.report_integrity(**wanted | more)


def sign(report: IntegrityReport, kind: str) -> dict:
    return next(each for each in report.found["signs"] if each["kind"] == kind)


def test_a_surveyor_who_made_sheets_up_stands_out_beside_chance(survey, sample) -> None:
    honest, other, invents = (
        a_surveyor(survey, name, number)
        for number, name in enumerate(("lan", "mei", "wang"), start=1)
    )
    some_sheets(sample, [honest, other, invents])

    report = reported(sample)

    same = sign(report, "IDENTICAL")
    assert same["observed"] > same["expected"]
    assert same["p"] < 0.01
    assert set(same["rows"]) >= {
        str(pk) for pk in invents.responses.values_list("pk", flat=True)
    }
    assert sign(report, "SPEEDER")["observed"] == 24
    assert 3 in report.found["effects"]["seconds"]["outstanding"]
    assert Entry.objects.filter(verb="integrity.reported").count() == 1


def test_the_same_sheets_give_the_report_that_stands(survey, sample) -> None:
    some_sheets(sample, [a_surveyor(survey)], each=3)

    assert reported(sample) == reported(sample, seed=99)
    assert IntegrityReport.objects.get().seed == SEED


def test_one_surveyor_alone_cannot_be_told_from_the_place(survey, sample) -> None:
    some_sheets(sample, [a_surveyor(survey)])

    report = reported(sample)

    assert sign(report, "IDENTICAL")["expected"] is None
    assert report.found["effects"]["score"]["p"] is None


def test_the_web_tells_only_how_long_sheets_took(survey) -> None:
    with scope.whole_city():
        web = a_sample(survey, Mode.WEB_CODE)
        community = web.drawn.first()
        for number in range(8):
            a_response(community, GOOD, NINE.date(), seconds=None if number else 200)

    ready = gathered(web)
    report = reported(web)

    assert [each["kind"] for each in report.found["signs"]] == ["STRAIGHT", "SPEEDER"]
    assert report.found["effects"] == {}
    # Seven sheets of which nobody knows the time are not sheets of no time.
    assert sign(report, "SPEEDER")["of"] == 1
    assert ready.surveyors == (0,)


def test_a_stranger_may_not_look_and_a_surveyor_neither(survey, sample) -> None:
    for actor in (a_person("stranger"), a_surveyor(survey).person):
        with pytest.raises(Forbidden):
            reported(sample, actor=actor)


def test_a_job_makes_the_report_once(survey, sample) -> None:
    some_sheets(sample, [a_surveyor(survey)], each=3)
    asked = {"sample_id": sample.pk, "seed": SEED, "actor": the_office(), "at": NINE}
    run = commands.ask_for_report(**asked)
    assert commands.ask_for_report(**asked) == run

    jobs.report_integrity(run.pk)
    jobs.report_integrity(run.pk)

    run.refresh_from_db()
    assert (run.state, run.progress) == (CheckState.DONE, 100)
    assert run.report == IntegrityReport.objects.get()


def test_a_run_is_over_with_a_report_or_a_reason(sample: Sample) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        IntegrityRun.objects.create(sample=sample, seed=1, state="DONE", at=NINE)
    with pytest.raises(IntegrityError), transaction.atomic():
        IntegrityRun.objects.create(
            sample=sample, seed=1, state="FAILED", at=NINE, done_at=NINE
        )


# Second calls


def a_household(sample: Sample, surveyor: Surveyor, *, agrees: bool = True) -> SampleUnit:
    """Of the tenth; its interview is told to have been held."""
    with scope.whole_city():
        unit = sample.units.filter(is_called_back=False).order_by("pk").first()
        pair = uuid4() if agrees else None
        unit.is_called_back, unit.disposition, unit.pair = True, "COMPLETE", pair
        unit.is_final, unit.done_on = True, NINE.date()
        unit.surveyor, unit.person = surveyor, surveyor.person
        unit.phone_sealed = sealed_phone(unit.code, "13800000000")
        unit.save()
        if agrees:
            a_response(unit.community, GOOD, NINE.date(), surveyor=surveyor, pair=pair)
    return unit


def called(unit: SampleUnit, outcome=CallBackOutcome.CONFIRMED, answers=None, **more):
    wanted = {
        "unit_id": unit.pk, "told": Told(outcome, 12, answers or {}),
        "actor": the_office(), "at": NINE,
    }  # fmt: skip
    return commands.record_call_back(**wanted | more)


def test_a_household_is_called_back_once(survey, sample) -> None:
    unit = a_household(sample, a_surveyor(survey))

    made = called(unit, answers={"overall": "very", "sex": "m", "wish": "left out"})

    assert made.answers == {"overall": "very", "sex": "m"}
    assert made.pair == unit.pair
    assert called(unit) == made
    with pytest.raises(Refusal, match="already"):
        called(unit, CallBackOutcome.NEVER_ASKED)
    assert Entry.objects.filter(verb="call_back.made").count() == 1


def test_whoever_was_not_reached_is_called_again(survey, sample) -> None:
    unit = a_household(sample, a_surveyor(survey))
    called(unit, CallBackOutcome.NOT_REACHED)

    called(unit, CallBackOutcome.NEVER_ASKED)

    with scope.whole_city():
        assert CallBack.objects.get().outcome == CallBackOutcome.NEVER_ASKED


def test_nobody_calls_back_their_own_interview(survey, sample) -> None:
    surveyor = a_surveyor(survey, person=the_office())
    unit = a_household(sample, surveyor)

    with pytest.raises(Forbidden, match="Somebody else"):
        called(unit)


def test_only_households_of_the_tenth_that_were_asked_are_called(survey, sample) -> None:
    unit = a_household(sample, a_surveyor(survey))
    with scope.whole_city():
        other = sample.units.filter(is_called_back=False).first()
        SampleUnit.objects.filter(pk=unit.pk).update(disposition="REFUSAL")

    with pytest.raises(Unknown):
        called(other)
    with pytest.raises(Refusal, match="asked"):
        called(unit)


def test_answers_of_who_did_not_agree_are_not_kept(survey, sample) -> None:
    unit = a_household(sample, a_surveyor(survey), agrees=False)

    made = called(unit, answers={"overall": "very"})

    assert made.answers == {}
    assert made.pair is None


def test_every_opening_of_a_number_is_written_down(survey, sample) -> None:
    unit = a_household(sample, a_surveyor(survey))
    opened = {"unit_id": unit.pk, "at": NINE}

    assert commands.open_household(actor=the_office(), **opened).phone == "13800000000"
    with pytest.raises(Forbidden):
        commands.open_household(actor=a_person("stranger"), **opened)

    assert Entry.objects.filter(verb="call_back.opened").count() == 1


def test_what_calls_told_is_kept_and_whose_they_were_is_forgotten(survey, sample) -> None:
    surveyor = a_surveyor(survey)
    first, second = (a_household(sample, surveyor) for _ in range(2))
    called(first, answers={"overall": "very", "sex": "f"})
    called(second, CallBackOutcome.DIFFERS, answers={"overall": "not", "sex": "m"})

    with scope.whole_city():
        commands.settle_call_backs(survey=survey, actor=the_office(), at=NINE)
        commands.settle_call_backs(survey=survey, actor=the_office(), at=NINE)

    kept = CallBackSummary.objects.get()
    assert (kept.wanted, kept.called, kept.paired) == (2, 2, 2)
    assert kept.found["surveyors"] == {"1": {"CONFIRMED": 1, "DIFFERS": 1}}
    overall = kept.found["questions"][0]
    assert (overall["question"], overall["compared"], overall["same"]) == ("overall", 2, 0.5)
    with scope.whole_city():
        assert not CallBack.objects.exclude(pair=None, answers={}).exists()


def test_the_close_itself_keeps_what_calls_told(survey, sample) -> None:
    unit = a_household(sample, a_surveyor(survey))
    called(unit, answers={"overall": "very"})

    commands.close_survey(survey_id=survey.pk, actor=the_office(), at=NINE + timedelta(days=40))

    assert CallBackSummary.objects.get().found["questions"][0]["same"] == 1
    with scope.whole_city():
        assert CallBack.objects.get().answers == {}


def test_more_calls_than_wanted_cannot_be_kept(sample: Sample) -> None:
    with pytest.raises(IntegrityError, match="call_backs_counted"), transaction.atomic():
        CallBackSummary.objects.create(
            sample=sample, wanted=1, called=2, paired=0, found={}, at=NINE
        )


# Sheets that do not count


def excluded(response: Response, **more):
    wanted = {
        "response_id": response.pk, "reason": ExclusionReason.COPIED,
        "note": "The same as five others.", "actor": the_office(), "at": NINE,
    }  # fmt: skip
    return commands.exclude_response(**wanted | more)


def test_a_sheet_that_was_left_out_counts_no_more_and_stays(survey, sample) -> None:
    some_sheets(sample, [a_surveyor(survey)], each=3)
    response = sample.responses.order_by("pk").first()

    made = excluded(response)

    assert excluded(response, reason=ExclusionReason.TEST) == made
    assert response.pk not in gathered(sample).ids
    (checked,) = checks_of(survey)
    assert checked.left_out == {"COPIED": 1}
    (entry,) = Entry.objects.filter(verb="response.excluded")
    assert entry.subject == f"surveys.survey:{survey.pk}"
    assert str(response.pk) not in str(entry.details)


def test_whoever_asked_does_not_decide_about_the_sheet(survey, sample) -> None:
    some_sheets(sample, [a_surveyor(survey, person=the_office())], each=1)
    response = sample.responses.first()

    with pytest.raises(Forbidden, match="Somebody else"):
        excluded(response)
    with pytest.raises(Forbidden):
        excluded(response, actor=a_person("stranger"))


def test_a_sheet_is_left_out_with_a_sentence_and_for_good(survey, sample) -> None:
    some_sheets(sample, [a_surveyor(survey)], each=1)
    response = sample.responses.first()

    with pytest.raises(Refusal, match="sentence"):
        excluded(response, note=" no ")
    made = excluded(response)
    with pytest.raises(DatabaseError), transaction.atomic():
        made.delete()


def test_sheets_stand_beside_each_other_without_day_or_place(survey, sample) -> None:
    some_sheets(sample, [a_surveyor(survey)], each=2)
    ids = [str(pk) for pk in sample.responses.values_list("pk", flat=True)]

    shown = beside(sample, ids, bank_of(survey.questionnaire.document))

    assert shown.in_all == 4
    assert len(shown.sheets) == 4
    assert [each.code for each in shown.questions][:2] == ["estate", "safety"]
    assert set(vars(shown.sheets[0])) == {
        "id", "surveyor", "minutes", "answers", "excluded"
    }  # fmt: skip

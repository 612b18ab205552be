"""Answers by personal code, at an open address, and in the street: each kept once."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from xinfeng.base import scope
from xinfeng.base.refusal import Forbidden, Refusal, Unknown
from xinfeng.journal.models import Entry
from xinfeng.people.models import Person, Role
from xinfeng.people.tests.build import a_grant, a_person
from xinfeng.places.tests.build import NINE, a_city
from xinfeng.surveys import commands, quotas
from xinfeng.surveys.asking import bank_of
from xinfeng.surveys.commands import BadAnswers, Receipt, answering
from xinfeng.surveys.models import (
    AddressTally,
    Disposition,
    Exclusion,
    Mode,
    Quota,
    Response,
    Sample,
    SampleUnit,
    SurveyState,
)
from xinfeng.surveys.sent import Sheet

from .answers import GOOD, SCREENED, a_coded, a_street, an_open, codes_of, sheet
from .build import DOCUMENT

pytestmark = pytest.mark.django_db
LATER = NINE + timedelta(days=2, hours=3)


def answer(code: str, sent: Sheet | None = None, at=LATER) -> Receipt:
    return commands.answer_by_code(code=code, sheet=sent or sheet(), at=at)


def unit_of(sample: Sample, number: int = 1) -> SampleUnit:
    with scope.whole_city():
        return sample.units.get(number=number)


def test_a_household_answers_with_the_code_of_its_letter():
    sample = a_coded()

    assert answer(codes_of(sample)[0]) is Receipt.RECEIVED

    kept, unit = Response.objects.get(), unit_of(sample)
    assert kept.answers == GOOD
    assert (kept.sample, kept.community, kept.county) == (
        sample, sample.drawn.get(), a_city().county.pk,
    )  # fmt: skip
    assert (kept.adults, kept.seconds, kept.arrangement, kept.language) == (2, 170, 5, "zh")
    assert (unit.disposition, unit.is_final) == (Disposition.COMPLETE, True)


def test_a_code_is_read_however_it_is_typed():
    code = codes_of(a_coded())[0]

    assert answer(f" {code[:5].lower()} - {code[5:]} ") is Receipt.RECEIVED


def test_sent_again_it_is_told_kindly_and_nothing_is_doubled():
    sample = a_coded()
    code = codes_of(sample)[0]
    answer(code)

    assert answer(code, sheet(GOOD | {"overall": "not"})) is Receipt.ALREADY

    assert Response.objects.get().answers["overall"] == GOOD["overall"]
    assert Entry.objects.filter(verb="survey.answered").count() == 1


def test_nobody_guesses_a_code():
    a_coded()

    with pytest.raises(Unknown):
        answer("23456-789AB")


def test_the_number_on_a_surveyors_paper_opens_nothing():
    sample = a_coded()

    with pytest.raises(Unknown):
        answer(unit_of(sample).code)


@pytest.mark.parametrize(
    ("state", "days", "refusal"),
    [
        (SurveyState.DRAWN, 2, "survey_not_in_field"),
        (SurveyState.CLOSED, 2, "survey_not_in_field"),
        (SurveyState.IN_FIELD, -1, "survey_not_begun"),
        (SurveyState.IN_FIELD, 30, "survey_over"),
    ],
)
def test_answers_are_taken_in_the_field_and_within_its_days(state, days, refusal):
    code = codes_of(a_coded(state=state))[0]

    with pytest.raises(Refusal) as refused:
        answer(code, at=NINE + timedelta(days=days))

    assert refused.value.code == refusal
    assert not Response.objects.exists()


def test_every_problem_is_told_by_its_question_and_the_household_may_mend_them():
    sample = a_coded()
    wrong = {"overall": "excellent", "used_hotline": "no", "sex": "f"}

    with pytest.raises(BadAnswers) as refused:
        answer(codes_of(sample)[0], sheet(wrong))

    told = {(each.question, each.reason) for each in refused.value.problems}
    assert told == {("overall", "not_an_option"), ("age", "not_there")}
    assert {each["where"] for each in refused.value.mistakes} == {"overall", "age"}
    assert not unit_of(sample).is_final


def test_what_was_skipped_over_is_not_kept():
    sample = a_coded()

    answer(codes_of(sample)[0], sheet(GOOD | {"used_hotline": "no", "hotline": "very"}))

    assert "hotline" not in Response.objects.get().answers


def test_a_household_without_anybody_of_the_age_is_counted_and_no_sheet_kept():
    sample = a_coded(SCREENED)
    code = codes_of(sample)[0]

    assert answer(code, sheet({}, adults=0)) is Receipt.NOT_ELIGIBLE
    assert answer(code) is Receipt.ALREADY

    assert not Response.objects.exists()
    unit = unit_of(sample)
    assert (unit.disposition, unit.is_final) == (Disposition.NO_ADULT, True)
    assert Entry.objects.get(verb="survey.not_eligible").details == {"mode": Mode.WEB_CODE}


def test_where_one_is_too_old_somebody_else_of_the_household_answers():
    sample = a_coded(SCREENED)
    code = codes_of(sample)[0]

    assert answer(code, sheet(GOOD | {"age": "outside"})) is Receipt.NOT_ELIGIBLE
    assert not unit_of(sample).is_final
    assert answer(code) is Receipt.RECEIVED


def test_nothing_joins_a_household_and_its_sheet():
    sample = a_coded()
    answer(codes_of(sample)[0])

    kept, unit, entry = Response.objects.get(), unit_of(sample), Entry.objects.latest("pk")

    assert unit.pair is None
    assert kept.pair is None
    # Few answer on one day in one community: the day on both sides would be a link.
    assert unit.done_on == sample.survey.since != kept.on
    assert entry.subject == f"surveys.survey:{sample.survey_id}"
    assert entry.details == {"mode": Mode.WEB_CODE}
    assert entry.actor_id is None
    assert entry.division_id == sample.survey.division_id
    with scope.whole_city():
        assert not unit.tries.exists()


def test_an_answer_by_code_costs_few_statements():
    codes = codes_of(a_coded())
    answer(codes[0])

    with CaptureQueriesContext(
        connection,
    ) as told:
        answer(codes[1])

    asked = [each["sql"] for each in told if "SAVEPOINT" not in each["sql"]]
    # The scope twice, the unit, the survey, its claim, the sheet, the journal; and the survey's
    # days once more where the sheet is kept.
    assert len(asked) <= 8, asked


def test_seconds_of_a_page_left_open_over_night_tell_nothing():
    sample = a_coded()

    answer(codes_of(sample)[0], sheet(seconds=40_000))

    assert Response.objects.get().seconds is None


def test_whoever_finds_the_open_address_answers_once_for_each_form():
    sample, form = an_open(), uuid4()
    send = lambda: commands.answer_open(  # noqa: E731
        open_code=sample.open_code, key=form, sheet=sheet(), at=LATER, address="10.0.0.1"
    )

    assert (send(), send()) == (Receipt.RECEIVED, Receipt.ALREADY)

    kept = Response.objects.get()
    assert (kept.community, kept.county) == (None, None)
    assert kept.pk != form
    assert AddressTally.objects.get().sheets == 1


def test_one_address_floods_no_survey_and_the_next_day_nothing_is_known_of_it(monkeypatch):
    monkeypatch.setattr(answering, "SHEETS_A_DAY", 2)
    sample = an_open()
    send = lambda at=LATER, address="10.0.0.1": commands.answer_open(  # noqa: E731
        open_code=sample.open_code, key=uuid4(), sheet=sheet(), at=at, address=address
    )
    send()
    send()

    with pytest.raises(Refusal, match="Many sheets"):
        send()
    assert send(address="10.0.0.2") is Receipt.RECEIVED
    first = {bytes(each.digest) for each in AddressTally.objects.all()}

    assert send(at=LATER + timedelta(days=1)) is Receipt.RECEIVED
    assert AddressTally.objects.count() == 1
    assert bytes(AddressTally.objects.get().digest) not in first


def test_bad_answers_cost_an_address_nothing():
    sample = an_open()

    with pytest.raises(BadAnswers):
        commands.answer_open(
            open_code=sample.open_code, key=uuid4(), sheet=sheet({}), at=LATER, address="x"
        )

    assert not AddressTally.objects.exists()


def hand_in(sample: Sample, answers=GOOD, **more):
    with_all = {
        "key": uuid4(), "sheet": sheet(answers, adults=None), "spot": "解放广场",
        "actor": more.pop("actor", None) or lan(), "at": LATER,
    } | more  # fmt: skip
    return commands.answer_in_street(sample_id=sample.pk, **with_all)


def lan() -> Person:
    return Person.objects.get(username="lan")


def test_a_surveyor_hands_in_what_was_asked_in_the_street():
    sample = a_street({"sex": "f", "age": "a18_39"}, wanted=2)

    assert hand_in(sample, county=a_city().county.pk) is Receipt.RECEIVED

    kept = Response.objects.get()
    assert kept.quota == Quota.objects.get()
    assert (kept.spot, kept.county) == ("解放广场", a_city().county.pk)
    assert kept.surveyor_id is not None


def test_a_full_quota_is_not_overrun_and_the_same_sheet_again_is_no_second():
    sample, form = a_street({"sex": "f", "age": "a18_39"}, wanted=1), uuid4()
    hand_in(sample, key=form)

    assert hand_in(sample, key=form) is Receipt.ALREADY
    with pytest.raises(Refusal) as refused:
        hand_in(sample)

    assert refused.value.code == "quota_full"
    assert Response.objects.count() == 1


def test_an_excluded_sheet_makes_room_in_its_quota():
    sample = a_street({"sex": "f", "age": "a18_39"}, wanted=1)
    hand_in(sample)
    Exclusion.objects.create(
        response=Response.objects.get(), reason="TEST", note="a trial", at=LATER
    )

    assert hand_in(sample) is Receipt.RECEIVED


def test_who_is_in_no_quota_is_not_asked():
    sample = a_street({"sex": "f", "age": "a18_39"}, wanted=1)

    with pytest.raises(Refusal) as refused:
        hand_in(sample, GOOD | {"sex": "m"})

    assert refused.value.code == "quota_none"


def test_skip_logic_empties_no_quota():
    bank = bank_of(DOCUMENT)

    assert [each.code for each in quotas.asked_of_all(bank)] == ["used_hotline", "sex", "age"]
    assert quotas.misfits(bank, [{"sex": "f", "hotline": "very"}, {"overall": "very"}]) == [
        "hotline", "overall",
    ]  # fmt: skip


def test_only_surveyors_of_the_survey_hand_in():
    sample = a_street({"sex": "f", "age": "a18_39"}, wanted=1)
    stranger = a_person("stranger")
    a_grant(stranger, Role.SURVEYOR, division=a_city().city)

    with pytest.raises(Forbidden):
        hand_in(sample, actor=stranger)


@pytest.mark.parametrize("spot", ["", "  ", "路" * 81])
def test_the_street_is_named(spot):
    sample = a_street({"sex": "f", "age": "a18_39"}, wanted=1)

    with pytest.raises(Refusal, match="80 signs"):
        hand_in(sample, spot=spot)


def test_a_county_outside_the_survey_is_refused():
    sample = a_street({"sex": "f", "age": "a18_39"}, wanted=1)

    with pytest.raises(Refusal, match="not part"):
        hand_in(sample, county=110101000000)

"""From the plan to the close: what each step does, refuses, and writes into the journal."""

from datetime import timedelta
from fractions import Fraction
from hashlib import sha256

import pytest
from django.db import IntegrityError, connection, transaction

from xinfeng.base import scope
from xinfeng.base.refusal import Forbidden, Refusal
from xinfeng.journal.models import Entry
from xinfeng.people.tests.build import a_person
from xinfeng.places.tests.build import NINE, a_city
from xinfeng.surveys import commands, personal_codes, repeating
from xinfeng.surveys.commands import NewQuota, NewSample
from xinfeng.surveys.models import (
    Allocation,
    Mode,
    Response,
    SampleCommunity,
    SampleUnit,
    Stratum,
    Survey,
    Surveyor,
    SurveyState,
)
from xinfeng.surveys.queries.samples import web_codes
from xinfeng.units.tests.build import a_member, a_unit

from .build import a_response, a_version
from .drawn_build import (
    DICE,
    SECRET,
    a_drawn,
    a_new,
    a_plan,
    a_surveyor_person,
    at_the_door,
    opened,
    the_office,
)

pytestmark = pytest.mark.django_db
LATE = NINE + timedelta(days=30)


@pytest.fixture(autouse=True)
def _whole():
    with scope.whole_city():
        yield


def refused(code: str):
    class _Refused:
        def __enter__(self):
            self.raised = pytest.raises(Refusal)
            self.told = self.raised.__enter__()

        def __exit__(self, *error):
            held = self.raised.__exit__(*error)
            assert self.told.value.code == code
            return held

    return _Refused()


def verbs() -> list[str]:
    said = Entry.objects.filter(verb__startswith="survey.").order_by("pk")
    return list(said.values_list("verb", flat=True))


def test_a_plan_binds_its_secret_and_makes_the_strata() -> None:
    planned = a_plan()

    assert planned.commitment == sha256(SECRET.encode()).hexdigest()
    sample = planned.samples.get()
    assert sample.is_headline
    told = {each.key: (each.communities, each.wanted) for each in sample.strata.all()}
    assert set(told) == {
        "430405-urban", "430405-rural", "430406-urban", "430406-rural",
    }  # fmt: skip
    assert sum(wanted for _there, wanted in told.values()) == 9
    assert all(there == 6 and wanted >= 2 for there, wanted in told.values())
    assert verbs() == ["survey.planned"]


def test_planned_twice_it_is_one_survey() -> None:
    assert a_plan().pk == a_plan().pk
    assert Survey.objects.count() == 1


def test_equal_allocation_gives_each_stratum_the_same() -> None:
    planned = a_plan("S1", at_the_door(communities=12, allocation=Allocation.EQUAL))
    assert [each.wanted for each in planned.samples.get().strata.all()] == [3, 3, 3, 3]


def test_neyman_sends_more_where_answers_differ_more() -> None:
    expected = {"430405-urban": 0.5, "430405-rural": 0.99, "430406-urban": 0.99}
    neyman = at_the_door(
        communities=12, allocation=Allocation.NEYMAN, expected=expected, least=1
    )
    planned = a_plan("S1", neyman)
    by_key = dict(planned.samples.get().strata.values_list("key", "wanted"))
    assert by_key["430405-urban"] > by_key["430405-rural"]


@pytest.mark.parametrize("communities", [7, 25])
def test_what_does_not_fit_is_refused_with_the_numbers_that_do(communities: int) -> None:
    with pytest.raises(Refusal, match="24 communities in 4 strata; at least 8"):
        a_plan("S1", at_the_door(communities=communities))


def test_a_draft_cannot_be_planned_with() -> None:
    draft = a_version(a_city().city, NINE, code="draft", locked=False)
    with refused("questionnaire_is_a_draft"):
        a_plan("S1", questionnaire_version_id=draft.pk)


def test_without_a_frame_nothing_can_be_drawn() -> None:
    with refused("frame_wanted"):
        a_plan("S1", frame_id=None)


def test_a_secret_that_could_be_guessed_is_refused() -> None:
    with refused("secret_is_short"):
        commands.plan_survey(new=a_new(), secret="short", actor=the_office(), at=NINE)


def test_a_survey_does_not_end_before_it_begins() -> None:
    with refused("survey_days"):
        a_plan("S1", until=NINE.date())


def test_each_way_of_asking_stands_once() -> None:
    with refused("survey_modes"):
        a_plan("S1", at_the_door(), at_the_door())


def test_only_a_drawn_sample_is_published_first() -> None:
    with refused("headline_is_drawn"):
        a_plan("S1", NewSample(Mode.WEB_OPEN, is_headline=True))


@pytest.mark.parametrize("cell", [{"hotline": "very"}, {"sex": "other"}, {"nothing": "f"}, {}])
def test_a_quota_is_of_what_everybody_is_asked(cell: dict[str, str]) -> None:
    street = NewSample(Mode.INTERCEPT, quotas=(NewQuota(cell, 5),))
    with refused("quota_of_what_is_not_asked"):
        a_plan("S1", street)


def test_quotas_of_one_sample_are_told_by_the_same_questions() -> None:
    street = NewSample(
        Mode.INTERCEPT, quotas=(NewQuota({"sex": "f"}, 5), NewQuota({"age": "a18_39"}, 5))
    )
    with refused("quotas_differ"):
        a_plan("S1", street)


def test_quotas_and_open_address_are_set_with_the_plan() -> None:
    quotas = (
        NewQuota({"sex": "f", "age": "a18_39"}, 5),
        NewQuota({"sex": "m", "age": "a18_39"}, 5),
    )
    planned = a_plan(
        "S1", NewSample(Mode.INTERCEPT, quotas=quotas), NewSample(Mode.WEB_OPEN), frame_id=None
    )
    street = planned.samples.get(mode=Mode.INTERCEPT)
    assert [each.key for each in street.quotas.order_by("pk")] == [
        "age=a18_39 sex=f", "age=a18_39 sex=m",
    ]  # fmt: skip
    assert len(planned.samples.get(mode=Mode.WEB_OPEN).open_code) == 10
    assert not planned.samples.filter(is_headline=True).exists()


def test_a_stranger_plans_nothing() -> None:
    with pytest.raises(Forbidden):
        commands.plan_survey(new=a_new(), secret=SECRET, actor=a_person(), at=NINE)


def test_an_office_that_acts_for_a_unit_holds_no_survey() -> None:
    planned, office = a_plan(), the_office()
    a_member(office, a_unit())
    with pytest.raises(Forbidden):
        commands.draw_survey(survey_id=planned.pk, dice=DICE, actor=office, at=NINE)


def test_a_draw_keeps_the_chance_of_every_household_as_a_fraction() -> None:
    drawn = a_drawn()
    sample = drawn.samples.get()

    assert SampleCommunity.objects.count() == 9
    assert SampleUnit.objects.count() == 45
    for community in sample.drawn.select_related("stratum"):
        stratum = community.stratum
        wanted = Fraction(stratum.wanted * community.households, stratum.households)
        assert Fraction(community.chance_num, community.chance_den) == wanted
        assert community.taken == 5


def test_the_same_seed_draws_the_same_and_the_check_says_so() -> None:
    drawn = a_drawn()
    told = repeating.check(drawn)
    assert told.holds
    assert told.samples[0].drawn == 45


def test_a_household_that_was_put_in_by_hand_is_found() -> None:
    drawn = a_drawn()
    unit = SampleUnit.objects.order_by("pk").first()
    SampleUnit.objects.filter(pk=unit.pk).update(number=unit.number + 1)

    told = repeating.check(drawn)

    assert not told.holds
    assert len(told.samples[0].missing) == len(told.samples[0].foreign) == 1


def test_another_tenth_for_the_second_call_is_found() -> None:
    drawn = a_drawn()
    assert SampleUnit.objects.filter(is_called_back=True).count() == 5
    SampleUnit.objects.filter(is_called_back=True).update(is_called_back=False)
    assert not repeating.check(drawn).samples[0].call_back_holds


def test_a_frame_that_was_changed_after_is_found() -> None:
    drawn = a_drawn()
    listed = drawn.frame.listed.order_by("pk").first()
    type(listed).objects.filter(pk=listed.pk).update(households=listed.households + 1)
    assert not repeating.check(drawn).frame_holds


def test_drawn_again_with_the_same_throw_nothing_is_doubled() -> None:
    drawn = a_drawn()
    again = commands.draw_survey(survey_id=drawn.pk, dice=DICE, actor=the_office(), at=NINE)
    assert again.pk == drawn.pk
    assert SampleUnit.objects.count() == 45
    assert verbs() == ["survey.planned", "survey.drawn"]


def test_another_throw_comes_too_late() -> None:
    drawn = a_drawn()
    with refused("survey_state"):
        commands.draw_survey(survey_id=drawn.pk, dice="6 6 6", actor=the_office(), at=NINE)


def test_without_a_throw_nothing_is_drawn() -> None:
    with refused("no_dice"):
        commands.draw_survey(survey_id=a_plan().pk, dice=" ", actor=the_office(), at=NINE)


def test_two_ways_of_asking_are_drawn_apart() -> None:
    web = NewSample(Mode.WEB_CODE, communities=9, per_community=5)
    drawn = a_drawn("S1", at_the_door(), web)
    door, web_sample = drawn.samples.get(mode="HOUSEHOLD"), drawn.samples.get(mode="WEB_CODE")
    of = lambda sample: set(  # noqa: E731
        sample.units.values_list("community__division_id", "number")
    )
    assert of(door) != of(web_sample)
    assert not web_sample.units.filter(is_called_back=True).exists()


def test_a_letter_can_be_printed_again_and_its_code_finds_the_household() -> None:
    drawn = a_drawn("S1", NewSample(Mode.WEB_CODE, communities=9, per_community=5))
    codes = web_codes(drawn.samples.get())

    assert codes == web_codes(drawn.samples.get())
    assert len(set(codes.values())) == 45
    unit, code = next(iter(codes.items()))
    typed = f" {personal_codes.grouped(code).lower()} "
    assert SampleUnit.objects.get(web_digest=personal_codes.digest_of(typed)).code == unit


def test_every_surveyor_works_in_several_strata() -> None:
    drawn = a_drawn()
    people = [a_surveyor_person(f"lan{i}") for i in range(3)]
    commands.name_surveyors(
        survey_id=drawn.pk, people=[each.pk for each in people], actor=the_office(), at=NINE
    )
    for surveyor in Surveyor.objects.all():
        strata = Stratum.objects.filter(drawn__surveyor=surveyor).distinct()
        assert strata.count() >= 2
    assert not SampleUnit.objects.filter(person=None).exists()
    assert list(Surveyor.objects.order_by("number").values_list("number", flat=True)) == [
        1, 2, 3,
    ]  # fmt: skip


def test_surveyors_are_named_anew_before_the_field() -> None:
    drawn, lan, mei = a_drawn(), a_surveyor_person(), a_surveyor_person("mei")
    for person in (lan, mei):
        commands.name_surveyors(
            survey_id=drawn.pk, people=[person.pk], actor=the_office(), at=NINE
        )
    assert set(SampleUnit.objects.values_list("person_id", flat=True)) == {mei.pk}


def test_only_surveyors_ask() -> None:
    drawn = a_drawn()
    with refused("not_a_surveyor"):
        commands.name_surveyors(
            survey_id=drawn.pk, people=[a_person().pk], actor=the_office(), at=NINE
        )


def test_whoever_acts_for_a_unit_does_not_ask() -> None:
    drawn, lan = a_drawn(), a_surveyor_person()
    a_member(lan, a_unit())
    with refused("surveyor_is_assessed"):
        commands.name_surveyors(
            survey_id=drawn.pk, people=[lan.pk], actor=the_office(), at=NINE
        )


def test_a_community_is_given_to_somebody_else_without_what_is_done() -> None:
    found = opened(a_drawn())
    mei = a_surveyor_person("mei")
    community = SampleCommunity.objects.order_by("pk").first()
    done = community.units.order_by("pk").first()
    SampleUnit.objects.filter(pk=done.pk).update(
        disposition="REFUSAL", is_final=True, done_on=NINE.date()
    )

    commands.send_surveyor(
        community_id=community.pk, person_id=mei.pk, actor=the_office(), at=NINE
    )

    assert community.units.filter(person=mei).count() == 4
    assert SampleUnit.objects.get(pk=done.pk).person_id != mei.pk
    assert Surveyor.objects.get(survey=found, person=mei).number == 2


def test_the_field_is_opened_once_somebody_asks() -> None:
    drawn = a_drawn()
    with refused("nobody_asks"):
        commands.open_survey(survey_id=drawn.pk, actor=the_office(), at=NINE)
    assert opened(drawn).state == SurveyState.IN_FIELD
    assert verbs()[-2:] == ["survey.surveyors_named", "survey.opened"]


def test_the_field_is_not_opened_before_the_draw() -> None:
    with refused("not_drawn_yet"):
        commands.open_survey(survey_id=a_plan().pk, actor=the_office(), at=NINE)


def test_what_is_open_to_all_needs_neither_draw_nor_surveyors() -> None:
    planned = a_plan("S1", NewSample(Mode.WEB_OPEN), frame_id=None)
    with refused("nothing_to_draw"):
        commands.draw_survey(survey_id=planned.pk, dice=DICE, actor=the_office(), at=NINE)
    done = commands.open_survey(survey_id=planned.pk, actor=the_office(), at=NINE)
    assert done.state == SurveyState.IN_FIELD
    with refused("survey_runs"):
        commands.close_survey(survey_id=planned.pk, actor=the_office(), at=NINE)


def test_before_the_last_day_it_closes_only_when_all_are_done() -> None:
    found = opened(a_drawn())
    with refused("households_wait"):
        commands.close_survey(survey_id=found.pk, actor=the_office(), at=NINE)
    assert Survey.objects.get().state == SurveyState.IN_FIELD


def answered(found: Survey, n: int = 60) -> None:
    """Rows in the order of communities, each paired with a household while there are some."""
    communities = list(found.samples.get().drawn.order_by("pk"))
    units = list(SampleUnit.objects.order_by("pk"))
    for i in range(n):
        row = a_response(communities[i % 9], {"overall": "quite"}, NINE.date())
        if i < len(units):
            Response.objects.filter(pk=row.pk).update(pair=row.pk)
            SampleUnit.objects.filter(pk=units[i].pk).update(
                pair=row.pk, address_sealed="x", phone_sealed="x"
            )


def test_the_close_erases_what_leads_from_a_household_to_its_answers() -> None:
    found = opened(a_drawn())
    answered(found)

    commands.close_survey(survey_id=found.pk, actor=the_office(), at=LATE)

    assert not Response.objects.exclude(pair=None).exists()
    left = SampleUnit.objects.exclude(
        pair=None, address_sealed="", phone_sealed="", web_digest=None
    )
    assert not left.exists()
    assert Response.objects.count() == 60
    assert Entry.objects.get(verb="survey.closed").details["answers"] == 60


def test_after_the_close_neither_place_nor_transaction_tells_who_came_first() -> None:
    found = opened(a_drawn())
    answered(found)

    commands.close_survey(survey_id=found.pk, actor=the_office(), at=LATE)

    with connection.cursor() as cursor:
        cursor.execute("SELECT id, xmin::text, cmin::text FROM surveys_response ORDER BY ctid")
        rows = cursor.fetchall()
    assert [row[0] for row in rows] == sorted(row[0] for row in rows)
    assert len({row[1:] for row in rows}) == 1


def test_nobody_but_the_close_writes_answers_anew() -> None:
    found = opened(a_drawn())
    answered(found, 3)
    with (
        pytest.raises(IntegrityError, match="only answers of a closed survey"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("SELECT rewrite_responses(%s)", [found.pk])


def test_a_planned_survey_is_called_off_and_one_in_the_field_is_not() -> None:
    planned = a_plan()
    off = commands.call_off_survey(survey_id=planned.pk, actor=the_office(), at=NINE)
    assert off.state == SurveyState.CALLED_OFF
    again = commands.call_off_survey(survey_id=planned.pk, actor=the_office(), at=NINE)
    assert again.pk == off.pk
    assert verbs().count("survey.called_off") == 1
    running = opened(a_drawn("S2"))
    with refused("survey_state"):
        commands.call_off_survey(survey_id=running.pk, actor=the_office(), at=NINE)

"""A household is tried until it answers, refuses, or was tried often enough."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import settings as hypothesis
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from hypothesis.stateful import run_state_machine_as_test as run_machine

from xinfeng.base import scope
from xinfeng.base.refusal import Refusal, Unknown
from xinfeng.journal.models import Entry
from xinfeng.people.models import Person, Role
from xinfeng.people.tests.build import a_grant, a_person
from xinfeng.places.tests.build import NINE
from xinfeng.surveys import commands
from xinfeng.surveys.commands import BadAnswers
from xinfeng.surveys.models import (
    FINAL,
    Attempt,
    DayPart,
    Disposition,
    Mode,
    Response,
    Sample,
    SampleUnit,
    Survey,
    SurveyState,
)
from xinfeng.surveys.trying import Try, is_used_up

from .answers import GOOD, SCREENED, a_coded, a_surveyor, codes_of, sheet
from .at_once import at_once

FIRST = NINE + timedelta(days=1)
A_FRIDAY = date(2022, 7, 8)


def a_door(**more: Any) -> tuple[Sample, Person]:
    """Households of one village, and Lan who asks there."""
    sample, lan = a_coded(mode=Mode.HOUSEHOLD, **more), a_person("lan")
    asked_by = a_surveyor(sample, lan)
    with scope.whole_city():
        sample.drawn.update(surveyor=asked_by)
        sample.units.update(surveyor=asked_by, person=lan, web_digest=None)
    return sample, lan


def of(sample: Sample, number: int = 1) -> SampleUnit:
    with scope.whole_city():
        return sample.units.get(number=number)


def tried(unit: SampleUnit, actor: Person, disposition: str = "NOT_AT_HOME", **more: Any):
    day = more.pop("day", 0)
    told = {"key": uuid4(), "part": DayPart.MORNING, "at": FIRST + timedelta(days=day)}
    told |= {"on": told["at"].date(), **more}
    return commands.record_attempt(
        unit_id=unit.pk, disposition=Disposition(disposition), actor=actor, **told
    )


def asked(unit: SampleUnit, actor: Person, answers: Any = GOOD, **more: Any) -> Attempt:
    said = {
        key: more.pop(key) for key in ("is_complete", "started_at", "ended_at") if key in more
    }
    told = {"key": uuid4(), "on": FIRST.date(), "part": DayPart.EVENING, "at": FIRST, **more}
    return commands.interview(
        unit_code=unit.code, sheet=sheet(answers, **said), actor=actor, **told
    )


@contextmanager
def refusing(code: str) -> Iterator[None]:
    with pytest.raises(Refusal) as refused:
        yield
    assert refused.value.code == code


@pytest.mark.django_db
class TestTries:
    def test_nobody_at_home_leaves_the_household_open(self):
        sample, lan = a_door()

        tried(of(sample), lan)

        unit = of(sample)
        assert (unit.disposition, unit.attempts, unit.is_final) == ("NOT_AT_HOME", 1, False)

    def test_a_refusal_is_final_and_stays(self):
        sample, lan = a_door()
        tried(of(sample), lan, "REFUSAL")

        with refusing("household_done"):
            asked(of(sample), lan)

        assert of(sample).disposition == "REFUSAL"
        assert Response.objects.count() == 0

    def test_the_same_try_sent_again_is_one(self):
        sample, lan = a_door()
        key = uuid4()

        first = tried(of(sample), lan, "REFUSAL", key=key)
        again = tried(of(sample), lan, "REFUSAL", key=key)

        assert first == again
        assert of(sample).attempts == 1

    def test_a_try_of_one_household_is_not_taken_for_another(self):
        sample, lan = a_door()
        key = uuid4()
        tried(of(sample), lan, key=key)

        with refusing("key_taken"):
            tried(of(sample, 2), lan, key=key)

    def test_four_days_with_an_evening_are_enough(self):
        sample, lan = a_door()
        for day in range(3):
            tried(of(sample), lan, day=day)
        assert not of(sample).is_final

        tried(of(sample), lan, "NO_ACCESS", day=3, part=DayPart.EVENING)

        assert (of(sample).is_final, of(sample).disposition) == (True, "NO_ACCESS")

    def test_an_appointment_is_kept_with_its_day_and_part(self):
        sample, lan = a_door()
        again = FIRST.date() + timedelta(days=2)

        made = tried(of(sample), lan, "COME_AGAIN", again_on=again, again_part="EVENING")

        assert (made.again_on, made.again_part) == (again, "EVENING")
        assert not of(sample).is_final

    @pytest.mark.parametrize(
        ("code", "disposition", "more"),
        [
            ("again_half", "COME_AGAIN", {"again_on": FIRST.date()}),
            ("again_half", "COME_AGAIN", {"again_part": "EVENING"}),
            ("again_day", "COME_AGAIN",
             {"again_on": date(2031, 1, 1), "again_part": "EVENING"}),
            ("again_needless", "REFUSAL",
             {"again_on": FIRST.date(), "again_part": "EVENING"}),
            ("attempt_day", "REFUSAL", {"on": FIRST.date() + timedelta(days=1)}),
            ("attempt_day", "REFUSAL", {"on": NINE.date() - timedelta(days=1)}),
            ("sheet_missing", "COMPLETE", {}),
            ("sheet_missing", "PARTIAL", {}),
        ],
    )  # fmt: skip
    def test_what_cannot_be_is_refused(self, code, disposition, more):
        sample, lan = a_door()

        with refusing(code):
            tried(of(sample), lan, disposition, **more)

        assert of(sample).attempts == 0

    def test_only_its_own_surveyor_tries_a_household(self):
        sample, _lan = a_door()
        other = a_person("rival")
        a_surveyor(sample, other)

        for stranger in (other, a_person()):
            with pytest.raises(Unknown):
                tried(of(sample), stranger)

    def test_a_surveyor_whose_role_has_ended_tries_nothing(self):
        sample, lan = a_door()
        lan.grants.all().delete()

        with pytest.raises(Unknown):
            tried(of(sample), lan)

    def test_whoever_runs_the_survey_may_write_a_try_down(self):
        sample, _lan = a_door()
        office = a_person()
        a_grant(office, Role.CITY_OFFICE, division=sample.survey.division)

        tried(of(sample), office, "VACANT")

        assert of(sample).is_final

    @pytest.mark.parametrize("state", [SurveyState.DRAWN, SurveyState.CLOSED])
    def test_nobody_is_tried_outside_the_field(self, state):
        sample, lan = a_door(state=state)

        with refusing("survey_not_in_field"):
            tried(of(sample), lan)

    def test_what_was_tried_on_the_last_day_arrives_a_day_late(self):
        sample, lan = a_door()
        last = sample.survey.until - timedelta(days=1)

        tried(of(sample), lan, day=30, on=last)

        assert of(sample).attempts == 1

    def test_the_journal_names_the_community_and_no_household(self):
        sample, lan = a_door()

        tried(of(sample), lan, "REFUSAL")

        entry = Entry.objects.get(verb="survey.attempted")
        assert entry.subject == f"surveys.survey:{sample.survey_id}"
        assert entry.details == {"community": of(sample).community_id}


@pytest.mark.django_db
class TestInterviews:
    def test_answers_and_household_are_kept_together(self):
        sample, lan = a_door()

        made = asked(of(sample), lan)

        assert made.disposition == "COMPLETE"
        assert of(sample).is_final
        with scope.whole_city():
            kept = Response.objects.select_related("surveyor").get()
        assert (kept.answers, kept.adults, kept.is_complete) == (GOOD, 2, True)
        assert kept.surveyor.person_id == lan.pk

    def test_sent_twice_it_is_one(self):
        sample, lan = a_door()
        key = uuid4()

        assert asked(of(sample), lan, key=key) == asked(of(sample), lan, key=key)

        assert Response.objects.count() == 1

    def test_answers_that_cannot_be_leave_the_household_as_it_was(self):
        sample, lan = a_door()

        with pytest.raises(BadAnswers):
            asked(of(sample), lan, GOOD | {"overall": "splendid"})

        assert (of(sample).attempts, of(sample).disposition) == (0, "")
        assert Response.objects.count() == 0
        with scope.whole_city():
            assert Attempt.objects.count() == 0

    def test_a_sheet_broken_off_is_kept_and_told_as_such(self):
        sample, lan = a_door()

        asked(of(sample), lan, {"estate": "very"}, is_complete=False)

        assert (of(sample).disposition, of(sample).is_final) == ("PARTIAL", True)
        assert Response.objects.get().is_complete is False

    def test_whoever_is_not_asked_leaves_no_sheet(self):
        sample, lan = a_door(document=SCREENED)

        made = asked(of(sample), lan, GOOD | {"age": "outside"})

        assert (made.disposition, of(sample).is_final) == ("NO_ADULT", True)
        assert Response.objects.count() == 0

    def test_a_pair_is_kept_only_of_a_household_drawn_for_a_second_call(self):
        sample, lan = a_door()
        with scope.whole_city():
            sample.units.filter(number=2).update(is_called_back=True)
        asked(of(sample), lan, pair=uuid4())
        assert (of(sample).pair, Response.objects.get().pair) == (None, None)
        shared = uuid4()

        asked(of(sample, 2), lan, pair=shared)

        assert of(sample, 2).pair == shared
        assert Response.objects.filter(pair=shared).count() == 1

    def test_without_consent_nothing_joins_them(self):
        sample, lan = a_door()
        with scope.whole_city():
            sample.units.update(is_called_back=True)

        asked(of(sample), lan)

        assert of(sample).pair is None
        assert Response.objects.get().pair is None

    def test_neither_day_nor_journal_nor_order_joins_household_and_answers(self):
        sample, lan = a_door()
        keys = [UUID(int=n) for n in range(5)]

        for number, key in enumerate(keys, start=1):
            asked(of(sample, number), lan, key=key)

        with scope.whole_city():
            tries = list(Attempt.objects.order_by("pk"))
        assert {each.on for each in tries} == {sample.survey.since}
        assert {each.part for each in tries} == {""}
        assert [each.key for each in tries] != keys
        assert of(sample).done_on == sample.survey.since
        entries = Entry.objects.filter(verb__in=["survey.attempted", "survey.answered"])
        assert {each.subject for each in entries} == {f"surveys.survey:{sample.survey_id}"}
        assert not any("community" in each.details for each in entries)

    def test_times_that_cannot_be_are_left_out(self):
        sample, lan = a_door()
        later = FIRST + timedelta(hours=5)

        asked(of(sample), lan, started_at=FIRST, ended_at=later)
        asked(of(sample, 2), lan, started_at=FIRST, ended_at=FIRST - timedelta(minutes=9))

        assert list(Response.objects.values_list("started_at", "ended_at")) == [
            (None, None), (None, None),
        ]  # fmt: skip


class TestUsedUp:
    def test_four_times_on_one_day_are_not_enough(self):
        assert not is_used_up([Try(A_FRIDAY, part) for part in DayPart.values] * 2)

    def test_four_days_in_office_hours_are_not_enough(self):
        days = [date(2022, 7, 4) + timedelta(days=n) for n in range(4)]
        assert not is_used_up([Try(day, ("MORNING", "AFTERNOON")[day.day % 2]) for day in days])

    def test_a_saturday_is_as_good_as_an_evening(self):
        days = [A_FRIDAY + timedelta(days=n) for n in range(4)]
        assert is_used_up([Try(day, ("MORNING", "AFTERNOON")[day.day % 2]) for day in days])

    def test_always_the_same_part_of_the_day_is_not_enough(self):
        days = [A_FRIDAY + timedelta(days=n) for n in range(9)]
        assert not is_used_up([Try(day, "EVENING") for day in days])


# ---- Several at once


def done(told: list[object]) -> int:
    return sum(isinstance(each, Attempt) for each in told)


@pytest.mark.django_db(transaction=True)
def test_two_phones_at_once_bring_one_sheet():
    sample, lan = a_door()

    told = at_once(lambda: asked(of(sample), lan))

    assert done(told) == 1
    assert {e.code for e in told if isinstance(e, Refusal)} == {"household_done"}
    assert Response.objects.count() == 1
    assert of(sample).attempts == 1


@pytest.mark.django_db(transaction=True)
def test_one_sheet_sent_by_two_tabs_at_once_is_told_to_both():
    sample, lan = a_door()
    key = uuid4()

    told = at_once(lambda: asked(of(sample), lan, key=key))

    assert done(told) == len(told)
    assert Response.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_web_and_the_office_at_once_finish_a_household_once():
    sample, office = a_coded(), a_person()
    a_grant(office, Role.CITY_OFFICE, division=sample.survey.division)
    code, turns = codes_of(sample)[0], iter(range(4))

    def act() -> object:
        if next(turns) % 2:
            return tried(of(sample), office, "VACANT")
        return commands.answer_by_code(code=code, sheet=sheet(), at=FIRST)

    told = at_once(act)

    received = told.count(commands.Receipt.RECEIVED)
    assert done(told) + received == 1
    assert Response.objects.count() == received


# ---- The whole course of a household


class Household(RuleBasedStateMachine):
    """Whatever is tried in whatever order: one sheet at most, and what is final stays."""

    def __init__(self) -> None:
        super().__init__()
        self.sample, self.lan = SHARED["door"]
        with scope.whole_city():
            community = self.sample.drawn.get()
            number = self.sample.units.count() + 1
            first = self.sample.units.first()
            self.unit = SampleUnit.objects.create(
                sample=self.sample, community=community, code=f"h{uuid4().hex[:10]}",
                number=number, division_id=first.division_id, surveyor=first.surveyor,
                person=self.lan,
            )  # fmt: skip
        self.before = Response.objects.count()
        self.keys: list[tuple[UUID, str]] = []
        self.expected, self.tries = "", []

    @rule(
        disposition=st.sampled_from(sorted(set(Disposition) - {"COMPLETE", "PARTIAL"})),
        day=st.integers(0, 8), part=st.sampled_from(DayPart.values),
    )  # fmt: skip
    def try_it(self, disposition: str, day: int, part: str) -> None:
        key = uuid4()
        if self.is_final:
            with refusing("household_done"):
                tried(self.unit, self.lan, disposition, key=key, day=day, part=part)
            return
        tried(self.unit, self.lan, disposition, key=key, day=day, part=part)
        self.note(key, disposition, Try((FIRST + timedelta(days=day)).date(), part))

    @rule(is_complete=st.booleans())
    def ask(self, is_complete: bool) -> None:
        key = uuid4()
        if self.is_final:
            with refusing("household_done"):
                asked(self.unit, self.lan, key=key, is_complete=is_complete)
            return
        asked(self.unit, self.lan, key=key, is_complete=is_complete)
        self.note(key, "COMPLETE" if is_complete else "PARTIAL", None)

    @rule()
    def send_again(self) -> None:
        for key, disposition in self.keys:
            if disposition in ("COMPLETE", "PARTIAL"):
                asked(self.unit, self.lan, key=key)
            else:
                tried(self.unit, self.lan, disposition, key=key)

    def note(self, key: UUID, disposition: str, one: Try | None) -> None:
        assert not self.is_final
        self.keys.append((key, disposition))
        self.expected = disposition
        if one:
            self.tries.append(one)

    @property
    def is_final(self) -> bool:
        nobody = self.expected in ("NOT_AT_HOME", "NO_ACCESS")
        return self.expected in FINAL or (nobody and is_used_up(self.tries))

    @invariant()
    def the_row_tells_the_same(self) -> None:
        with scope.whole_city():
            unit = SampleUnit.objects.get(pk=self.unit.pk)
            assert unit.tries.count() == unit.attempts == len(self.keys)
        assert (unit.disposition, unit.is_final) == (self.expected, self.is_final)
        sheets = Response.objects.count() - self.before
        assert sheets == (self.expected in ("COMPLETE", "PARTIAL"))


SHARED: dict[str, Any] = {}


@pytest.mark.django_db
def test_a_household_in_any_order_of_tries():
    SHARED["door"] = a_door()

    run_machine(
        Household,
        settings=hypothesis(max_examples=15, stateful_step_count=10, deadline=None),
    )

    assert Survey.objects.count() == 1

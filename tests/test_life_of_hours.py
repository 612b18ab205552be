"""Hours from the first sign-up to the last erasure, in any order, against a small model.

The model knows three rules only: whoever came and went earns the time between once, a reversal
takes it back once, and a merge moves what does not overlap. All else is the program's.
"""

from contextlib import suppress
from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from xinfeng.activities import commands as activities
from xinfeng.activities import door, signing
from xinfeng.activities.models import HOLDING, CheckIn, Shift, Signup, SignupState
from xinfeng.activities.tests.build import EIGHT, ONE_HOUR, a_shift
from xinfeng.activities.tests.phones import Phone, sent
from xinfeng.base import scope
from xinfeng.base.refusal import Refusal
from xinfeng.hours import commands as hours
from xinfeng.hours.models import Credit, Reason, Source
from xinfeng.people import commands as people
from xinfeng.people.models import Identity, Person, PersonState
from xinfeng.people.tests.build import a_person, an_office
from xinfeng.places.tests.build import NINE, a_city

pytestmark = pytest.mark.django_db
CAPACITY = 2
WHO = st.integers(0, 2)
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
# Each morning two that overlap, and one in the afternoon.
STARTS = tuple(NINE + day * DAY + hour * ONE_HOUR for day in range(3) for hour in (0, 1, 5))
WHERE = st.integers(0, len(STARTS) - 1)
Span = tuple[datetime, datetime]


class ALife(RuleBasedStateMachine):
    """Three volunteers with phones, three days of three shifts, a leader and an office."""

    def __init__(self) -> None:
        super().__init__()
        self.around = transaction.atomic()
        self.around.__enter__()
        self.leader = a_person("lan")
        self.office = an_office(a_city().county, "county")
        self.people = [a_person(f"p{number}") for number in range(3)]
        self.shifts = [
            a_shift(leader=self.leader, starts_at=at, capacity=CAPACITY) for at in STARTS
        ]
        self.phones = [Phone() for _ in self.people]
        self.keys = [
            phone.register(person, EIGHT)
            for phone, person in zip(self.phones, self.people, strict=True)
        ]
        self.queues: list[list[dict]] = [[], [], []]
        self.at = EIGHT
        # The model: what each account holds, and what can no longer happen to it.
        self.held: list[dict[int, Span]] = [{}, {}, {}]
        self.gone: set[int] = set()
        self.erased: set[int] = set()

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.around.__exit__(None, None, None)

    # What people do

    @rule(minutes=st.sampled_from([5, 55]))
    def time_passes(self, minutes: int) -> None:
        self.at += minutes * MINUTE

    @rule(who=WHO, where=WHERE)
    def sign_up(self, who: int, where: int) -> None:
        with suppress(Refusal):
            activities.sign_up(shift_id=self.shifts[where].pk, actor=self._now(who), at=self.at)

    @rule(where=WHERE, phones=st.booleans(), early=st.sampled_from([0, 20, 70]))
    def a_shift_goes_by(self, where: int, phones: bool, early: int) -> None:
        """Whoever has a place comes and goes, by phone or by the leader's word."""
        shift = self.shifts[where]
        if self.at > shift.starts_at:
            return
        for who in range(len(self.people)):
            self.sign_up(who, where)
        for moment, phase in ((shift.starts_at, "IN"), (shift.ends_at - early * MINUTE, "OUT")):
            self.at = moment
            for who in range(len(self.people)):
                if phones:
                    self.see_the_code(who, where, phase)
                elif phase == "IN":
                    self.the_leader_says_here(who, where)
                else:
                    self.the_leader_says_gone(who, where)
        for who in range(len(self.people)):
            self.send_what_waits(who, again=True)

    @rule(who=WHO, where=WHERE)
    def cancel(self, who: int, where: int) -> None:
        if signup := self._signup(who, where):
            with suppress(Refusal):
                activities.cancel(signup_id=signup.pk, actor=self._now(who), at=self.at)

    @rule(who=WHO, where=WHERE, phase=st.sampled_from(["IN", "OUT"]))
    def see_the_code(self, who: int, where: int, phase: str) -> None:
        """The phone signs what it saw, and keeps it: there is no network."""
        if signup := self._signup(who, where):
            code = str(door.shown(self.shifts[where].activity.code, self.at))
            said = self.phones[who].say(
                self.keys[who], said_at=self.at, signup=signup.pk, code=code, phase=phase
            )
            self.queues[who].append(said)

    @rule(who=WHO, again=st.booleans())
    def send_what_waits(self, who: int, again: bool) -> None:
        for message in self.queues[who] * (2 if again else 1):
            self._act(
                activities.receive,
                message=signing.read(sent(message, at=self.at)),
            )
        self.queues[who].clear()

    @rule(who=WHO, where=WHERE)
    def the_leader_says_here(self, who: int, where: int) -> None:
        if signup := self._signup(who, where):
            self._act(activities.check_in, signup_id=signup.pk, actor=self.leader)

    @rule(who=WHO, where=WHERE)
    def the_leader_says_gone(self, who: int, where: int) -> None:
        if signup := self._signup(who, where):
            self._act(activities.check_out, signup_id=signup.pk, actor=self.leader)

    @rule(who=WHO, which=st.integers(0, 5))
    def the_office_takes_back(self, who: int, which: int) -> None:
        credits = sorted(self.held[who])
        if not credits:
            return
        taken = credits[which % len(credits)]
        for _twice in range(2):
            hours.reverse(
                credit_id=taken, reason=Reason.NOT_SERVED, actor=self.office, at=self.at
            )
        del self.held[who][taken]

    @precondition(lambda self: len(self.gone) < 2)
    @rule(keep=WHO, gone=WHO)
    def merge(self, keep: int, gone: int) -> None:
        if keep == gone or {keep, gone} & self.gone:
            return
        people.merge_people(
            keep_id=self.people[keep].pk,
            gone_id=self.people[gone].pk,
            actor=self.office,
            at=self.at,
        )
        self.gone.add(gone)
        # Which of two overlapping ones stays is the keeper's: all of theirs stand.
        kept = list(self.held[keep].values())
        moving = [span for span in self.held[gone].values() if not _meets(span, kept)]
        self.held[gone] = {}
        self._learn(keep)
        assert sorted(self.held[keep].values()) == sorted(kept + moving)

    @rule(who=WHO)
    def erase(self, who: int) -> None:
        if who in self.gone:
            return
        people.erase_account(person_id=self.people[who].pk, actor=self._now(who), at=self.at)
        self.gone.add(who)
        self.erased.add(who)

    # What always holds

    @invariant()
    def no_shift_holds_more_than_it_has_places(self) -> None:
        with scope.whole_city():
            for shift in self.shifts:
                assert shift.signups.filter(state__in=HOLDING).count() <= CAPACITY

    @invariant()
    def an_account_that_ended_keeps_no_place(self) -> None:
        with scope.whole_city():
            left = Signup.objects.filter(person__in=[self.people[who] for who in self.gone])
            assert not left.filter(state__in=["WAITING", "BOOKED", "PRESENT"]).exists()

    @invariant()
    def the_ledger_holds_what_the_model_holds(self) -> None:
        for who, person in enumerate(self.people):
            assert self._live(person) == self.held[who], f"person {who}"
            with scope.whole_city():
                total = Credit.objects.of(person).minutes()
            assert total == sum(_minutes(span) for span in self.held[who].values())

    @invariant()
    def nobody_is_in_two_places(self) -> None:
        for spans in self.held:
            line = sorted(spans.values())
            assert all(a[1] <= b[0] for a, b in pairwise(line))

    @invariant()
    def the_days_of_the_database_are_those_of_the_ledger(self) -> None:
        with scope.whole_city(), connection.cursor() as cursor:
            cursor.execute(
                "SELECT person_id, sum(upper(r) - lower(r)) FROM hours_day, unnest(taken) r"
                " GROUP BY 1 ORDER BY 1"
            )
            taken = {person: seconds for person, seconds in cursor.fetchall() if seconds}
        assert taken == {
            person.pk: sum(int((b - a).total_seconds()) for a, b in held.values())
            for person, held in zip(self.people, self.held, strict=True)
            if held
        }

    @invariant()
    def what_was_said_once_is_kept_once(self) -> None:
        with scope.whole_city():
            told = list(CheckIn.objects.values_list("client_id", flat=True))
        assert len(told) == len(set(told))

    @invariant()
    def whoever_is_erased_has_left_nothing_but_their_hours(self) -> None:
        with scope.whole_city():
            left = Identity.objects.filter(pk__in=[self.people[who].pk for who in self.erased])
            assert not left.exists()
        for who in self.erased:
            assert Person.objects.get(pk=self.people[who].pk).state == PersonState.ERASED

    # How the model learns

    def _act(self, verb: object, **what: object) -> None:
        """Do it; what was newly credited is learned, and has to be what the times say."""
        with suppress(Refusal):
            verb(**what, at=self.at)
        for who in range(len(self.people)):
            self._learn(who)

    def _learn(self, who: int) -> None:
        for credit, span in self._live(self.people[who]).items():
            if credit not in self.held[who]:
                self.held[who][credit] = span
                self._has_a_reason(credit, span)

    def _has_a_reason(self, credit: int, span: Span) -> None:
        with scope.whole_city():
            row = Credit.objects.get(pk=credit)
            if row.source_kind != Source.ATTENDANCE:
                return
            signup = Signup.objects.select_related("shift").get(pk=row.source_id)
        shift: Shift = signup.shift
        assert signup.state == SignupState.LEFT
        assert span == (max(signup.arrived_at, shift.starts_at), signup.left_at)
        assert span[1] <= shift.ends_at
        assert row.minutes == _minutes(span)
        planned = (shift.ends_at - shift.starts_at) // MINUTE
        assert row.minutes * 100 >= planned * 60

    def _live(self, person: Person) -> dict[int, Span]:
        """Credits that nothing has taken back."""
        with scope.whole_city():
            rows = list(Credit.objects.of(person).order_by("pk"))
        back = {row.source_id for row in rows if row.source_kind == Source.REVERSAL}
        return {
            row.pk: (row.starts_at, row.ends_at)
            for row in rows
            if row.minutes > 0 and row.pk not in back
        }

    def _signup(self, who: int, where: int) -> Signup | None:
        with scope.whole_city():
            own = self.shifts[where].signups.filter(person=self.people[who])
            return own.order_by("-pk").first()

    def _now(self, who: int) -> Person:
        return Person.objects.get(pk=self.people[who].pk)


def _minutes(span: Span) -> int:
    return (span[1] - span[0]) // MINUTE


def _meets(span: Span, others: list[Span]) -> bool:
    return any(span[0] < end and start < span[1] for start, end in others)


def test_hours_keep_their_promises_whatever_happens_to_them() -> None:
    run_state_machine_as_test(
        ALife,
        settings=settings(
            max_examples=25,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )

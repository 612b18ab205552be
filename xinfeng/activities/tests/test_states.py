"""Whatever people press in whatever order, a sign-up keeps its promises."""

from contextlib import suppress
from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    rule,
    run_state_machine_as_test,
)

from xinfeng.activities import commands
from xinfeng.activities.models import Activity, ActivityState, Shift, Signup, SignupState
from xinfeng.base import scope
from xinfeng.base.refusal import Refusal
from xinfeng.hours.models import Credit
from xinfeng.people.tests.build import a_person

from .build import EIGHT, a_post, a_shift

pytestmark = pytest.mark.django_db
VOLUNTEERS = st.integers(0, 5)
POSTS = st.integers(0, 1)


class AMorning(RuleBasedStateMachine):
    """Six volunteers, three places at two posts, one leader, a clock that goes forward."""

    def __init__(self):
        super().__init__()
        self.around = transaction.atomic()
        self.around.__enter__()
        self.leader = a_person("lan")
        self.volunteers = [a_person(f"p{number}") for number in range(6)]
        self.shift = a_shift(leader=self.leader, capacity=3)
        self.posts = [a_post(self.shift, name, capacity=2) for name in ("船", "岸")]
        self.at = EIGHT
        self.before = {}

    def teardown(self):
        transaction.set_rollback(True)
        self.around.__exit__(None, None, None)

    @rule(minutes=st.sampled_from([5, 20, 45]))
    def time_passes(self, minutes):
        self.at += timedelta(minutes=minutes)

    @rule(days=st.sampled_from([1, 4]))
    def days_pass(self, days):
        self.at += timedelta(days=days)

    @rule(who=VOLUNTEERS, post=POSTS)
    def sign_up(self, who, post):
        self._press(
            commands.sign_up,
            shift_id=self.shift.pk,
            post_id=self.posts[post].pk,
            actor=self.volunteers[who],
        )

    @rule(minutes=st.sampled_from([-30, 0, 10]))
    def set_a_deadline(self, minutes):
        until = self.shift.starts_at - timedelta(minutes=20) + timedelta(minutes=minutes)
        Shift.objects.filter(pk=self.shift.pk).update(withdraw_until=until)

    @rule(capacity=st.integers(1, 4))
    def resize(self, capacity):
        self._press(
            commands.resize_shift, shift_id=self.shift.pk, capacity=capacity, actor=self.leader
        )

    @rule(post=POSTS, capacity=st.integers(1, 3))
    def resize_post(self, post, capacity):
        self._press(
            commands.resize_post,
            post_id=self.posts[post].pk,
            capacity=capacity,
            actor=self.leader,
        )

    @rule(who=VOLUNTEERS)
    def excuse(self, who):
        self._press_on(commands.excuse, who, actor=self.leader)

    @rule()
    def close_register(self):
        commands.close_register(shift_id=self.shift.pk, at=self.at)

    @rule(who=VOLUNTEERS)
    def cancel(self, who):
        self._press_on(commands.cancel, who, actor=self.volunteers[who])

    @rule(who=VOLUNTEERS)
    def check_in(self, who):
        self._press_on(commands.check_in, who, actor=self.leader)

    @rule(who=VOLUNTEERS)
    def check_out(self, who):
        self._press_on(commands.check_out, who, actor=self.leader)

    @rule()
    def call_off(self):
        self._press(commands.call_off, activity_id=self.shift.activity_id, actor=self.leader)

    @rule()
    def hold(self):
        self._press(commands.hold, activity_id=self.shift.activity_id, actor=self.leader)

    @invariant()
    def no_more_people_than_places(self):
        shift, posts = self._places()
        assert len(self._holding()) <= shift.capacity
        for post in posts:
            assert len(self._holding(post)) <= post.capacity

    @invariant()
    def nobody_waits_while_there_is_a_place_for_them(self):
        shift, posts = self._places()
        if self.at >= shift.starts_at or len(self._holding()) >= shift.capacity:
            return
        full = {post.pk for post in posts if len(self._holding(post)) >= post.capacity}
        waiting = [s for s in self._signups() if s.state == SignupState.WAITING]
        assert {signup.post_id for signup in waiting} <= full

    @invariant()
    def whoever_came_first_has_the_place(self):
        for post in self.posts:
            booked = [s.pk for s in self._holding(post) if s.is_booked]
            waiting = [
                s.pk
                for s in self._signups()
                if s.state == SignupState.WAITING and s.post_id == post.pk
            ]
            assert not booked or not waiting or max(booked) < min(waiting)

    @invariant()
    def who_did_not_come_is_said_only_after_the_end(self):
        if self.at < self.shift.ends_at:
            assert SignupState.NO_SHOW not in {s.state for s in self._signups()}

    @invariant()
    def states_only_move_as_drawn(self):
        for signup in self._signups():
            old = self.before.get(signup.pk, signup.state)
            # Each rule moves once, so a state is one allowed move from the one before.
            assert signup.state == old or signup.state in Signup.MOVES.get(old, set())
            self.before[signup.pk] = signup.state

    @invariant()
    def time_is_credited_to_those_who_left_and_never_more_than_the_shift(self):
        with scope.whole_city():
            credited = dict(Credit.objects.values_list("source_id", "minutes"))
        left = {s.pk: s.minutes for s in self._signups() if s.state == SignupState.LEFT}
        # Of 120 minutes planned, 72 are three fifths.
        assert credited == {pk: minutes for pk, minutes in left.items() if minutes >= 72}
        assert all(minutes <= 120 for minutes in credited.values())

    @invariant()
    def nobody_is_expected_at_what_was_called_off(self):
        activity = Activity.objects.get(pk=self.shift.activity_id)
        if activity.state == ActivityState.CALLED_OFF:
            assert {s.state for s in self._signups()} <= {
                SignupState.CANCELLED, SignupState.EXCUSED,
            }  # fmt: skip

    def _signups(self):
        with scope.whole_city():
            return list(Signup.objects.select_related("shift").order_by("pk"))

    def _holding(self, post=None):
        return [
            s for s in self._signups() if s.is_holding and (not post or s.post_id == post.pk)
        ]

    def _places(self):
        shift = Shift.objects.get(pk=self.shift.pk)
        return shift, list(shift.posts.order_by("pk"))

    def _press_on(self, verb, who, actor):
        own = [s for s in self._signups() if s.person_id == self.volunteers[who].pk]
        if own:
            self._press(verb, signup_id=own[-1].pk, actor=actor)

    def _press(self, verb, **what):
        with suppress(Refusal):
            verb(**what, at=self.at)


def test_a_morning_in_any_order_keeps_all_promises():
    run_state_machine_as_test(
        AMorning,
        settings=settings(
            max_examples=25,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_every_state_has_its_moves_or_is_an_end():
    ends = {SignupState.LEFT, SignupState.CANCELLED, SignupState.EXCUSED}
    assert set(Signup.MOVES) | ends == set(SignupState)
    assert set(Activity.MOVES) | {ActivityState.HELD, ActivityState.CALLED_OFF} == set(
        ActivityState
    )

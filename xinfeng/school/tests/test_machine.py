"""The night school as people use it, in any order.

Nobody teaches without accepting, nothing clashes, no class holds more than its quota, learners
never earn, lecturers earn an evening once, and no request is lost or stuck.
"""

from collections import Counter
from datetime import timedelta

import pytest
from django.db.models import Count
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from xinfeng.activities import commands as activities
from xinfeng.activities.models import HOLDING, Signup
from xinfeng.base import clock, scope, short_code
from xinfeng.base.refusal import Refusal, Unknown
from xinfeng.hours.models import Credit
from xinfeng.journal.models import Entry
from xinfeng.people.tests.build import a_person
from xinfeng.places.tests.build import NINE, a_division, a_place
from xinfeng.school import commands, queries
from xinfeng.school.commands import Solution
from xinfeng.school.models import (
    ClassRequest,
    ClassState,
    Enrolment,
    Lecturer,
    NightClass,
    RequestState,
    Session,
)

from .build import a_course, a_lecturer, a_wish, the_keeper, the_office

pytestmark = pytest.mark.django_db
ANSWER = timedelta(days=4)
_numbers = st.integers(0, 1_000)


def chosen(rows, number):
    """One of what there is now; None where there is nothing."""
    rows = list(rows.order_by("pk"))
    return rows[number % len(rows)] if rows else None


class School(RuleBasedStateMachine):
    """A township of its own with two stations, three lecturers and five learners."""

    def __init__(self):
        super().__init__()
        number = School.number = getattr(School, "number", 100) + 1
        self.at = NINE
        self.township = a_division(430405_000_000 + number * 1000, f"{number}镇")
        village = a_division(self.township.pk + 1, f"{number}村")
        self.places = [a_place(division=village) for _ in range(2)]
        with scope.whole_city():
            # Lecturers of earlier runs take no part in this one.
            Lecturer.objects.update(state="PAUSED")
        self.lecturers = [
            a_lecturer(f"l{number}-{n}", is_paid=n == 2, capacity_a_week=2) for n in range(3)
        ]
        self.learners = [a_person(f"m{number}-{n}", volunteers=False) for n in range(5)]
        self.courses = [a_course(f"of{n}", sessions=n) for n in (1, 2, 3)]

    # What there is

    @property
    def requests(self):
        return ClassRequest.objects.filter(place__in=self.places)

    @property
    def classes(self):
        found = NightClass.objects.filter(place__in=self.places)
        return found.select_related("lecturer__person", "place")

    def tried(self, act, **what):
        """Whatever is refused leaves everything as it was; the invariants look at it."""
        try:
            return act(at=self.at, **what)
        except Refusal:
            return None

    @initialize(days=st.integers(1, 127), quota=st.integers(1, 3))
    def a_township_at_work(self, days, quota):
        """Two classes are open for enrolment, a third one waits for its lecturer's answer."""
        for number, steps in enumerate((4, 4, 2)):
            place = self.places[number % 2]
            new = a_wish(
                place, course_id=self.courses[number].pk, evenings=days, heads=quota,
                room=f"{number}号室",
            )  # fmt: skip
            commands.request_class(new=new, actor=the_keeper(place), at=self.at)
            for _step in range(steps):
                self.go_on(number, number, 1 + number)

    # What people do

    @rule(number=_numbers, who=st.integers(0, 2), days=st.integers(1, 9))
    def go_on(self, number, who, days):
        """The next step of one request: placed, asked, accepted, published."""
        wanted = chosen(self.requests, number)
        with scope.whole_city():
            made = wanted and self.classes.live().filter(request=wanted).first()
        if wanted and not made:
            self.tried(
                commands.place_class, request_id=wanted.pk, lecturer_id=self.lecturers[who].pk,
                first_on=clock.local_date(self.at) + timedelta(days=days),
                code=short_code.new(), actor=the_office(),
            )  # fmt: skip
        elif made:
            verb, actor = {
                "DRAFT": (commands.propose_class, the_office()),
                "PROPOSED": (commands.accept_class, made.lecturer.person),
                "CONFIRMED": (commands.publish_class, the_keeper(made.place)),
                "PUBLISHED": (commands.enrol, self.learners[who]),
            }[made.state]
            self.tried(verb, class_id=made.pk, actor=actor)

    @rule(
        where=st.integers(0, 1), course=st.integers(0, 2), days=st.integers(1, 127),
        room=st.sampled_from(["礼堂", "二楼"]), group=st.sampled_from(["", "合唱队"]),
    )  # fmt: skip
    def ask(self, where, course, days, room, group):
        place = self.places[where]
        new = a_wish(
            place, course_id=self.courses[course].pk, evenings=days, room=room, group=group,
            wished_from=clock.local_date(self.at),
        )  # fmt: skip
        assert self.tried(commands.request_class, new=new, actor=the_keeper(place))

    @rule(number=_numbers)
    def withdraw(self, number):
        if wanted := chosen(self.requests.select_related("place"), number):
            self.tried(
                commands.withdraw_request, request_id=wanted.pk, actor=the_keeper(wanted.place)
            )

    @rule(publishes=st.booleans(), seed=st.integers(0, 3))
    def plan(self, publishes, seed):
        plan = commands.ask_timetable(
            code=short_code.new(), division_id=self.township.pk,
            first_week=clock.local_date(self.at), weeks=3, seed=seed, actor=the_office(),
            at=self.at,
        )  # fmt: skip
        plan = commands.start_timetable(timetable_id=plan.pk, at=self.at)
        found = queries.problem(plan, clock.local_date(self.at))
        solution = Solution(found, queries.solve(found, seed=seed))
        plan = commands.finish_timetable(
            timetable_id=plan.pk, solution=solution, at=self.at,
            new_codes=short_code.many(len(found.wishes), 10),
        )  # fmt: skip
        assert plan.placed + plan.unplaced == len(found.wishes)
        if publishes:
            self.tried(commands.publish_timetable, timetable_id=plan.pk, actor=the_office())

    @rule(number=_numbers, who=st.integers(0, 2), days=st.integers(0, 9))
    def place_by_hand(self, number, who, days):
        if wanted := chosen(self.requests, number):
            self.tried(
                commands.place_class, request_id=wanted.pk, lecturer_id=self.lecturers[who].pk,
                first_on=clock.local_date(self.at) + timedelta(days=days),
                code=short_code.new(), actor=the_office(),
            )  # fmt: skip

    @rule(number=_numbers)
    def propose(self, number):
        if made := self.a_class(number):
            self.tried(commands.propose_class, class_id=made.pk, actor=the_office())

    @rule(number=_numbers, says_yes=st.booleans())
    def answer(self, number, says_yes):
        if made := self.a_class(number, state=ClassState.PROPOSED):
            for stranger in (the_office(), the_keeper(made.place)):
                with pytest.raises(Unknown):
                    commands.accept_class(class_id=made.pk, actor=stranger, at=self.at)
            bo = made.lecturer.person
            if says_yes:
                self.tried(commands.accept_class, class_id=made.pk, actor=bo)
            else:
                self.tried(commands.decline_class, class_id=made.pk, reason="BUSY", actor=bo)

    @rule(number=_numbers)
    def publish(self, number):
        if made := self.a_class(number, state=ClassState.CONFIRMED):
            self.tried(commands.publish_class, class_id=made.pk, actor=the_keeper(made.place))

    @rule(number=_numbers, who=st.integers(0, 4))
    def enrol(self, number, who):
        if made := self.a_class(number, state=ClassState.PUBLISHED):
            self.tried(commands.enrol, class_id=made.pk, actor=self.learners[who])

    @rule(number=_numbers)
    def give_back(self, number):
        with scope.whole_city():
            live = Enrolment.objects.live().filter(night_class__place__in=self.places)
            enrolment = chosen(live.select_related("person"), number)
        if enrolment:
            self.tried(
                commands.cancel_enrolment, enrolment_id=enrolment.pk, actor=enrolment.person
            )

    @rule(number=_numbers, quota=st.integers(1, 4))
    def resize(self, number, quota):
        if made := self.a_class(number, state=ClassState.PUBLISHED):
            self.tried(
                commands.resize_class, class_id=made.pk, quota=quota,
                actor=the_keeper(made.place),
            )  # fmt: skip

    @rule(number=_numbers, days=st.integers(-3, 3))
    def move(self, number, days):
        session = chosen(Session.objects.filter(place__in=self.places), number)
        if session:
            self.tried(
                commands.move_session, session_id=session.pk,
                on=session.on + timedelta(days=days), begins_minute=18 * 60,
                actor=the_office(),
            )  # fmt: skip

    @rule(number=_numbers, says_yes=st.booleans())
    def answer_moved(self, number, says_yes):
        """To an evening that was moved: nobody else answers, and only a yes books anybody."""
        asked = Session.objects.filter(place__in=self.places, asked_at__isnull=False)
        if session := chosen(asked.order_by("pk"), number):
            with scope.whole_city():
                bo = Session.objects.select_related("lecturer__person").get(pk=session.pk)
            with pytest.raises(Unknown):
                commands.accept_session(
                    session_id=session.pk, starts_at=session.starts_at,
                    actor=the_keeper(bo.place), at=self.at,
                )  # fmt: skip
            self.tried(
                commands.accept_session if says_yes else commands.decline_session,
                session_id=session.pk, starts_at=session.starts_at, actor=bo.lecturer.person,
            )  # fmt: skip

    @rule(number=_numbers, whole=st.booleans())
    def call_off(self, number, whole):
        made = self.a_class(number)
        if made and whole:
            self.tried(
                commands.call_off_class, class_id=made.pk, reason="停电", actor=the_office()
            )
        elif made and (session := chosen(made.sessions, number)):
            self.tried(
                commands.call_off_session, session_id=session.pk, reason="停电",
                actor=the_office(),
            )  # fmt: skip

    @precondition(lambda self: self.at < NINE + timedelta(days=60))
    @rule(days=st.integers(1, 9), twice=st.booleans())
    def days_pass(self, days, twice):
        """Evenings come and go, everybody who has a place comes; then time does its part."""
        until = self.at + timedelta(days=days)
        sessions = Session.objects.filter(
            place__in=self.places, state="PLANNED", shift__isnull=False,
            starts_at__gt=self.at, ends_at__lte=until,
        )  # fmt: skip
        for session in sessions.select_related("shift__activity__leader").order_by(
            "starts_at", "pk"
        ):
            self.time_for_moved(session.starts_at - timedelta(minutes=30))
            session.refresh_from_db()
            for _time in range(1 + twice):
                if session.state == "PLANNED":
                    self.everybody_comes(session)
        self.at = until
        for class_id in queries.classes_to_lapse(self.at):
            commands.lapse_class(class_id=class_id, at=self.at)
        for class_id in queries.classes_to_end(self.at):
            commands.end_class(class_id=class_id, at=self.at)
        for class_id in queries.classes_to_fill(self.at):
            commands.fill_places(class_id=class_id, at=self.at)

    def time_for_moved(self, at):
        """Half an hour before an evening its learners know whether it takes place."""
        for session_id in queries.sessions_to_lapse(max(at, self.at)):
            commands.lapse_session(session_id=session_id, at=max(at, self.at))

    def everybody_comes(self, session):
        with scope.whole_city():
            here = list(Signup.objects.holding().filter(shift=session.shift_id).order_by("pk"))
        leader = session.shift.activity.leader
        for signup in here:
            activities.check_in(signup_id=signup.pk, actor=leader, at=session.starts_at)
            activities.check_out(signup_id=signup.pk, actor=leader, at=session.ends_at)

    def a_class(self, number, **only):
        with scope.whole_city():
            return chosen(self.classes.filter(**only), number)

    # What always holds

    @invariant()
    def nobody_teaches_without_having_accepted(self):
        with scope.whole_city():
            for made in self.classes.filter(accepted_at__isnull=False):
                said = Entry.objects.filter(
                    verb="class.accepted", subject=f"school.nightclass:{made.pk}"
                )
                yes = said.order_by("-pk")[0]
                assert yes.actor_id == made.lecturer.person_id
                # Each move before publishing asked for another yes.
                asked = Entry.objects.filter(
                    verb="class.asked_again", subject=f"school.nightclass:{made.pk}"
                )
                assert not asked.filter(pk__gt=yes.pk).exists()
            booked = Signup.objects.filter(
                part="HELPER", person__in=[one.person_id for one in self.lecturers]
            )
            accepted = Session.objects.filter(
                night_class__accepted_at__isnull=False, asked_at=None
            )
            booked = booked.filter(state__in=HOLDING)
            assert not booked.exclude(shift__in=accepted.values("shift_id")).exists()

    @invariant()
    def nothing_clashes(self):
        planned = Session.objects.filter(place__in=self.places, state="PLANNED")
        for what in (("lecturer",), ("place", "room"), ("place", "group")):
            found = planned.exclude(group="") if "group" in what else planned
            twice = found.values(*what, "on").annotate(n=Count("pk")).filter(n__gt=1)
            assert not twice.exists()

    @invariant()
    def no_class_holds_more_than_its_quota(self):
        with scope.whole_city():
            for made in self.classes.filter(published_at__isnull=False):
                assert (
                    Enrolment.objects.enrolled().filter(night_class=made).count() <= made.quota
                )
                shifts = made.sessions.filter(starts_at__gt=self.at).values("shift_id")
                learners = Signup.objects.filter(
                    shift__in=shifts, part="LEARNER", state__in=HOLDING
                )
                most = learners.values("shift").annotate(n=Count("pk")).order_by("-n").first()
                assert most is None or most["n"] <= made.quota

    @invariant()
    def who_is_enrolled_has_every_evening_ahead_and_nobody_else_has(self):
        with scope.whole_city():
            for made in self.classes.filter(state=ClassState.PUBLISHED):
                people = set(
                    Enrolment.objects.enrolled()
                    .filter(night_class=made)
                    .values_list("person_id", flat=True)
                )
                for session in made.sessions.filter(state="PLANNED", starts_at__gt=self.at):
                    learners = Signup.objects.holding().filter(
                        shift=session.shift_id, part="LEARNER"
                    )
                    assert set(learners.values_list("person_id", flat=True)) == people

    @invariant()
    def every_evening_that_has_passed_was_taught(self):
        """Otherwise nobody would come in this machine, and nothing below would be tried."""
        with scope.whole_city():
            passed = Session.objects.filter(
                place__in=self.places, state="PLANNED", shift__isnull=False,
                ends_at__lte=self.at,
            )  # fmt: skip
            taught = Signup.objects.filter(
                shift__in=passed.values("shift_id"), part="HELPER", state="LEFT"
            )
            assert taught.count() == passed.count()

    @invariant()
    def learners_never_earn_and_lecturers_earn_an_evening_once(self):
        with scope.whole_city():
            earned = Counter(
                Credit.objects.filter(
                    person__in=[*self.learners, *(one.person_id for one in self.lecturers)]
                ).values_list("person_id", flat=True)
            )
            served = Counter(
                Signup.objects.filter(
                    part="HELPER", state="LEFT", shift__activity__nature="SERVICE",
                    person__in=[one.person_id for one in self.lecturers],
                ).values_list("person_id", flat=True)
            )  # fmt: skip
        assert earned == served
        assert self.lecturers[2].person_id not in earned

    @invariant()
    def no_request_is_lost_or_stuck(self):
        live = {*ClassState.values} - {"DECLINED", "WITHDRAWN", "CALLED_OFF", "ENDED"}
        for wanted in self.requests:
            states = list(
                NightClass.objects.filter(request=wanted).values_list("state", flat=True)
            )
            standing = [state for state in states if state in live]
            assert len(standing) == (1 if wanted.state == RequestState.PLACED else 0)
            if wanted.state == RequestState.SERVED:
                assert {"ENDED", "CALLED_OFF"} & set(states)

    @invariant()
    def a_class_that_nobody_gives_has_no_evenings(self):
        gone = Session.objects.filter(
            place__in=self.places, night_class__state__in=["DECLINED", "WITHDRAWN"]
        )
        assert not gone.exists()

    def teardown(self):
        """However it went, time brings everything to an end."""
        for days in range(5, 120, 5):
            self.at = NINE + timedelta(days=60 + days)
            self.time_for_moved(self.at)
            for class_id in queries.classes_to_lapse(self.at):
                commands.lapse_class(class_id=class_id, at=self.at)
            for class_id in queries.classes_to_end(self.at):
                commands.end_class(class_id=class_id, at=self.at)
        assert not self.classes.live().exists()
        assert not Session.objects.filter(
            place__in=self.places, state="PLANNED", night_class__state__in=["CALLED_OFF"],
            starts_at__gt=self.at,
        ).exists()  # fmt: skip


School.TestCase.settings = settings(
    max_examples=15,
    stateful_step_count=40,
    deadline=None,
    # A step is many questions to the database; making an example smaller would take minutes.
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.mark.django_db
class TestSchool(School.TestCase):
    pass

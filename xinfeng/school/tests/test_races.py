"""Two at once, started at a barrier: the last place, a free place, one class, one evening."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection

from xinfeng.activities.models import HOLDING, Activity, Signup
from xinfeng.base import scope
from xinfeng.base.refusal import Refusal
from xinfeng.journal.models import Entry
from xinfeng.people.tests.build import a_person
from xinfeng.places.tests.build import NINE, a_place
from xinfeng.school import commands
from xinfeng.school.commands import Solution
from xinfeng.school.models import Enrolment, NightClass, Session
from xinfeng.school.queries import problem, solve

from .build import (
    MONDAY,
    a_class,
    a_lecturer,
    a_request,
    a_timetable,
    fresh,
    the_keeper,
    the_office,
)
from .test_enrolling import enrol, states

pytestmark = pytest.mark.django_db(transaction=True)


def together(*acts: Callable[[], object]) -> list[str]:
    """What each of them got: "done", or the code of its refusal."""
    barrier = Barrier(len(acts))

    def one(act: Callable[[], object]) -> str:
        try:
            barrier.wait(timeout=30)
            act()
        except Refusal as refusal:
            return refusal.code
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(len(acts)) as pool:
        return sorted(pool.map(one, acts))


def held(night_class):
    """Learners with a place, by evening."""
    with scope.whole_city():
        return [
            Signup.objects.filter(
                shift=session.shift, part="LEARNER", state__in=HOLDING
            ).count()
            for session in night_class.sessions.order_by("number")
        ]


def test_many_for_the_last_places_get_no_more_than_there_are():
    made = a_class(state="PUBLISHED")
    people = [a_person(f"p{n}") for n in range(6)]

    together(*[lambda p=person: enrol(made, p) for person in people])

    assert sorted(states(made)) == ["ENROLLED"] * 2 + ["WAITING"] * 4
    assert held(made) == [2, 2, 2]


def test_one_who_presses_many_times_enrols_once():
    made, mei = a_class(state="PUBLISHED"), a_person("mei")

    answers = together(*[lambda: enrol(made, mei)] * 5)

    assert answers == ["done"] * 5
    assert states(made) == ["ENROLLED"]


def test_two_places_given_back_at_once_go_to_the_first_two_who_wait():
    made = a_class(state="PUBLISHED")
    first, second = enrol(made, a_person("a")), enrol(made, a_person("b"))
    for name in "cde":
        enrol(made, a_person(name))

    together(
        *[
            lambda e=one: commands.cancel_enrolment(enrolment_id=e.pk, actor=e.person, at=NINE)
            for one in (first, second)
        ]
    )

    assert states(made) == ["CANCELLED", "CANCELLED", "ENROLLED", "ENROLLED", "WAITING"]
    assert held(made) == [2, 2, 2]


def test_a_place_given_back_while_others_press_is_given_once():
    made = a_class(state="PUBLISHED")
    first = enrol(made, a_person("a"))
    enrol(made, a_person("b"))
    people = [a_person(f"p{n}") for n in range(4)]

    together(
        lambda: commands.cancel_enrolment(enrolment_id=first.pk, actor=first.person, at=NINE),
        *[lambda p=person: enrol(made, p) for person in people],
    )

    assert sorted(states(made)) == ["CANCELLED"] + ["ENROLLED"] * 2 + ["WAITING"] * 3
    assert held(made) == [2, 2, 2]


def test_a_learner_of_two_classes_on_different_evenings_gets_both():
    first = a_class(state="PUBLISHED")
    second = a_class(
        a_request(a_place()), lecturer=a_lecturer("al"), state="PUBLISHED",
        first_on=MONDAY + timedelta(days=2),
    )  # fmt: skip
    people = [a_person(f"p{n}") for n in range(2)]

    answers = together(
        *[lambda p=p, c=c: enrol(c, p) for p in people for c in (first, second)],
    )

    assert answers == ["done"] * 4
    assert held(first) == held(second) == [2, 2, 2]


def test_a_class_published_by_two_at_once_is_announced_once():
    made = a_class(state="CONFIRMED")

    answers = together(
        lambda: commands.publish_class(class_id=made.pk, actor=the_keeper(made.place), at=NINE),
        lambda: commands.publish_class(class_id=made.pk, actor=the_office(), at=NINE),
    )

    assert answers == ["done", "done"]
    assert Activity.objects.count() == 3
    assert Entry.objects.filter(verb="class.published").count() == 1


@pytest.mark.parametrize("_turn", range(3))
def test_a_yes_while_the_plan_is_written_is_kept_or_was_too_late(_turn):
    bo = a_lecturer(reach_m=50_000)
    proposed = a_class(lecturer=bo, state="PROPOSED", first_on=MONDAY + timedelta(days=9))
    plan = a_timetable(work=False)
    commands.start_timetable(timetable_id=plan.pk, at=NINE)
    found = problem(plan, NINE.date())
    solution = Solution(found, solve(found, seed=0))

    answers = together(
        lambda: commands.accept_class(class_id=proposed.pk, actor=bo.person, at=NINE),
        lambda: commands.finish_timetable(
            timetable_id=plan.pk, solution=solution, new_codes=["NEW1"], at=NINE
        ),
    )

    state = fresh(proposed).state
    assert (state, answers) in (
        ("CONFIRMED", ["done", "done"]),
        ("WITHDRAWN", ["class_replaced", "done"]),
    )
    live = NightClass.objects.live().filter(request=proposed.request)
    assert live.count() == 1
    assert live.get().state == ("CONFIRMED" if state == "CONFIRMED" else "DRAFT")


def test_a_lecturer_placed_twice_at_once_is_in_one_place():
    bo = a_lecturer()
    wanted = [a_request(a_place()) for _ in range(3)]
    the_office()

    answers = together(*[lambda r=one: a_class(r, lecturer=bo) for one in wanted])

    assert answers == ["done", "lecturer_taken", "lecturer_taken"]
    assert Session.objects.count() == 3


def test_a_yes_and_a_no_at_once_are_one_answer():
    made = a_class(state="PROPOSED")
    bo = made.lecturer.person

    answers = together(
        lambda: commands.accept_class(class_id=made.pk, actor=bo, at=NINE),
        lambda: commands.decline_class(class_id=made.pk, reason="BUSY", actor=bo, at=NINE),
    )

    assert answers in (["class_state", "done"], ["done", "request_state"])
    assert fresh(made).state in {"CONFIRMED", "DECLINED"}
    with scope.whole_city():
        assert not Enrolment.objects.exists()

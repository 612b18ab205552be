"""A timetable has no clash, wastes no way, keeps promises, and says what is left out."""

from collections import Counter
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xinfeng.school.timetable import (
    WEEK,
    Class,
    Kept,
    Lecturer,
    Placed,
    Timetable,
    Why,
    timetable,
)

LAW, DANCE = 1, 2
HOME = (0.0, 0.0)


def a_class(**more: object) -> Class:
    fields = {
        "field": LAW, "evenings": (0, 1), "sessions": 1, "room": 1, "group": 1,
        "position": HOME,
    }  # fmt: skip
    return Class(**fields | more)


def a_lecturer(**more: object) -> Lecturer:
    fields = {
        "fields": frozenset({LAW}), "free": frozenset(range(28)), "a_week": 2,
        "reach_m": 10_000, "position": HOME,
    }  # fmt: skip
    return Lecturer(**fields | more)


def drawn(seed: int, classes: int, lecturers: int) -> tuple[list[Class], list[Lecturer]]:
    chance = Random(seed)  # noqa: S311

    def somewhere() -> tuple[float, float]:
        return chance.uniform(0, 30_000), chance.uniform(0, 30_000)

    rooms = [somewhere() for _ in range(max(classes // 2, 1))]
    wanted = []
    for _ in range(classes):
        sessions, room = chance.choice((1, 1, 2, 3)), chance.randrange(len(rooms))
        first = tuple(sorted(chance.sample(range(28 - WEEK * (sessions - 1)), 4)))
        wanted.append(Class(chance.randrange(4), first, sessions, room, room, rooms[room]))
    there = [
        a_lecturer(
            fields=frozenset(chance.sample(range(4), 2)),
            free=frozenset(day for day in range(28) if chance.random() < 0.5),
            a_week=chance.choice((1, 2)),
            reach_m=chance.choice((10_000, 30_000)),
            position=somewhere(),
        )
        for _ in range(lecturers)
    ]
    return wanted, there


def sessions_of(made: Timetable, classes: list[Class]):
    for wanted, placed in zip(classes, made.placed, strict=True):
        if placed:
            for week in range(wanted.sessions):
                yield wanted, placed.lecturer, placed.first + WEEK * week


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 10**6), classes=st.integers(0, 25), lecturers=st.integers(0, 8))
def test_nobody_and_nothing_is_in_two_places_on_one_evening(seed, classes, lecturers):
    wanted, there = drawn(seed, classes, lecturers)

    made = timetable(wanted, there)

    held = list(sessions_of(made, wanted))
    for key in (lambda c, who, day: (who, day), lambda c, who, day: (c.room, day)):
        assert max(Counter(key(*one) for one in held).values(), default=0) <= 1
    weeks = Counter((who, day // WEEK) for _c, who, day in held)
    assert all(count <= there[who].a_week for (who, _week), count in weeks.items())
    assert all(c.field in there[who].fields for c, who, _day in held)
    assert all(day in there[who].free for _c, who, day in held)
    assert all(
        (p is None) == (w != Why.PLACED) for p, w in zip(made.placed, made.why, strict=True)
    )
    assert made.bound_m <= made.cost_m


def test_the_same_numbers_give_the_same_timetable_however_slow_the_machine():
    wanted, there = drawn(1, 120, 30)

    made = timetable(wanted, there, effort=1.0)

    assert timetable(wanted, there, effort=1.0) == made


def test_a_small_timetable_is_proved_to_be_the_best():
    wanted, there = drawn(2, 30, 10)

    made = timetable(wanted, there)

    assert made.cost_m == made.bound_m


def test_the_nearer_lecturer_comes():
    far, near = a_lecturer(position=(5000.0, 0.0)), a_lecturer(position=(10.0, 0.0))

    made = timetable([a_class()], [far, near])

    assert made.placed[0].lecturer == 1
    assert made.travel_m == 20


def test_what_was_accepted_is_not_moved_by_a_new_timetable():
    far, near = a_lecturer(position=(5000.0, 0.0)), a_lecturer(position=(10.0, 0.0))
    promise = Placed(lecturer=0, first=1)

    made = timetable(
        [a_class(), a_class(room=2, group=2)], [far, near], kept=[Kept(0, promise)]
    )

    assert made.placed[0] == promise
    assert made.placed[1].lecturer == 1


@pytest.mark.parametrize(
    ("wanted", "lecturer", "why"),
    [
        ({"field": DANCE}, {}, Why.NOBODY_TEACHES_IT),
        ({"position": (20_000.0, 0.0)}, {}, Why.NOBODY_COMES_SO_FAR),
        ({}, {"free": frozenset({5})}, Why.NOBODY_FREE),
        ({"sessions": 4}, {"free": frozenset({0, 1, 7, 8})}, Why.NOBODY_FREE),
        ({"room": 9}, {}, Why.ROOM_TAKEN),
    ],
)
def test_a_class_left_out_says_why(wanted, lecturer, why):
    made = timetable(
        [a_class(**wanted)], [a_lecturer(**lecturer)], taken_rooms=[(9, 0), (9, 1)]
    )

    assert made.why == [why]


def test_of_two_that_want_the_only_evening_one_hears_that_others_came_first():
    one = a_class(evenings=(0,))
    two = a_class(evenings=(0,), room=2, group=2)

    made = timetable([one, two], [a_lecturer()])

    assert sorted(made.why) == [Why.PLACED, Why.OTHERS_CAME_FIRST]


def test_a_closed_week_is_left_out_and_takes_no_evening_of_its_lecturer():
    paused = a_class(evenings=(0,), sessions=3, closed=frozenset({7}))
    other = a_class(evenings=(7,), room=2, group=2)

    made = timetable([paused, other], [a_lecturer(free=frozenset({0, 7, 14, 21}))])

    assert made.placed == [Placed(0, 0), Placed(0, 7)]

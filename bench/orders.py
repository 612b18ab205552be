"""The matching engine and the timetable, on random cities: pure functions, no database."""

from collections.abc import Iterator
from random import Random
from time import perf_counter

import numpy as np
from scipy.optimize import linear_sum_assignment

from bench.measure import Measured
from xinfeng.dispatch.matching import Orders, Volunteers, flow, plan
from xinfeng.dispatch.matching.flow import Network
from xinfeng.school.timetable import Class, Lecturer, timetable

SIDE_M = 120_000
FAR = 10**9
WEEKS, WEEK = 4, 7


def answers() -> Iterator[Measured]:
    yield _plan(10_000, 100_000, 5)
    yield _plan(10_000, 15_000, 5)
    yield _plan(100_000, 1_000_000, 40)
    yield _assignments()
    yield _timetable()


def _plan(orders: int, volunteers: int, most_s: int) -> Measured:
    asked, there = _city(orders, volunteers)
    started = perf_counter()
    made = plan(asked, there)
    seconds = perf_counter() - started
    gap = (made.cost - made.bound) / made.cost
    return Measured(
        f"plan for {orders:,} orders × {volunteers:,} volunteers, reasons included",
        f"{seconds:.1f} s; more candidates could save {gap:.1%} at most;"
        f" greedy {made.greedy_cost / made.cost - 1:.1%} worse;"
        f" {int(made.short.sum())} places unserved",
        f"≤ {most_s} s",
        seconds <= most_s,
    )


def _city(orders: int, volunteers: int) -> tuple[Orders, Volunteers]:
    chance = np.random.default_rng(1)
    towns = chance.uniform(0, SIDE_M, (200, 2))

    def somewhere(count: int) -> np.ndarray:
        return towns[chance.integers(0, 200, count)] + chance.normal(0, 4000, (count, 2))

    def bits(count: int, of: int, share: float) -> np.ndarray:
        return np.where(chance.random(count) < share, 1 << chance.integers(0, of, count), 0)

    people = np.where(chance.random(orders) < 0.1, 2, 1)
    slots = bits(orders, 21, 1) | bits(orders, 21, 0.4)
    asked = Orders(
        position=somewhere(orders),
        needs=bits(orders, 20, 0.5),
        slots=np.where(people > 1, slots & -slots, slots),
        language=bits(orders, 3, 0.1),
        people=people,
        is_risky=chance.random(orders) < 0.1,
        urgency=chance.integers(0, 3, orders) * 2000,
    )
    there = Volunteers(
        position=somewhere(volunteers),
        can=bits(volunteers, 20, 0.4) | bits(volunteers, 20, 0.4) | bits(volunteers, 20, 0.4),
        free=bits(volunteers, 21, 1) | bits(volunteers, 21, 1) | bits(volunteers, 21, 1),
        speaks=1 | bits(volunteers, 3, 0.4),
        is_adult=chance.random(volunteers) < 0.9,
        room=chance.integers(1, 3, volunteers),
        load=chance.integers(0, 4, volunteers),
        rating=np.where(
            chance.random(volunteers) < 0.5, 0, chance.integers(300, 501, volunteers)
        ),
    )
    return asked, there


def _assignments() -> Measured:
    slowest, agree = 0.0, True
    for size in (100, 400, 800):
        line = np.arange(1, size + 1)
        random = np.random.default_rng(size).integers(0, 1000, (size, size))
        for table in (random, np.multiply.outer(line, line)):
            net = _square(table)
            started = perf_counter()
            chosen = flow.solve(net)
            slowest = max(slowest, perf_counter() - started)
            best = table[linear_sum_assignment(table)].sum()
            agree = agree and flow.cost_of(net, chosen) == best
    return Measured(
        "assignment problems of 100 to 800 square, random and structured",
        f"slowest {slowest:.2f} s, optimum {'as' if agree else 'NOT as'} scipy finds it",
        "scipy's optimum, each ≤ 2 s",
        agree and slowest <= 2,
    )


def _square(table: np.ndarray) -> Network:
    every = np.arange(len(table))
    return Network(
        order=np.repeat(every, len(table)),
        volunteer=np.tile(every, len(table)),
        slot=np.zeros(table.size, np.int64),
        cost=table.ravel(),
        people=np.ones(len(table), np.int64),
        unserved=np.full(len(table), FAR),
        room=np.ones(len(table), np.int64),
        further=0,
    )


def _timetable() -> Measured:
    classes, lecturers = _school(Random(1), 300, 80)  # noqa: S311
    started = perf_counter()
    made = timetable(classes, lecturers)
    seconds = perf_counter() - started
    placed = sum(one is not None for one in made.placed)
    return Measured(
        "timetable of 300 classes, 80 lecturers, 4 weeks",
        f"{seconds:.0f} s, {placed} placed, {300 - placed} explained",
        "≤ 60 s",
        seconds <= 60,
    )


def _school(chance: Random, classes: int, lecturers: int) -> tuple[list[Class], list[Lecturer]]:
    def somewhere() -> tuple[float, float]:
        return chance.uniform(0, 30_000), chance.uniform(0, 30_000)

    rooms = [somewhere() for _ in range(classes // 2)]
    wanted = []
    for _ in range(classes):
        sessions, room = chance.choice((1, 1, 2, 3)), chance.randrange(len(rooms))
        last = WEEKS * WEEK - WEEK * (sessions - 1)
        first = tuple(sorted(chance.sample(range(last), 4)))
        wanted.append(Class(chance.randrange(4), first, sessions, room, room, rooms[room]))
    there = [
        Lecturer(
            fields=frozenset(chance.sample(range(4), 2)),
            free=frozenset(d for d in range(WEEKS * WEEK) if chance.random() < 0.5),
            a_week=chance.choice((1, 2)),
            reach_m=chance.choice((10_000, 30_000)),
            position=somewhere(),
        )
        for _ in range(lecturers)
    ]
    return wanted, there

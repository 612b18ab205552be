"""The timetable: which lecturer gives which class on which evenings, with the least travel.

Pure numbers in, pure numbers out. Exact within its limit of work: the same numbers give the
same timetable, whatever the machine's speed.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from itertools import count, islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ortools.sat.python import cp_model

WEEK = 7
# What a class that finds no place costs, in metres: far more than any way.
_UNPLACED_M = 1_000_000
# A rating below five, per hundredth of a point, in metres; unrated counts as four.
_RATING_M = 20
_UNRATED, _BEST = 400, 500


class Why(IntEnum):
    """Why a class is not in the timetable: the first condition that leaves nobody."""

    PLACED = 0
    NOBODY_TEACHES_IT = 1
    NOBODY_COMES_SO_FAR = 2
    NOBODY_FREE = 3
    ROOM_TAKEN = 4
    OTHERS_CAME_FIRST = 5


@dataclass(frozen=True)
class Class:
    """A class asked for: `evenings` are the days (0, 1, …) on which it may begin.

    `sessions` follow week by week on the same weekday; a week whose day is `closed` is left
    out, and the class goes on in the next one. `room` and `group` are numbers of what
    cannot be used twice on one evening. Position in metres on a plane. `not_by` are numbers of
    lecturers who have declined it.
    """

    field: int
    evenings: tuple[int, ...]
    sessions: int
    room: int
    group: int
    position: tuple[float, float]
    not_by: frozenset[int] = frozenset()
    closed: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Lecturer:
    """`fields` taught, `free` evenings, at most `a_week` sessions; `reach_m` from home."""

    fields: frozenset[int]
    free: frozenset[int]
    a_week: int
    reach_m: int
    position: tuple[float, float]
    rating: int = 0


@dataclass(frozen=True)
class Placed:
    """One class of the timetable: who gives it, from which evening on."""

    lecturer: int
    first: int


@dataclass(frozen=True)
class Kept:
    """A promise already accepted, which no new timetable moves."""

    wanted: int
    placed: Placed


@dataclass(frozen=True)
class Timetable:
    """Per class where it is placed (None: nowhere) and why not; the way of all in metres.

    `cost_m` is the way, what ratings add, and a large sum for each session not placed; no
    timetable costs less than `bound_m`. Where both are equal this one is the best.
    """

    placed: list[Placed | None]
    why: list[Why]
    travel_m: int
    cost_m: int
    bound_m: int


@dataclass(frozen=True)
class _Candidate:
    wanted: int
    lecturer: int
    first: int
    cost_m: int


def timetable(
    classes: list[Class],
    lecturers: list[Lecturer],
    *,
    taken_rooms: Iterable[tuple[int, int]] = (),
    kept: Iterable[Kept] = (),
    seed: int = 0,
    effort: float = 15.0,
) -> Timetable:
    """Place as many classes as possible, then with the least travel.

    `taken_rooms` are (room, evening) pairs in other use. `effort` bounds the solver's work in
    its own deterministic seconds.
    """
    taken = frozenset(taken_rooms)
    fixed = {promise.wanted: promise.placed for promise in kept}
    candidates = _candidates(classes, lecturers, taken, fixed)
    # A second of every start, pandas with it, for what few processes ever ask.
    from ortools.sat.python import cp_model  # noqa: PLC0415

    model = cp_model.CpModel()
    chosen = [model.new_bool_var(f"c{n}") for n in range(len(candidates))]
    _forbid_clashes(model, candidates, chosen, classes, lecturers, fixed)
    for n, candidate in enumerate(candidates):
        if fixed.get(candidate.wanted) == Placed(candidate.lecturer, candidate.first):
            model.add(chosen[n] == 1)
    gain = [_UNPLACED_M * classes[c.wanted].sessions - c.cost_m for c in candidates]
    model.maximize(sum(g * x for g, x in zip(gain, chosen, strict=True)))
    solver = _solver(seed, effort)
    status = solver.solve(model)
    # Nothing chosen is a timetable too, so there always is one.
    assert status in {cp_model.OPTIMAL, cp_model.FEASIBLE}, solver.status_name(status)
    taken_up = [c for c, x in zip(candidates, chosen, strict=True) if solver.boolean_value(x)]
    return _told(classes, lecturers, taken, candidates, taken_up, solver.best_objective_bound)


def _solver(seed: int, effort: float) -> "cp_model.CpSolver":
    from ortools.sat.python import cp_model  # noqa: PLC0415

    solver = cp_model.CpSolver()
    # One worker and deterministic time: the answer does not depend on the machine.
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = seed
    solver.parameters.max_deterministic_time = effort
    return solver


def _evenings(wanted: Class, first: int) -> list[int]:
    if not wanted.closed:
        return [first + WEEK * n for n in range(wanted.sessions)]
    open_ones = (evening for evening in count(first, WEEK) if evening not in wanted.closed)
    return list(islice(open_ones, wanted.sessions))


def _metres(a: tuple[float, float], b: tuple[float, float]) -> float:
    return float(((a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2) ** 0.5)


def way_m(wanted: Class, lecturer: Lecturer) -> int:
    """There and back for every session."""
    return round(2 * _metres(wanted.position, lecturer.position)) * wanted.sessions


def _cost_m(wanted: Class, lecturer: Lecturer) -> int:
    rating = lecturer.rating or _UNRATED
    return way_m(wanted, lecturer) + _RATING_M * (_BEST - rating)


def _candidates(
    classes: list[Class],
    lecturers: list[Lecturer],
    taken: frozenset[tuple[int, int]],
    fixed: dict[int, Placed],
) -> list[_Candidate]:
    found = []
    for number, wanted in enumerate(classes):
        if (placed := fixed.get(number)) is not None:
            cost = _cost_m(wanted, lecturers[placed.lecturer])
            found.append(_Candidate(number, placed.lecturer, placed.first, cost))
            continue
        for who, lecturer in enumerate(lecturers):
            if wanted.field not in lecturer.fields or who in wanted.not_by:
                continue
            if not _reaches(lecturer, wanted):
                continue
            cost = _cost_m(wanted, lecturer)
            found += [
                _Candidate(number, who, first, cost)
                for first in wanted.evenings
                if _is_free(lecturer, wanted, first) and not _is_taken(wanted, first, taken)
            ]
    return found


def _reaches(lecturer: Lecturer, wanted: Class) -> bool:
    return _metres(lecturer.position, wanted.position) <= lecturer.reach_m


def _is_free(lecturer: Lecturer, wanted: Class, first: int) -> bool:
    return lecturer.free.issuperset(_evenings(wanted, first))


def _is_taken(wanted: Class, first: int, taken: frozenset[tuple[int, int]]) -> bool:
    return any((wanted.room, evening) in taken for evening in _evenings(wanted, first))


def _forbid_clashes(
    model: "cp_model.CpModel",
    candidates: list[_Candidate],
    chosen: "list[cp_model.IntVar]",
    classes: list[Class],
    lecturers: list[Lecturer],
    fixed: dict[int, Placed],
) -> None:
    """One class once; lecturer, room and group once an evening; no week too full.

    A week that promises have filled beyond the lecturer's wish gets nothing more.
    """
    once: defaultdict[tuple[str, int, int], list[cp_model.IntVar]] = defaultdict(list)
    weeks: defaultdict[tuple[int, int], list[cp_model.IntVar]] = defaultdict(list)
    for candidate, variable in zip(candidates, chosen, strict=True):
        wanted = classes[candidate.wanted]
        once["class", candidate.wanted, 0].append(variable)
        for evening in _evenings(wanted, candidate.first):
            once["lecturer", candidate.lecturer, evening].append(variable)
            once["room", wanted.room, evening].append(variable)
            once["group", wanted.group, evening].append(variable)
            weeks[candidate.lecturer, evening // WEEK].append(variable)
    for variables in once.values():
        if len(variables) > 1:
            model.add_at_most_one(variables)
    promised = Counter(
        (placed.lecturer, evening // WEEK)
        for number, placed in fixed.items()
        for evening in _evenings(classes[number], placed.first)
    )
    for (who, week), variables in weeks.items():
        most = max(lecturers[who].a_week, promised[who, week])
        if len(variables) > most:
            model.add(sum(variables) <= most)


def _told(
    classes: list[Class],
    lecturers: list[Lecturer],
    taken: frozenset[tuple[int, int]],
    candidates: list[_Candidate],
    taken_up: list[_Candidate],
    most_gained: float,
) -> Timetable:
    placed: list[Placed | None] = [None] * len(classes)
    for candidate in taken_up:
        placed[candidate.wanted] = Placed(candidate.lecturer, candidate.first)
    possible = {candidate.wanted for candidate in candidates}
    all_m = _UNPLACED_M * sum(wanted.sessions for wanted in classes)
    gained = sum(_UNPLACED_M * classes[c.wanted].sessions - c.cost_m for c in taken_up)
    return Timetable(
        placed=placed,
        why=[
            Why.PLACED
            if placed[number]
            else Why.OTHERS_CAME_FIRST
            if number in possible
            else _why(wanted, lecturers, taken)
            for number, wanted in enumerate(classes)
        ],
        travel_m=sum(way_m(classes[c.wanted], lecturers[c.lecturer]) for c in taken_up),
        cost_m=all_m - gained,
        bound_m=all_m - round(most_gained),
    )


def reasons(wanted: Class, lecturers: list[Lecturer]) -> dict[str, int]:
    """The numbers behind a class that is not placed: who teaches it, and who comes so far."""
    able = _able(wanted, lecturers)
    ways = [round(_metres(wanted.position, one.position)) for one in able]
    numbers = {"able": len(able), "near": sum(_reaches(one, wanted) for one in able)}
    return numbers | ({"nearest_m": min(ways)} if ways else {})


def _able(wanted: Class, lecturers: list[Lecturer]) -> list[Lecturer]:
    return [
        one
        for who, one in enumerate(lecturers)
        if wanted.field in one.fields and who not in wanted.not_by
    ]


def _why(wanted: Class, lecturers: list[Lecturer], taken: frozenset[tuple[int, int]]) -> Why:
    able = _able(wanted, lecturers)
    near = [one for one in able if _reaches(one, wanted)]
    free = [
        (one, first)
        for one in near
        for first in wanted.evenings
        if _is_free(one, wanted, first)
    ]
    if not able:
        return Why.NOBODY_TEACHES_IT
    if not near:
        return Why.NOBODY_COMES_SO_FAR
    if not free:
        return Why.NOBODY_FREE
    assert all(_is_taken(wanted, first, taken) for _one, first in free)
    return Why.ROOM_TAKEN

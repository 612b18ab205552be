"""A round through the database: drawn and shared out, read, and scored by the real standard."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from time import perf_counter

import numpy as np
from django.db import connections

from bench.measure import Measured
from xinfeng.base import clock, scope
from xinfeng.inspections import commands, queries, reading
from xinfeng.inspections.commands import Going, NewRound
from xinfeng.inspections.models import (
    Round,
    RoundPoint,
    RoundScore,
    Standard,
    Verdict,
    VisitState,
)
from xinfeng.people import commands as people
from xinfeng.people.models import Grant, Person, PersonState, Role
from xinfeng.units.queries import units_of

DRAWN, INSPECTORS, VISITED = 300, 20, 316
_CODE = "BENCH"
_NOT_KNOWN = 0.04


def answers() -> Iterator[Measured]:
    standards, office = queries.standards_of_points(), _office()
    if not standards or office is None:
        return
    with _away(office):
        yield _drawn(standards[0], office)
        yield _scored(standards[0], office)


def _drawn(standard: Standard, office: Person) -> Measured:
    found = _planned(f"{_CODE}1", DRAWN, standard, office)
    going, now = _inspectors(found, office), clock.now()
    started = perf_counter()
    commands.draw_round(round_id=found.pk, dice="bench", actor=office, at=now)
    commands.name_inspectors(round_id=found.pk, going=going, actor=office, at=now)
    metres = commands.find_ways(round_id=found.pk, at=now)
    seconds = perf_counter() - started
    return Measured(
        f"round drawn and kept: {DRAWN} of {found.frame.count(chr(10)):,} registered points,"
        f" {len(going)} inspectors assigned",
        f"{seconds:.1f} s; {metres / 1000:,.0f} km",
        "≤ 5 s",
        seconds <= 5,
    )


def _scored(standard: Standard, office: Person) -> Measured:
    found = _planned(f"{_CODE}2", VISITED, standard, office)
    now = clock.now()
    commands.draw_round(round_id=found.pk, dice="bench", actor=office, at=now)
    going = _inspectors(found, office)
    commands.name_inspectors(round_id=found.pk, going=going, actor=office, at=now)
    commands.find_ways(round_id=found.pk, at=now)
    commands.open_field(round_id=found.pk, actor=office, at=now)
    readings, lines, kinds = _read(found)
    commands.close_round(round_id=found.pk, actor=office, at=now)
    started = perf_counter()
    commands.score_round(round_id=found.pk, actor=office, at=now)
    seconds = perf_counter() - started
    rows = RoundScore.objects.filter(round=found).count()
    return Measured(
        f"round scored by the pack's standard: {VISITED} points of {kinds} types,"
        f" {lines} check lines, {readings:,} readings",
        f"{seconds:.2f} s, {rows} rows kept with intervals and ties",
        "≤ 3 s",
        seconds <= 3,
    )


def _planned(code: str, size: int, standard: Standard, office: Person) -> Round:
    now = clock.now()
    today = clock.local_date(now)
    new = NewRound(
        code=code, name="bench", standard_id=standard.pk, division_id=_city(office),
        since=today, until=today + timedelta(days=14), size=size, least=0,
    )  # fmt: skip
    return commands.plan_round(new=new, secret="b" * 32, actor=office, at=now)


def _read(found: Round) -> tuple[int, int, int]:
    """Every line of every point, by COPY; the inspectors' own way in takes one at a time."""
    chance = np.random.default_rng(5)
    tree = reading.tree_of(found.standard)
    with scope.whole_city():
        points = list(RoundPoint.objects.filter(round=found).order_by("pk"))
    rows = []
    for point in points:
        level = float(chance.beta(14, 4))
        for line in tree.lines_at(point.type):
            verdict = Verdict.MET if chance.random() < level else Verdict.NOT_MET
            verdict = Verdict.NOT_KNOWN if chance.random() < _NOT_KNOWN else verdict
            rows.append(
                (point.pk, found.division_id, line.code, verdict.value, point.person_id)
            )
    now = clock.now()
    with connections["owner"].cursor() as cursor:
        with cursor.copy(_COPY) as copied:
            for row in rows:
                copied.write_row((*row, "", now))
        cursor.execute(_SEEN, {"round": found.pk, "at": now, "state": VisitState.VISITED})
    return len(rows), len({row[2] for row in rows}), len({point.type for point in points})


_COPY = """
    COPY inspections_reading (round_point_id, division_id, line, verdict, by_id, note, at)
    FROM STDIN
"""
_SEEN = """
    UPDATE inspections_roundpoint SET state = %(state)s, visited_at = %(at)s
    WHERE round_id = %(round)s
"""


def _inspectors(found: Round, office: Person) -> list[Going]:
    """Those who inspect already, and as many more as the table asks for."""
    now = clock.now()
    today = clock.local_date(now)
    known = [each.person_id for each in queries.able_inspectors(found, today)]
    others = (
        Person.objects.filter(
            registered_on__isnull=False, left_on=None, state=PersonState.ACTIVE
        )
        .exclude(pk__in=[*known, office.pk])
        .order_by("pk")
        .values_list("pk", flat=True)
    )
    with scope.whole_city():
        more = list(others[: max(0, INSPECTORS - len(known))])
    for pk in more:
        people.grant(
            person_id=pk, role=Role.INSPECTOR, division_id=found.division_id, actor=office,
            at=now,
        )  # fmt: skip
    return [Going(pk) for pk in [*known, *more][:INSPECTORS]]


def _office() -> Person | None:
    """Somebody of the city office who acts for no unit."""
    with scope.whole_city():
        grants = Grant.objects.filter(role=Role.CITY_OFFICE, division__isnull=False)
        people_ = [grant.person for grant in grants.select_related("person").order_by("pk")]
    return next((each for each in people_ if not units_of(each.pk)), None)


def _city(office: Person) -> int:
    with scope.whole_city():
        found = Grant.objects.filter(role=Role.CITY_OFFICE, person=office).order_by("pk")
        return int(found.values_list("division_id", flat=True)[0] or 0)


@contextmanager
def _away(office: Person) -> Iterator[None]:
    """The owner takes the rounds away again; what the journal says of them stays."""
    try:
        yield
    finally:
        with connections["owner"].cursor() as cursor:
            for statement in _TAKE_AWAY:
                cursor.execute(statement, [f"{_CODE}%"])


_OF_BENCH = "SELECT id FROM inspections_round WHERE code LIKE %s"
_TAKE_AWAY = (
    "DELETE FROM inspections_reading WHERE round_point_id IN (SELECT id FROM"
    f" inspections_roundpoint WHERE round_id IN ({_OF_BENCH}))",
    f"DELETE FROM inspections_roundscore WHERE round_id IN ({_OF_BENCH})",
    f"DELETE FROM inspections_roundpoint WHERE round_id IN ({_OF_BENCH})",
    f"DELETE FROM inspections_inspector WHERE round_id IN ({_OF_BENCH})",
    "DELETE FROM inspections_round WHERE code LIKE %s",
)

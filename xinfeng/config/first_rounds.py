"""Rounds of inspection of a demo: one closed and published, one in the field.

The engines draw, share out, score, publish and raise findings as an office would have them do;
only what the inspectors found is simulated, with better and worse units and points. A few
points of each round are sent as forms of phones, photos and all.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from hashlib import sha256
from time import perf_counter
from zlib import crc32

import numpy as np

from xinfeng.base import clock, codes, scope, short_code
from xinfeng.config import demo_phones
from xinfeng.inspections import commands
from xinfeng.inspections import queries as inspections
from xinfeng.inspections.commands import Found, Going, NewRound
from xinfeng.inspections.commands.readings import lines_of
from xinfeng.inspections.models import Round, RoundPoint, Standard, Verdict, VisitState
from xinfeng.inspections.tree import Answer, Line
from xinfeng.people import commands as people
from xinfeng.people.models import Grant, Person, PersonState, Role
from xinfeng.units.models import Point
from xinfeng.units.queries import units_of

Say = Callable[[str], None]
_AGO, _LASTS = timedelta(days=40), timedelta(days=12)
_BEGAN, _GOES_ON = timedelta(days=4), timedelta(days=10)
# A quarter of the register, as rounds in use have; no more than two weeks of visits.
_SHARE, _MOST, _POINTS_EACH = 4, 300, 16
_SEEN = 0.55
# So many points are read from forms; sending each of hundreds with its photos takes minutes.
_BY_PHONE = 6
_NOT_KNOWN, _NOT_APPLICABLE = 0.03, 0.02


def hold(city: int, say: Say) -> None:
    """Nothing where there are no points, no standard for them, or nobody to hold a round."""
    now, standards = clock.now(), inspections.standards_of_points()
    office = _office(city)
    points = Point.objects.open().inside(*codes.span(city, codes.level_of(city))).count()
    size = min(points // _SHARE, _MOST)
    if office is None or not standards or size < 2:
        return
    started = perf_counter()
    before, began = now - _AGO, now - _BEGAN
    going = _inspectors(city, office, max(2, size // _POINTS_EACH), before)
    first = _held(
        _new("第一轮实地测评", standards[0], city, size, before), office, going, before
    )
    _read(first, 1.0, before, _LASTS)
    ended = before + _LASTS
    commands.close_round(round_id=first.pk, actor=office, at=ended)
    raised = commands.raise_round_findings(round_id=first.pk, actor=office, at=ended)
    for step in (commands.score_round, commands.publish_round):
        step(round_id=first.pk, actor=office, at=ended)
    second = _held(
        _new("第二轮实地测评", standards[0], city, size, began), office, going, began
    )
    _read(second, _SEEN, began, _BEGAN)
    say(
        f"held two rounds at {size} points each, {raised.new} findings raised:"
        f" {perf_counter() - started:.1f} s"
    )


def _new(name: str, standard: Standard, city: int, size: int, at: datetime) -> NewRound:
    day = clock.local_date(at)
    return NewRound(
        code=short_code.new(8), name=name, standard_id=standard.pk, division_id=city,
        since=day, until=day + max(_LASTS, _BEGAN + _GOES_ON), size=size, least=0, cycle_year=1,
    )  # fmt: skip


def _held(new: NewRound, office: Person, going: list[int], at: datetime) -> Round:
    """Planned, drawn, shared out and opened, each by its own command."""
    secret = sha256(f"demo {new.name}".encode()).hexdigest()[:32]
    found = commands.plan_round(new=new, secret=secret, actor=office, at=at)
    commands.draw_round(round_id=found.pk, dice="3 5 2 6 1", actor=office, at=at)
    commands.name_inspectors(
        round_id=found.pk, going=[Going(pk) for pk in going], actor=office, at=at
    )
    commands.find_ways(round_id=found.pk, at=at)
    commands.publish_forms(round_id=found.pk, actor=office, at=at)
    return commands.open_field(round_id=found.pk, actor=office, at=at)


def _read(found: Round, share: float, since: datetime, lasts: timedelta) -> None:
    """The first part of every way has been walked; what was found is by chance, not by wish."""
    chance = np.random.default_rng(crc32(found.name.encode()))
    with scope.whole_city():
        rows = list(
            RoundPoint.objects.filter(round=found, state=VisitState.TO_VISIT)
            .select_related("person", "point")
            .order_by("person", "visit_order")
        )
    of_unit: dict[int, float] = {}
    by_phone = _BY_PHONE
    furthest = max((row.visit_order or 1 for row in rows), default=1)
    for row in rows:
        unit = of_unit.setdefault(row.unit_id, float(chance.beta(14, 4)))
        level = min(0.99, max(0.1, float(chance.normal(unit, 0.08))))
        part = (row.visit_order or 1) / furthest
        if part <= share and row.person is not None:
            at = since + lasts * (0.9 * part / max(share, 0.01))
            told = [_seen(each, level, chance) for each in lines_of(found, row.type).values()]
            by_phone -= 1
            row.round = found
            if by_phone == 0 and share < 1:
                # It waits for the office to say which point is meant.
                demo_phones.send(row, told, at, code="NOSUCH")
            if by_phone <= 0 or not demo_phones.send(row, told, at):
                commands.read_point(
                    round_point_id=row.pk, actor=row.person, at=at, seen_at=at, found=told
                )


def _seen(line: Line, level: float, chance: np.random.Generator) -> Found:
    rest = chance.random()
    if rest < _NOT_KNOWN:
        return Found(line.code, Verdict.NOT_KNOWN)
    if rest < _NOT_KNOWN + _NOT_APPLICABLE:
        return Found(line.code, Verdict.NOT_APPLICABLE)
    is_met = chance.random() < level
    field = line.field
    assert field is not None, "only lines read at points are asked for"
    if field.answer is Answer.VERDICT:
        return Found(line.code, Verdict.MET if is_met else Verdict.NOT_MET)
    if field.answer is Answer.SHARE:
        least, whole = field.at_least or 0, int(chance.integers(20, 61))
        # The fewest that are enough, or one less.
        enough = -(-least * whole // 100)
        return Found(line.code, value=enough if is_met else max(0, enough - 1), out_of=whole)
    if field.at_least is not None:
        step = int(chance.integers(3))
        value = field.at_least + step if is_met else max(0, field.at_least - 1 - step)
    else:
        most = field.at_most or 0
        value = int(chance.integers(most + 1)) if is_met else most + 1 + int(chance.integers(4))
    return Found(line.code, value=value)


def _office(city: int) -> Person | None:
    """Somebody of the city office who acts for no unit."""
    with scope.whole_city():
        grants = Grant.objects.filter(role=Role.CITY_OFFICE, division_id=city)
        for grant in grants.select_related("person").order_by("pk"):
            if not units_of(grant.person_id):
                return grant.person
    return None


def _inspectors(city: int, office: Person, count: int, at: datetime) -> list[int]:
    """People who inspect, and as many who lead teams as are wanted besides."""
    with scope.whole_city():
        known = list(
            Grant.objects.filter(role=Role.INSPECTOR, starts_on__lte=clock.local_date(at))
            .order_by("pk")
            .values_list("person_id", flat=True)
        )
        others = (
            Person.objects.filter(
                registered_on__isnull=False, left_on=None, state=PersonState.ACTIVE
            )
            .exclude(pk__in=[*known, office.pk])
            .order_by("pk")
            .values_list("pk", flat=True)
        )
        more = [pk for pk in others[: 4 * count] if not units_of(pk)]
    for pk in more[: max(0, count - len(known))]:
        people.grant(person_id=pk, role=Role.INSPECTOR, division_id=city, actor=office, at=at)
    return [*known, *more][:count]

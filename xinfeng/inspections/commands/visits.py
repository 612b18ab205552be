"""Who goes where, which points take another's place, and when the field begins and ends."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from procrastinate.contrib.django import app

from xinfeng.base import clock, scope
from xinfeng.base.refusal import Refusal, Unknown
from xinfeng.inspections import drawing, travelling
from xinfeng.inspections.models import (
    Inspector,
    PointRole,
    Round,
    RoundPoint,
    RoundState,
    VisitState,
    WhyReplaced,
)
from xinfeng.inspections.rounds import NobodyMay
from xinfeng.journal import commands as journal
from xinfeng.people.models import Grant, Person, Role
from xinfeng.units.models import Point, PointState
from xinfeng.units.queries import units_of

from . import findings, forms, intakes
from .rounds import locked, record, round_point

journal.declare(
    {
        "round.inspectors_named": gettext_lazy("named the inspectors of a round"),
        "round.ways_found": gettext_lazy("shared the points of a round among the inspectors"),
        "round.point_replaced": gettext_lazy("replaced a point of a round"),
        "round.opened": gettext_lazy("opened the field of a round"),
        "round.closed": gettext_lazy("closed a round of inspection"),
    }
)
JOB = "inspections.find_ways"
_BEFORE_FIELD = (RoundState.DRAWN,)
_WITH_POINTS = (RoundState.DRAWN, RoundState.IN_FIELD)


@dataclass(frozen=True)
class Going:
    """Somebody who inspects, and the office where the way begins."""

    person_id: int
    lat_e6: int | None = None
    lon_e6: int | None = None
    # Units they have to do with besides those they act for.
    also_not: tuple[int, ...] = ()


@scope.command
def name_inspectors(
    *, round_id: int, going: Sequence[Going], actor: Person, at: datetime
) -> list[Inspector]:
    """Who goes out; a job then shares the points among them with the least travel."""
    found = locked(round_id, actor, at)
    if found.state not in _BEFORE_FIELD:
        raise Refusal(
            "round_state", _("Inspectors are named between the draw and the first visit.")
        )
    people = {each.person_id: each for each in going}
    _refuse_no_inspectors(people, found, at)
    RoundPoint.objects.filter(round=found).update(inspector=None, person=None, visit_order=None)
    Inspector.objects.filter(round=found).delete()
    named = Inspector.objects.bulk_create(
        Inspector(
            round=found, person_id=each.person_id, division_id=found.division_id,
            lat_e6=each.lat_e6, lon_e6=each.lon_e6,
            own_units=sorted(units_of(each.person_id) | set(each.also_not)),
        )
        for each in people.values()
    )  # fmt: skip
    record("round.inspectors_named", found, actor, at, inspectors=len(named))
    app.configure_task(JOB, lock=f"round_ways_{found.pk}").defer(round_id=found.pk)
    forms.defer(found, actor)
    return named


@scope.command
def find_ways(*, round_id: int, at: datetime) -> int:
    """Share the points out: least travel, nobody at their own unit; metres in all."""
    found = Round.objects.select_for_update(no_key=True).get(pk=round_id)
    inspectors = list(Inspector.objects.filter(round=found).order_by("pk"))
    if found.state not in _BEFORE_FIELD or not inspectors:
        return 0
    points = list(
        RoundPoint.objects.filter(round=found)
        .exclude(state=VisitState.REPLACED)
        .select_related("point")
        .order_by("pk")
    )
    try:
        routes, metres = travelling.ways(points, inspectors)
    except NobodyMay:
        raise Refusal(
            "nobody_may_go",
            _("A unit is one to which every inspector belongs. Name somebody from elsewhere."),
        ) from None
    for inspector, way in zip(inspectors, routes.visits, strict=True):
        for order, row in enumerate(way, start=1):
            points[row].inspector, points[row].person_id = inspector, inspector.person_id
            points[row].visit_order = order
    for inspector, length in zip(inspectors, metres, strict=True):
        inspector.metres = length
    Inspector.objects.bulk_update(inspectors, ["metres"])
    RoundPoint.objects.bulk_update(
        points, ["inspector", "person", "visit_order"], batch_size=500
    )
    record("round.ways_found", found, None, at, points=len(points), metres=routes.metres)
    return routes.metres


@scope.command
def replace_point(
    *, round_point_id: int, why: WhyReplaced, actor: Person, at: datetime
) -> RoundPoint:
    """The next point in the order of the draw takes this one's place, with the reason."""
    which = RoundPoint.objects.filter(pk=round_point_id).values_list("round_id", flat=True)
    if not which:
        raise Unknown("point_unknown", _("There is no such point in a round."))
    found = locked(which[0], actor, at)
    gone = RoundPoint.objects.select_related("inspector").get(pk=round_point_id)
    if gone.state == VisitState.REPLACED:
        return RoundPoint.objects.get(replaces=gone)
    if found.state not in _WITH_POINTS or gone.state == VisitState.VISITED:
        raise Refusal("round_state", _("This point can no longer be replaced."))
    made = _next(found, gone)
    made.role, made.replaces, made.reason = PointRole.SUBSTITUTE, gone, why
    made.inspector = _who_may(made, gone, found)
    made.person_id = made.inspector.person_id if made.inspector else None
    made.visit_order = gone.visit_order
    gone.state = VisitState.REPLACED
    gone.save(update_fields=["state"])
    made.save(force_insert=True)
    record(
        "round.point_replaced", found, actor, at, gone=gone.pk, instead=made.pk, why=why.value
    )
    return made


@scope.command
def open_field(*, round_id: int, actor: Person, at: datetime) -> Round:
    """From now on inspectors see their points and send what they read.

    Until their checklists are out as forms, phones keep what they read.
    """
    found = locked(round_id, actor, at)
    if found.state == RoundState.IN_FIELD:
        return found
    found.move_to(RoundState.IN_FIELD)
    unassigned = (
        RoundPoint.objects.filter(round=found, inspector=None)
        .exclude(state=VisitState.REPLACED)
        .count()
    )
    if unassigned:
        raise Refusal(
            "points_without_inspector",
            _("%(n)s points have no inspector yet. Name the inspectors first.")
            % {"n": unassigned},
        )
    found.opened_at = at
    found.save(update_fields=["state", "opened_at"])
    record("round.opened", found, actor, at)
    forms.defer(found, actor)
    return found


@scope.command
def close_round(*, round_id: int, actor: Person, at: datetime) -> Round:
    """Nothing more comes in; before the last day, only when every point has been seen."""
    found = locked(round_id, actor, at)
    if found.is_over:
        return found
    found.move_to(RoundState.CLOSED)
    intakes.read_waiting(found, at)
    # Who is just sending readings ends first; whoever comes later finds the round closed.
    points = RoundPoint.objects.select_for_update(no_key=True).filter(round=found)
    states = list(points.order_by("pk").values_list("state", flat=True))
    waiting = states.count(VisitState.TO_VISIT)
    if waiting and clock.local_date(at) < found.until:
        raise Refusal(
            "points_wait",
            _("%(n)s points have not been visited, and the round runs until %(day)s.")
            % {"n": waiting, "day": found.until},
        )
    found.closed_at = at
    found.save(update_fields=["state", "closed_at"])
    record("round.closed", found, actor, at, not_visited=waiting)
    findings.defer(found, actor)
    return found


def _refuse_no_inspectors(people: dict[int, Going], found: Round, at: datetime) -> None:
    if not people:
        raise Refusal("no_inspectors", _("Name at least one inspector."))
    lo, hi = found.division.span
    able = set(
        Grant.objects.valid_on(clock.local_date(at))
        .filter(role=Role.INSPECTOR, person__in=people, division__gte=lo, division__lt=hi)
        .values_list("person_id", flat=True)
    )
    if able != people.keys():
        raise Refusal(
            "not_an_inspector", _("Only people with the role “inspector” visit points.")
        )


def _next(found: Round, gone: RoundPoint) -> RoundPoint:
    """The next one of the stratum's order that is open and not in the round yet."""
    stratum = (str(gone.county), gone.type)
    used = set(RoundPoint.objects.filter(round=found).values_list("point__code", flat=True))
    waiting = drawing.drawn_of(found).substitutes[stratum]
    free = [code for code in waiting if code not in used]
    open_points = Point.objects.select_related("type").filter(
        code__in=free, state=PointState.OPEN
    )
    points = {point.code: point for point in open_points}
    for code in free:
        if code in points:
            order = gone.stratum_drawn + 1 + waiting.index(code)
            return round_point(
                found, points[code], stratum, order, gone.stratum_size, gone.stratum_drawn
            )
    raise Refusal(
        "no_substitute_left",
        _("No other open point of this kind is left in this county; it stays not known."),
    )


def _who_may(made: RoundPoint, gone: RoundPoint, found: Round) -> Inspector | None:
    """Whoever was to visit the old one; or the first who does not belong to the new unit."""
    before = [gone.inspector] if gone.inspector else []
    others = Inspector.objects.filter(round=found).order_by("pk") if before else []
    for inspector in [*before, *others]:
        if made.unit_id not in inspector.own_units:
            return inspector
    return None

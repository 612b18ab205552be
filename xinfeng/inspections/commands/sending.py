"""Somebody else is sent to a point: because nobody is, or because whoever was cannot go."""

from datetime import datetime

from django.db.models import Max
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinfeng.base import clock, scope
from xinfeng.base.refusal import Refusal, Unknown
from xinfeng.inspections.models import (
    Inspector,
    Intake,
    IntakeState,
    Round,
    RoundPoint,
    RoundState,
    VisitState,
    WhyNot,
)
from xinfeng.inspections.queries import naming
from xinfeng.inspections.queries.rounds import able_inspectors
from xinfeng.journal import commands as journal
from xinfeng.people.models import Person
from xinfeng.units.queries import units_of

from . import intakes
from .rounds import locked, record

journal.declare(
    {"round.inspector_sent": gettext_lazy("sent another inspector to a point of a round")}
)
_WITH_POINTS = (RoundState.DRAWN, RoundState.IN_FIELD)


@scope.command
def send_inspector(
    *, round_point_id: int, person_id: int, actor: Person, at: datetime
) -> RoundPoint:
    """They visit this point, after all others on their way; never one of their own unit."""
    which = RoundPoint.objects.filter(pk=round_point_id).values_list("round_id", flat=True)
    if not which:
        raise Unknown("point_unknown", _("There is no such point in a round."))
    found = locked(which[0], actor, at)
    rows = RoundPoint.objects.select_for_update(of=("self",), no_key=True)
    point = rows.select_related("point").get(pk=round_point_id)
    if point.person_id == person_id:
        return point
    if found.state not in _WITH_POINTS or point.state != VisitState.TO_VISIT:
        raise Refusal("round_state", _("This point is not waiting for a visit."))
    inspector = _inspector(found, point, person_id, at)
    last = RoundPoint.objects.filter(inspector=inspector).aggregate(n=Max("visit_order"))["n"]
    point.inspector, point.person_id = inspector, person_id
    point.visit_order = (last or 0) + 1
    point.save(update_fields=["inspector", "person", "visit_order"])
    record("round.inspector_sent", found, actor, at, point=point.pk, inspector=inspector.pk)
    _read_again(point, person_id)
    return point


def _inspector(found: Round, point: RoundPoint, person_id: int, at: datetime) -> Inspector:
    able = {each.person_id for each in able_inspectors(found, clock.local_date(at))}
    if person_id not in able:
        raise Refusal(
            "not_an_inspector", _("Only people with the role “inspector” visit points.")
        )
    named = Inspector.objects.filter(round=found, person=person_id).first()
    if naming.is_own_unit(person_id, point) or (named and point.unit_id in named.own_units):
        raise Refusal("own_unit", _("Nobody reads a point of their own unit."))
    return named or Inspector.objects.create(
        round=found, person_id=person_id, division_id=found.division_id,
        own_units=sorted(units_of(person_id)),
    )  # fmt: skip


def _read_again(point: RoundPoint, person_id: int) -> None:
    """What they had sent of this point before they were sent there counts now."""
    waiting = Intake.objects.filter(
        round_point=point, person=person_id, state=IntakeState.NOT_COUNTED,
        why=WhyNot.NOT_THEIRS,
    )  # fmt: skip
    for each in waiting.select_related("submission__form_version__form").order_by("pk"):
        intakes.defer(each.submission)

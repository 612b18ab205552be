"""What did not count by itself: the office counts it for the right point, or leaves it out."""

from datetime import datetime

from django.utils.translation import gettext as _

from xinfeng.base import scope
from xinfeng.base.refusal import Forbidden, Refusal, Unknown
from xinfeng.inspections.models import (
    Intake,
    IntakeState,
    Round,
    RoundPoint,
    VisitState,
    WhyNot,
)
from xinfeng.inspections.queries import naming
from xinfeng.inspections.sent import said_by
from xinfeng.people.models import Person

from . import findings
from .intakes import STILL_OPEN, count, hold, keep, take_all_back
from .rounds import locked, refuse_assessed

_WAITS = (IntakeState.NOT_COUNTED, IntakeState.LEFT_OUT)


@scope.command
def count_form(*, intake_id: int, round_point_id: int, actor: Person, at: datetime) -> Intake:
    """It counts at this point after all, and in the place of what was counted there before."""
    point = RoundPoint.objects.filter(pk=round_point_id).select_related("point").first()
    if point is None:
        raise Unknown("point_unknown", _("There is no such point in a round."))
    held = locked(point.round_id, actor, at)
    intake = _locked_intake(intake_id, actor, at)
    if intake.state == IntakeState.COUNTED and intake.round_point_id == point.pk:
        return intake
    chain = naming.chain_of(intake.submission)
    hold(chain)
    _refuse_unfit(intake, held, point, actor)
    for other in _counted_before(point, [each.pk for each in chain]):
        former = [each.pk for each in naming.chain_of(other.submission)]
        take_all_back(other.submission, former, at)
        _decide(other, IntakeState.LEFT_OUT, actor, at, why=WhyNot.READ_BEFORE)
    intake.decided_by, intake.decided_at = actor, at
    findings.follow_amendment(held, actor)
    return count(intake, intake.submission, chain, point, at)


@scope.command
def leave_out(*, intake_id: int, actor: Person, at: datetime) -> Intake:
    """It was looked at and is not counted; it stays where it is, with the reason."""
    intake = _locked_intake(intake_id, actor, at)
    if intake.state == IntakeState.LEFT_OUT:
        return intake
    if intake.state != IntakeState.NOT_COUNTED:
        raise _moved_on()
    _decide(intake, IntakeState.LEFT_OUT, actor, at, why=WhyNot(intake.why))
    return intake


def _decide(
    intake: Intake, state: IntakeState, actor: Person, at: datetime, *, why: WhyNot
) -> None:
    intake.state, intake.why = state, why
    intake.decided_by, intake.decided_at = actor, at
    keep(intake, actor, at)


def _locked_intake(intake_id: int, actor: Person, at: datetime) -> Intake:
    found = (
        Intake.objects.select_for_update(of=("self",))
        .select_related("submission__form_version__form", "submission__person")
        .filter(pk=intake_id)
        .first()
    )
    if found is None:
        raise Unknown("intake_unknown", _("There is no such form here."))
    refuse_assessed(actor, found.division_id, at)
    if found.person_id == actor.pk:
        raise Forbidden("own_form", _("Nobody decides about what they sent themselves."))
    return found


def _refuse_unfit(intake: Intake, held: Round, point: RoundPoint, actor: Person) -> None:
    if intake.state not in _WAITS or intake.division_id != held.division_id:
        raise _moved_on()
    if held.state not in STILL_OPEN:
        raise Refusal("round_is_not_open", _("This round takes in no readings now."))
    if point.state == VisitState.REPLACED:
        raise Refusal("point_replaced", _("This point was replaced by another one."))
    sender = naming.chain_of(intake.submission)[0].person_id
    if naming.is_own_unit(sender, point):
        raise Refusal("own_unit", _("Nobody reads a point of their own unit."))
    sent = said_by(intake.submission)
    if not naming.answered(intake.submission, sent, held, point):
        raise Refusal("no_line", _("It answers no line that is read at this point."))


def _counted_before(point: RoundPoint, chain: list[int]) -> list[Intake]:
    rows = Intake.objects.filter(round_point=point, state=IntakeState.COUNTED)
    return list(
        rows.exclude(submission__in=chain)
        .select_related("submission__form_version__form", "submission__person")
        .order_by("pk")
    )


def _moved_on() -> Refusal:
    return Refusal("intake_moved_on", _("This form has moved on; look at it again."))

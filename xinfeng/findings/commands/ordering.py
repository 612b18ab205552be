"""A unit is made responsible, with a term."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinfeng.base import clock, scope
from xinfeng.base.refusal import Refusal
from xinfeng.findings import permissions
from xinfeng.findings.models import WITH_UNIT, Finding, State, Term
from xinfeng.journal import commands as journal
from xinfeng.people import notices
from xinfeng.people.models import Person
from xinfeng.units.models import Unit

from .asking import lock_for
from .moving import move, note
from .telling import tell_unit

journal.declare(
    {
        "finding.ordered": gettext_lazy("ordered a finding to a unit"),
        "finding.reminded": gettext_lazy("reminded a unit of a finding"),
    }
)
notices.declare(
    {
        "finding.ordered": gettext_lazy(
            "Your unit is to put right the finding %(code)s by %(due)s."
        ),
        "finding.reminded": gettext_lazy(
            "The office reminds your unit of the finding %(code)s; it is due by %(due)s."
        ),
    }
)
# More at once would hold too many rows in one transaction.
MOST_AT_ONCE = 500
_REMINDED_AGAIN_HOURS = 4


@scope.command
def order(*, finding_id: int, unit_id: int, term: Term, actor: Person, at: datetime) -> Finding:
    """The unit has so long to put it right."""
    finding, _caller = lock_for(finding_id, actor, at, permissions.may_order)
    return _order(finding, unit_id, term, actor, at)


@scope.command
def order_to_owners(
    *, finding_ids: Sequence[int], term: Term, actor: Person, at: datetime
) -> list[Finding]:
    """Each to the unit of its point, as after a round; what has no point is left."""
    if len(finding_ids) > MOST_AT_ONCE:
        raise Refusal("too_many", _("Choose at most %(most)s.") % {"most": MOST_AT_ONCE})
    ordered = []
    for pk in sorted(set(finding_ids)):
        finding, _caller = lock_for(pk, actor, at, permissions.may_order)
        waits = finding.state in (State.CONFIRMED, State.REOPENED)
        unit_id = finding.point.unit_id if finding.point is not None else None
        if waits and unit_id is not None:
            ordered.append(_order(finding, unit_id, term, actor, at))
    return ordered


@scope.command
def remind(*, finding_id: int, actor: Person, at: datetime) -> Finding:
    """The unit is told once more; not more often than every few hours."""
    finding, _caller = lock_for(finding_id, actor, at, permissions.may_remind)
    if not finding.is_with_unit:
        raise Refusal("finding_state", _("This finding has moved on; look at it again."))
    last = finding.reminded_at
    if last is not None and (at - last).total_seconds() < _REMINDED_AGAIN_HOURS * 3600:
        return finding
    finding.reminded_at = at
    finding.save(update_fields=["reminded_at"])
    note(finding, verb="finding.reminded", actor=actor, at=at)
    assert finding.due_at is not None
    tell_unit("finding.reminded", finding, at, due=clock.local_date(finding.due_at))
    return finding


def _order(finding: Finding, unit_id: int, term: Term, actor: Person, at: datetime) -> Finding:
    if finding.state in WITH_UNIT and finding.unit_id == unit_id and finding.term == term:
        return finding
    unit = Unit.objects.filter(pk=unit_id, is_active=True).first()
    if unit is None:
        raise Refusal("unit_unknown", _("Choose a unit that is there."))
    finding.unit, finding.term, finding.ordered_by = unit, term, actor
    move(
        finding, State.ORDERED, verb="finding.ordered", actor=actor, at=at,
        unit=unit.code, term=term, also=("unit", "term", "ordered_by"),
    )  # fmt: skip
    assert finding.due_at is not None
    tell_unit("finding.ordered", finding, at, due=clock.local_date(finding.due_at))
    return finding

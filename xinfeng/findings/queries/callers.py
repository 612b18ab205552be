"""Who asks something of findings, read once for all the questions about it."""

import hmac
from datetime import datetime

from django.contrib.auth.models import AnonymousUser

from xinfeng.base import clock, crypto
from xinfeng.base.standing import NOBODY
from xinfeng.findings.models import Finding, FindingStep, HotlineTicket, SnapReport
from xinfeng.findings.permissions import Caller
from xinfeng.people.models import Person
from xinfeng.people.queries import standing_of
from xinfeng.units.queries import units_of

from .units import tree_of


def track_digest(code: str, secret: str) -> bytes:
    """What is kept of the secret in a tracking address."""
    return crypto.digest("snap tracking", f"{code}:{secret}")


def holds(report: SnapReport, secret: str) -> bool:
    if not secret:
        return False
    return hmac.compare_digest(bytes(report.track_digest), track_digest(report.code, secret))


def contact_of(finding_id: int) -> int | None:
    """Who reported or called about it, where a name was left; inside a scope that shows it."""
    for rows in (SnapReport.objects, HotlineTicket.objects):
        found = rows.filter(finding=finding_id).values_list("contact", flat=True).first()
        if found is not None:
            return int(found)
    return None


def caller_of(
    actor: Person | AnonymousUser | None, at: datetime, *, finding: Finding | None = None
) -> Caller:
    """A few short queries; about a finding also whether they had a part in it."""
    if not isinstance(actor, Person):
        return Caller()
    on = clock.local_date(at)
    # A closed account has no rights, whatever grants are still written.
    if not actor.is_active:
        return Caller(standing=NOBODY)
    own = units_of(actor.pk)
    return Caller(
        standing=standing_of(actor, on),
        units=own,
        tree=tree_of(own) if own else frozenset(),
        had_part=finding is not None and had_part(finding.pk, actor.pk),
    )


def had_part(finding_id: int, person_id: int) -> bool:
    """Whether a line of its timeline is theirs."""
    return FindingStep.objects.filter(finding_id=finding_id, actor_id=person_id).exists()

"""Somebody else looks at a repair; then it is closed, or comes back."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinfeng.base import clock, scope
from xinfeng.base.refusal import Refusal
from xinfeng.findings import permissions
from xinfeng.findings.models import (
    REOPENS,
    SENDS_BACK,
    Finding,
    Reason,
    Recheck,
    Stage,
    State,
    Verdict,
)
from xinfeng.findings.wishes import Picture
from xinfeng.journal import commands as journal
from xinfeng.people import notices
from xinfeng.people.models import Person

from .asking import lock_for
from .moving import move
from .pictures import hang
from .telling import tell_reporter, tell_unit

journal.declare(
    {
        "finding.verified": gettext_lazy("re-checked a finding: put right"),
        "finding.sent_back": gettext_lazy("re-checked a finding and sent it back"),
        "finding.closed": gettext_lazy("closed a finding"),
        "finding.reopened": gettext_lazy("reopened a finding"),
    }
)
notices.declare(
    {
        "finding.verified": gettext_lazy(
            "What you reported under %(code)s was put right and re-checked. Please look and"
            " rate it."
        ),
        "finding.sent_back": gettext_lazy(
            "The finding %(code)s was sent back to your unit; put it right by %(due)s."
        ),
        "finding.reopened": gettext_lazy("The finding %(code)s was opened again."),
    }
)


@scope.command
def recheck(
    *,
    finding_id: int,
    verdict: Verdict,
    actor: Person,
    at: datetime,
    reason: str = "",
    words: str = "",
    pictures: Sequence[Picture] = (),
) -> Finding:
    """Put right or not: judged by another person than who repaired it, and not of the unit."""
    finding, _caller = lock_for(finding_id, actor, at, permissions.may_recheck)
    if already := _mine(finding, actor, verdict):
        return already
    if (verdict == Verdict.NOT_MET) != (reason in SENDS_BACK):
        raise Refusal("reason_wrong", _("Say what is missing when you send it back."))
    if finding.state != State.REPAIRED:
        raise Refusal("finding_state", _("This finding has moved on; look at it again."))
    assert finding.repaired_by_id is not None, "what is repaired was repaired by somebody"
    Recheck.objects.create(
        finding=finding, attempt=finding.attempt, verdict=verdict, reason=reason,
        words=words.strip()[: Recheck.LONGEST], repaired_by_id=finding.repaired_by_id,
        checked_by=actor, at=at,
    )  # fmt: skip
    hang(finding, pictures, Stage.RECHECK, actor, at)
    if verdict == Verdict.MET:
        finding.rechecked_by = actor
        move(finding, State.VERIFIED, verb="finding.verified", actor=actor, at=at)
        tell_reporter("finding.verified", finding, at)
        return finding
    move(finding, State.SENT_BACK, verb="finding.sent_back", actor=actor, at=at, reason=reason)
    assert finding.due_at is not None
    tell_unit("finding.sent_back", finding, at, due=clock.local_date(finding.due_at))
    return finding


@scope.command
def close(*, finding_id: int, actor: Person, at: datetime) -> Finding:
    """An office closes what was re-checked, before its time does."""
    finding, _caller = lock_for(finding_id, actor, at, permissions.may_close)
    if finding.state == State.CLOSED:
        return finding
    if finding.state != State.VERIFIED:
        raise Refusal("not_rechecked", _("It can be closed once it was re-checked."))
    move(finding, State.CLOSED, verb="finding.closed", actor=actor, at=at)
    return finding


@scope.command
def reopen(*, finding_id: int, reason: Reason, actor: Person, at: datetime) -> Finding:
    """It is there again, or was closed by mistake: it is ordered anew."""
    finding, _caller = lock_for(finding_id, actor, at, permissions.may_reopen)
    if finding.state == State.REOPENED:
        return finding
    if reason not in REOPENS or finding.is_praise:
        raise Refusal("reason_wrong", _("Say why it is opened again."))
    move(finding, State.REOPENED, verb="finding.reopened", actor=actor, at=at, reason=reason)
    if finding.unit_id is not None:
        tell_unit("finding.reopened", finding, at)
    return finding


def _mine(finding: Finding, actor: Person, verdict: Verdict) -> Finding | None:
    """The same verdict sent twice is one."""
    attempt = finding.attempt
    if verdict == Verdict.NOT_MET and finding.state == State.SENT_BACK:
        attempt -= 1
    elif finding.state != State.VERIFIED:
        return None
    own = Recheck.objects.filter(
        finding=finding, attempt=attempt, checked_by=actor, verdict=verdict
    )
    return finding if own.exists() else None

"""An office looks at what came in: a finding, none, there already, or praise."""

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinfeng.base import scope
from xinfeng.base.refusal import Refusal
from xinfeng.findings import permissions
from xinfeng.findings.models import REFUSALS, Category, Finding, FindingFile, Reason, State
from xinfeng.journal import commands as journal
from xinfeng.people import notices
from xinfeng.people.models import Person

from .absorbing import absorb, lock_both
from .asking import lock_for, words_of
from .handing import hand_over_by_itself
from .moving import move
from .telling import tell_reporter

journal.declare(
    {
        "finding.confirmed": gettext_lazy("confirmed a finding"),
        "finding.refused": gettext_lazy("found a report to be no finding"),
        "finding.merged": gettext_lazy("found a finding to be a duplicate"),
        "finding.praised": gettext_lazy("passed praise on"),
    }
)
notices.declare(
    {
        "finding.confirmed": gettext_lazy("Your report %(code)s was confirmed."),
        "finding.refused": gettext_lazy(
            "Your report %(code)s was looked at; it is not followed up. The page of the report"
            " says why."
        ),
        "finding.merged": gettext_lazy(
            "What you reported was known already; it goes on under the number %(code)s."
        ),
        "finding.praised": gettext_lazy("Your praise %(code)s was passed on. Thank you."),
    }
)


@scope.command
def confirm(
    *,
    finding_id: int,
    actor: Person,
    at: datetime,
    text: str = "",
    category_id: int | None = None,
    public_files: tuple[int, ...] = (),
) -> Finding:
    """It is as reported. The office may word it anew, since from now on others read it, and
    says which pictures everybody may see."""
    finding, _caller = lock_for(finding_id, actor, at, permissions.may_confirm)
    if finding.confirmed_at is not None:
        return finding
    if finding.is_praise:
        raise Refusal("is_praise", _("Praise is passed on, not confirmed."))
    reworded = bool(text.strip()) and text.strip() != finding.text
    if text.strip():
        finding.text = words_of(text, Finding.LONGEST)
    if category_id is not None:
        finding.category = Category.objects.filter(pk=category_id).first() or finding.category
    FindingFile.objects.filter(finding=finding, pk__in=public_files).update(is_public=True)
    finding.confirmed_by = actor
    move(
        finding, State.CONFIRMED, verb="finding.confirmed", actor=actor, at=at,
        reworded=reworded, also=("text", "category", "confirmed_by"),
    )  # fmt: skip
    hand_over_by_itself(finding, actor, at)
    tell_reporter("finding.confirmed", finding, at)
    return finding


@scope.command
def refuse(*, finding_id: int, reason: Reason, actor: Person, at: datetime) -> Finding:
    """It is nothing to be put right here, for a reason that the reporter is told."""
    finding, _caller = lock_for(finding_id, actor, at, permissions.may_confirm)
    if finding.state == State.REFUSED:
        return finding
    if reason not in REFUSALS:
        raise Refusal("reason_wrong", _("This is no reason to refuse a report."))
    if finding.is_with_unit:
        raise Refusal("finding_state", _("This finding has moved on; look at it again."))
    move(finding, State.REFUSED, verb="finding.refused", actor=actor, at=at, reason=reason)
    tell_reporter("finding.refused", finding, at)
    return finding


@scope.command
def pass_on(*, finding_id: int, actor: Person, at: datetime) -> Finding:
    """Praise was read and passed on; there is nothing to put right."""
    finding, _caller = lock_for(finding_id, actor, at, permissions.may_confirm)
    if finding.state == State.CLOSED and finding.is_praise:
        return finding
    finding.confirmed_by, finding.confirmed_at = actor, at
    move(
        finding, State.CLOSED, verb="finding.praised", actor=actor, at=at,
        also=("confirmed_by", "confirmed_at"),
    )  # fmt: skip
    tell_reporter("finding.praised", finding, at)
    return finding


@scope.command
def merge(*, finding_id: int, into_id: int, actor: Person, at: datetime) -> Finding:
    """A duplicate ends in the finding that goes on; both say so on their timelines."""
    lock_both(finding_id, into_id)
    finding, _caller = lock_for(finding_id, actor, at, permissions.may_order)
    into, _caller = lock_for(into_id, actor, at, permissions.may_order)
    if finding.state == State.MERGED and finding.merged_into_id == into.pk:
        return finding
    absorb(finding, into, verb="finding.merged", actor=actor, at=at)
    # Who reported the duplicate follows what goes on.
    Finding.objects.filter(merged_into=finding).update(merged_into=into)
    tell_reporter("finding.merged", into, at)
    return finding

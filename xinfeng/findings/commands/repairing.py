"""The unit takes a finding up and puts it right, with pictures of afterwards."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinfeng.base import scope
from xinfeng.base.refusal import Refusal
from xinfeng.findings import permissions
from xinfeng.findings.models import Finding, Repair, Stage, State
from xinfeng.findings.wishes import Picture
from xinfeng.journal import commands as journal
from xinfeng.people.models import Person

from .asking import lock_for, words_of
from .moving import move
from .pictures import hang

journal.declare(
    {
        "finding.taken_up": gettext_lazy("took a finding up"),
        "finding.repaired": gettext_lazy("put a finding right"),
    }
)


@scope.command
def take_up(*, finding_id: int, actor: Person, at: datetime) -> Finding:
    """The unit has read it and is at work."""
    finding, _caller = lock_for(finding_id, actor, at, permissions.may_repair)
    if finding.state == State.REPAIRING:
        return finding
    move(finding, State.REPAIRING, verb="finding.taken_up", actor=actor, at=at)
    return finding


@scope.command
def repair(
    *,
    finding_id: int,
    words: str,
    after: Sequence[Picture],
    actor: Person,
    at: datetime,
    before: Sequence[Picture] = (),
) -> Finding:
    """It is put right: what was done, and at least one picture of how it looks now."""
    finding, _caller = lock_for(finding_id, actor, at, permissions.may_repair)
    if finding.state == State.REPAIRED and finding.repaired_by_id == actor.pk:
        return finding
    text = words_of(words, Repair.LONGEST)
    if not after:
        raise Refusal("picture_missing", _("Add a picture of how it looks now."))
    due_at = finding.due_for(at)
    assert due_at is not None, "an open finding has a deadline"
    finding.repaired_by = actor
    move(
        finding, State.REPAIRED, verb="finding.repaired", actor=actor, at=at,
        pictures=len(after), also=("repaired_by",),
    )  # fmt: skip
    Repair.objects.create(
        finding=finding, attempt=finding.attempt, words=text, repaired_by=actor, at=at,
        due_at=due_at,
    )  # fmt: skip
    hang(finding, after, Stage.AFTER, actor, at)
    hang(finding, before, Stage.BEFORE, actor, at)
    return finding

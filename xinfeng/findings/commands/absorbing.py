"""A duplicate ends in the finding that goes on, whoever recognised it."""

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinfeng.base.refusal import Refusal
from xinfeng.findings.models import Finding, State
from xinfeng.journal import commands as journal
from xinfeng.people.models import Person

from .moving import lock, move, note

journal.declare({"finding.absorbed": gettext_lazy("joined a duplicate to a finding")})


def lock_both(one_id: int, other_id: int) -> tuple[Finding | None, Finding | None]:
    """In the order of the ids, so that two who merge both ways do not wait for each other."""
    held = {pk: lock(pk) for pk in sorted({one_id, other_id})}
    return held[one_id], held[other_id]


def absorb(
    finding: Finding, into: Finding | None, *, verb: str, actor: Person | None, at: datetime
) -> Finding:
    """Both say so on their timelines; the one that goes on."""
    if (
        into is None
        or finding.pk == into.pk
        or not into.is_open
        or finding.is_praise != into.is_praise
    ):
        raise Refusal("merge_impossible", _("Choose another finding that is still open."))
    finding.merged_into = into
    move(
        finding, State.MERGED, verb=verb, actor=actor, at=at, into=into.pk,
        also=("merged_into",),
    )  # fmt: skip
    note(into, verb="finding.absorbed", actor=actor, at=at, duplicate=finding.pk)
    return into

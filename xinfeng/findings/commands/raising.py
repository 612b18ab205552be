"""Findings come in: a whole round at once, one by an office, one by the unit itself."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinfeng.base import positions, scope
from xinfeng.base.refusal import Forbidden, Refusal
from xinfeng.findings import permissions
from xinfeng.findings.models import Finding, FindingFile, Source, Stage, State
from xinfeng.findings.permissions import Caller
from xinfeng.findings.queries.callers import caller_of
from xinfeng.findings.wishes import NewFinding
from xinfeng.journal import commands as journal
from xinfeng.people.models import Person

from .asking import words_of
from .moving import alone, begin

journal.declare({"finding.raised": gettext_lazy("raised a finding")})


@scope.command
def raise_findings(*, new: Sequence[NewFinding], actor: Person, at: datetime) -> list[Finding]:
    """Write findings down, all in a few statements; what was raised before is left as it is.

    A round's owner calls it once with everything that was not met. What an inspection found was
    seen by somebody sent for it, so that it is confirmed; all else waits for an office.
    """
    caller = caller_of(actor, at)
    _refuse_foreign(caller, new)
    return keep(new, actor=actor, at=at)


def keep(new: Sequence[NewFinding], *, actor: Person | None, at: datetime) -> list[Finding]:
    """The rows, for a command of this room that has asked permission; in the order given."""
    alone("raise findings")
    there = set(
        Finding.objects.filter(origin__in=[one.origin for one in new]).values_list(
            "origin", flat=True
        )
    )
    fresh = list({one.origin: one for one in new if one.origin not in there}.values())
    begin([_row(one, actor, at) for one in fresh], verb="finding.raised", actor=actor, at=at)
    rows = {
        row.origin: row
        for row in Finding.objects.filter(origin__in=[one.origin for one in new])
        .select_related("unit")
        .order_by("pk")
    }
    FindingFile.objects.bulk_create(
        [
            FindingFile(
                finding=rows[one.origin], file_id=file_id, stage=Stage.BEFORE, attempt=1,
                added_by=actor, at=at,
            )
            for one in fresh
            for file_id in dict.fromkeys(one.files)
        ],
        batch_size=1000,
    )  # fmt: skip
    return [rows[origin] for origin in dict.fromkeys(one.origin for one in new)]


def _row(one: NewFinding, actor: Person | None, at: datetime) -> Finding:
    inspected = one.source == Source.INSPECTION
    has_position = one.lat_e6 is not None and one.lon_e6 is not None
    cell = None
    if one.lat_e6 is not None and one.lon_e6 is not None:
        cell = positions.cell(one.lat_e6, one.lon_e6)
    return Finding(
        code=one.code, origin=one.origin, source=one.source,
        state=State.CONFIRMED if inspected else State.REPORTED,
        confirmed_by=actor if inspected else None,
        division_id=one.division_id, text=words_of(one.text, Finding.LONGEST),
        submission_id=one.submission_id, point_id=one.point_id, line=one.line,
        category_id=one.category_id, is_praise=one.is_praise,
        lat_e6=one.lat_e6 if has_position else None,
        lon_e6=one.lon_e6 if has_position else None, cell=cell,
        found_at=min(one.found_at, at), found_by_id=one.found_by_id,
    )  # fmt: skip


def _refuse_foreign(caller: Caller, new: Sequence[NewFinding]) -> None:
    for one in new:
        if one.source == Source.INSPECTION and one.is_praise:
            raise Refusal("praise_wrong", _("An inspection raises no praise."))
        own_unit = one.source == Source.SELF and bool(caller.units)
        if not (own_unit or permissions.may_raise(caller, one.division_id)):
            raise Forbidden("not_your_area", _("You can raise findings of your area only."))

"""What became of the hotline's matters as a workbook, under the hotline's own numbers."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from xinfeng.base import books
from xinfeng.base.exports import plain
from xinfeng.findings.hotline.columns import OUT, WIDTHS
from xinfeng.findings.models import NEEDS_REASON, State
from xinfeng.findings.queries.hotline import Handled

# The unit's own words about the repair are told once somebody else has looked.
_LOOKED_AT = (State.VERIFIED, State.CLOSED)


def workbook(matters: Iterable[Handled]) -> bytes:
    return books.table("12345", OUT, _rows(matters), WIDTHS)


def _rows(matters: Iterable[Handled]) -> Iterator[dict[str, Any]]:
    for one in matters:
        finding = one.finding
        yield {
            "number": plain(one.ticket.number),
            "called_at": _moment(one.ticket.called_at),
            "code": finding.code,
            "state": str(finding.get_state_display()),
            "unit": plain(finding.unit.name) if finding.unit else "",
            **{
                name: _moment(getattr(finding, name))
                for name in ("confirmed_at", "ordered_at", "repaired_at", "verified_at",
                             "closed_at")
            },
            "due_at": _moment(finding.due_at) if finding.is_with_unit else "",
            "is_late": _("yes") if finding.late_repairs else "",
            "result": plain(_result(one)),
        }  # fmt: skip


def _result(one: Handled) -> str:
    finding, said = one.finding, []
    if one.is_joined:
        said.append(_("Dealt with together with others."))
    if finding.state in NEEDS_REASON and finding.reason:
        said.append(str(finding.get_reason_display()))
    if finding.state in _LOOKED_AT and one.repair:
        said.append(one.repair)
    return " ".join(said)


def _moment(at: datetime | None) -> str:
    return timezone.localtime(at).strftime("%Y-%m-%d %H:%M") if at else ""

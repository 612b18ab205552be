"""What became of the hotline's matters, for the hotline and for the desk."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery

from xinfeng.base import scope
from xinfeng.base.scope import Span, reached
from xinfeng.findings.models import Finding, HotlineSheet, HotlineTicket, Repair
from xinfeng.people.models import Person

MOST_EXPORTED = 20_000
_AT_ONCE = 1_000


@dataclass(frozen=True)
class Handled:
    """One matter, and the finding as which it is dealt with."""

    ticket: HotlineTicket
    finding: Finding
    repair: str

    @property
    def is_joined(self) -> bool:
        return self.ticket.finding.merged_into_id is not None


def sheets_of(person: Person) -> list[HotlineSheet]:
    """One's own tables, the newest first, without what stands in them."""
    own = HotlineSheet.objects.filter(added_by=person).defer("content_sealed")
    return list(own.order_by("-pk")[:20])


def handled(spans: Sequence[Span], since: datetime, until: datetime) -> Iterator[list[Handled]]:
    """Matters of a span of calls within a reach, the oldest first, some at a time."""
    after: tuple[datetime, int] | None = None
    sent = 0
    while sent < MOST_EXPORTED:
        with scope.reading(person_id=None, spans=spans):
            found = list(_from(_matters(spans, since, until), after)[:_AT_ONCE])
        if not found:
            return
        yield [_handled(one) for one in found]
        sent += len(found)
        after = (found[-1].called_at, found[-1].pk)


def _from(
    rows: QuerySet[HotlineTicket], after: tuple[datetime, int] | None
) -> QuerySet[HotlineTicket]:
    if after is None:
        return rows
    moment, pk = after
    later = rows.filter(called_at__gt=moment) | rows.filter(called_at=moment, pk__gt=pk)
    return later.filter(called_at__gte=moment)


def _matters(
    spans: Sequence[Span], since: datetime, until: datetime
) -> QuerySet[HotlineTicket, Any]:
    def newest(finding: str) -> Subquery:
        repairs = Repair.objects.filter(finding=OuterRef(finding)).order_by("-attempt")
        return Subquery(repairs.values("words")[:1])

    rows = HotlineTicket.objects.filter(
        reached(spans), called_at__gte=since, called_at__lt=until
    )
    rows = rows.select_related("finding__unit", "finding__merged_into__unit")
    rows = rows.annotate(
        own_words=newest("finding"), joined_words=newest("finding__merged_into")
    )
    return rows.order_by("called_at", "pk")


def _handled(ticket: Any) -> Handled:
    going_on = ticket.finding.merged_into
    words = ticket.joined_words if going_on else ticket.own_words
    return Handled(ticket, going_on or ticket.finding, words or "")

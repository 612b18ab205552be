"""What waits for a person at the desk: to verify, to call back, complaints, plans."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from django.db.models import Q

from xinfeng.base import scope
from xinfeng.base.scope import Span, reached
from xinfeng.dispatch.models import (
    CallBack,
    Complaint,
    Order,
    Plan,
    Rating,
    State,
)

from .desk import Counts, Key, counted, key_of, open_complaints, pressing, within
from .desk_doubles import doubles

Line = TypeVar("Line")
PAGE = 20
PLANS = 10


@dataclass(frozen=True)
class ToVerify:
    """An order nobody has looked at yet, and how many open ones look like it."""

    order: Order
    served: str
    alike: int


@dataclass(frozen=True)
class ToCall:
    """An order with a poor rating, and the calls made so far."""

    order: Order
    served: str
    rating: Rating | None
    calls: list[CallBack]


@dataclass(frozen=True)
class Queue(Generic[Line]):
    lines: list[Line]
    after: str
    counts: Counts


def to_verify(spans: Sequence[Span], *, after: Key | None) -> Queue[ToVerify]:
    """Most pressing first; each with its likely doubles counted."""
    with scope.reading(person_id=None, spans=spans):
        shown, last = _page(spans, State.TO_VERIFY, after)
        alike = doubles(spans, shown)
        counts = counted(spans)
    lines = [ToVerify(order, _served(order), len(alike[order.pk])) for order in shown]
    return Queue(lines, last, counts)


def to_call(spans: Sequence[Span], *, after: Key | None) -> Queue[ToCall]:
    """Poor ratings that nobody has called about to the end."""
    with scope.reading(person_id=None, spans=spans):
        shown, last = _page(spans, State.CALL_BACK, after)
        ids = [order.pk for order in shown]
        ratings = {
            (rating.order_id, rating.attempt): rating
            for rating in Rating.objects.filter(order_id__in=ids).order_by("pk")
        }
        calls: dict[int, list[CallBack]] = {pk: [] for pk in ids}
        for call in CallBack.objects.filter(order_id__in=ids).order_by("-number"):
            calls[call.order_id].append(call)
        counts = counted(spans)
    return Queue(
        [
            ToCall(
                order,
                _served(order),
                ratings.get((order.pk, order.attempt)),
                [call for call in calls[order.pk] if call.attempt == order.attempt],
            )
            for order in shown
        ],
        last,
        counts,
    )


def complaints(
    spans: Sequence[Span], *, after: tuple[datetime, int] | None
) -> Queue[Complaint]:
    """Those without an answer, the earliest deadline first."""
    rows = open_complaints(spans)
    if after:
        due_at, pk = after
        rows = rows.filter(Q(due_at__gt=due_at) | Q(due_at=due_at, pk__gt=pk))
    with scope.reading(person_id=None, spans=spans):
        found = list(
            rows.select_related("order__item", "order__division").order_by("due_at", "pk")[
                : PAGE + 1
            ]
        )
        counts = counted(spans)
    shown = found[:PAGE]
    more = len(found) > PAGE
    last = f"{shown[-1].due_at.timestamp():.6f}_{shown[-1].pk}" if more else ""
    return Queue(shown, last, counts)


def complaint_at(spans: Sequence[Span], code: str) -> Complaint | None:
    with scope.reading(person_id=None, spans=spans):
        return (
            Complaint.objects.filter(reached(spans), code=code)
            .select_related("order__item", "order__division")
            .first()
        )


def plans(spans: Sequence[Span]) -> list[Plan]:
    """The latest runs of the matching over any part of the reach."""
    return list(Plan.objects.filter(reached(spans)).order_by("-pk")[:PLANS])


def plan_at(spans: Sequence[Span], code: str) -> Plan | None:
    return Plan.objects.filter(reached(spans), code=code).first()


def _page(spans: Sequence[Span], state: State, after: Key | None) -> tuple[list[Order], str]:
    rows = within(spans).filter(state=state)
    found = list(pressing(rows, after).select_related("contact")[: PAGE + 1])
    shown = found[:PAGE]
    return shown, str(key_of(shown[-1])) if len(found) > PAGE else ""


def _served(order: Order) -> str:
    return order.contact.masked_name if order.contact else ""

"""The dispatch desk: what is open, the most pressing first, narrowed and put on the map."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any

from django.conf import settings
from django.db.models import Count, F, Q, QuerySet

from xinfeng.base import codes, pack, scope
from xinfeng.base.scope import Span, reached
from xinfeng.base.service_menu import ItemClass
from xinfeng.base.standing import Standing
from xinfeng.dispatch.models import (
    Complaint,
    ComplaintState,
    Offer,
    OfferState,
    Order,
    OrderQuerySet,
    State,
    Warned,
)
from xinfeng.dispatch.models.orders import IS_SHORT
from xinfeng.people.permissions import OFFICES
from xinfeng.places.models import Division, Place
from xinfeng.places.queries import areas

PAGE = 30
# More points than this no screen tells apart; the list beside the map has them all.
MOST_POINTS = 6_000
# Chosen among the states: a time is agreed, and somebody is missing.
SHORT = "SHORT"
_KEY = re.compile(r"([0-2])_([01])_(\d{1,11})\.(\d{6})_(\d{1,18})", re.ASCII)


@dataclass(frozen=True)
class Key:
    """Where a page of the list ended."""

    warned: int
    is_urgent: bool
    due_at: datetime
    pk: int

    def __str__(self) -> str:
        return f"{self.warned}_{int(self.is_urgent)}_{self.due_at.timestamp():.6f}_{self.pk}"

    @classmethod
    def read(cls, text: str) -> "Key | None":
        """What a page wrote into its address; None where it is nothing of the kind."""
        found = _KEY.fullmatch(text)
        if found is None:
            return None
        warned, urgent, seconds, micro, pk = found.groups()
        due_at = datetime.fromtimestamp(int(seconds), UTC).replace(microsecond=int(micro))
        return cls(int(warned), urgent == "1", due_at, int(pk))


@dataclass(frozen=True)
class Choice:
    """How the desk is narrowed; the same for the list and for the map."""

    within: int | None = None
    state: str = ""
    kind: str = ""
    mode: str = ""
    warned: int | None = None

    @property
    def narrows_more(self) -> bool:
        """Whether something is left out besides other areas."""
        return bool(self.state or self.kind or self.mode) or self.warned is not None


@dataclass(frozen=True)
class Line:
    """One open order as the desk's list shows it: nobody is named."""

    order: Order
    proposed: int
    waiting: int
    declined: int


@dataclass(frozen=True)
class Counts:
    """What is open within the reader's reach, whatever is chosen below."""

    states: dict[str, int]
    warned: dict[int, int]
    complaints: int
    # A time is agreed and fewer come than are needed.
    short: int = 0

    @property
    def open(self) -> int:
        return sum(self.states.values())

    def of(self, state: str) -> int:
        return self.states.get(state, 0)

    @property
    def red(self) -> int:
        return self.warned.get(Warned.RED, 0)

    @property
    def yellow(self) -> int:
        return self.warned.get(Warned.YELLOW, 0)


@dataclass(frozen=True)
class Desk:
    lines: list[Line]
    after: Key | None
    counts: Counts
    # From the city pack, which costs no question.
    kinds: tuple[ItemClass, ...]
    areas: list[Division]


def reach(standing: Standing) -> list[Span]:
    """The divisions whose orders this person's desk answers for: a keeper's own village too."""
    spans = standing.spans(OFFICES)
    if standing.places:
        kept = Place.objects.filter(pk__in=standing.places).order_by("division_id")
        for code in kept.values_list("division_id", flat=True).distinct():
            if codes.level_of(code) == codes.Level.VILLAGE:
                spans.append((code, code + 1))
    return spans


def desk(spans: Sequence[Span], choice: Choice, *, after: Key | None) -> Desk:
    """A page of the list, most pressing first, and what is open in all."""
    # One scope for the page: each costs a round trip of its own.
    with scope.reading(person_id=None, spans=spans):
        found = list(pressing(chosen(spans, choice), after)[: PAGE + 1])
        shown = found[:PAGE]
        answers = _answers([order.pk for order in shown])
        waiting = counted(spans)
    last = shown[-1] if len(found) > PAGE else None
    return Desk(
        lines=[Line(order, *answers[order.pk]) for order in shown],
        after=key_of(last) if last else None,
        counts=waiting,
        kinds=pack.load(settings.CITY_PACK).menu.classes,
        areas=areas(spans, choice.within),
    )


def counts(spans: Sequence[Span]) -> Counts:
    """What waits in each room of the desk."""
    with scope.reading(person_id=None, spans=spans):
        return counted(spans)


def red_orders(spans: Sequence[Span]) -> int:
    """How many are beyond their deadline; shown beside the way to the desk."""
    with scope.reading(person_id=None, spans=spans):
        return within(spans).filter(warned=Warned.RED).count()


def within(spans: Iterable[Span]) -> OrderQuerySet:
    """Open orders of these divisions; a draft is nobody's business but the writer's."""
    return Order.objects.open().exclude(state=State.DRAFT).filter(reached(spans))


def chosen(spans: Iterable[Span], choice: Choice) -> OrderQuerySet:
    found = within(spans)
    if choice.within is not None:
        found = found.inside(*codes.span(choice.within, codes.level_of(choice.within)))
    if choice.state == SHORT:
        found = found.short()
    elif choice.state:
        found = found.filter(state=choice.state)
    if choice.kind:
        found = found.filter(item__menu_class__code=choice.kind)
    if choice.mode:
        found = found.filter(item__mode=choice.mode)
    if choice.warned is not None:
        found = found.filter(warned=choice.warned)
    return found


def points(spans: Sequence[Span], choice: Choice) -> list[dict[str, Any]]:
    """Where the open orders are: their rounded position, or that of their village."""
    columns = ("code", "division_id", "lon_e6", "lat_e6", "warned", "state", "due_at")
    with scope.reading(person_id=None, spans=spans):
        rows = list(
            chosen(spans, choice)
            .order_by("-warned", "-is_urgent", "due_at", "pk")
            .values(*columns, item_name=F("item__name"), item_name_en=F("item__name_en"))[
                :MOST_POINTS
            ]
        )
    villages = _villages(settings.CITY_PACK)
    for row in rows:
        if row["lon_e6"] is None:
            row["lon_e6"], row["lat_e6"] = villages.get(row["division_id"], (None, None))
    return [row for row in rows if row["lon_e6"] is not None]


@cache
def _villages(folder: str) -> dict[int, tuple[int, int]]:
    """A village stands where the city pack places it."""
    placed = pack.load(folder).positions()
    return {code: (round(lon * 1e6), round(lat * 1e6)) for code, (lon, lat) in placed.items()}


def counted(spans: Sequence[Span]) -> Counts:
    missing = Count("pk", filter=IS_SHORT)
    rows = within(spans).order_by().values_list("state", "warned")
    states: Counter[str] = Counter()
    warned: Counter[int] = Counter()
    short = 0
    for state, colour, n, few in rows.annotate(n=Count("pk"), few=missing):
        states[state] += n
        warned[colour] += n
        short += few
    return Counts(dict(states), dict(warned), open_complaints(spans).count(), short)


def open_complaints(spans: Iterable[Span]) -> QuerySet[Complaint]:
    """Complaints that wait for an answer."""
    return Complaint.objects.filter(reached(spans), state=ComplaintState.OPEN)


def pressing(rows: OrderQuerySet, after: Key | None) -> OrderQuerySet:
    """Overdue first, then what is due soon; among them the urgent, then the earliest."""
    if after:
        later = Q(due_at__gt=after.due_at) | Q(due_at=after.due_at, pk__gt=after.pk)
        alike = Q(is_urgent=after.is_urgent) & later
        if after.is_urgent:
            alike |= Q(is_urgent=False)
        rows = rows.filter(Q(warned__lt=after.warned) | Q(warned=after.warned) & alike)
    return rows.select_related("item__menu_class", "division").order_by(
        "-warned", "-is_urgent", "due_at", "pk"
    )


def key_of(order: Order) -> Key:
    assert order.due_at is not None
    return Key(order.warned, order.is_urgent, order.due_at, order.pk)


def _answers(order_ids: Sequence[int]) -> dict[int, tuple[int, int, int]]:
    """How many are proposed, were asked and have not answered, and said no, in this attempt."""
    rows = (
        Offer.objects.filter(order_id__in=order_ids, attempt=F("order__attempt"))
        .order_by()
        .values("order_id")
        .annotate(
            proposed=Count("pk", filter=Q(state=OfferState.PROPOSED)),
            waiting=Count("pk", filter=Q(state=OfferState.OFFERED)),
            declined=Count("pk", filter=Q(state__in=[OfferState.DECLINED, OfferState.LAPSED])),
        )
    )
    found = {
        row["order_id"]: (row["proposed"], row["waiting"], row["declined"]) for row in rows
    }
    return {pk: found.get(pk, (0, 0, 0)) for pk in order_ids}

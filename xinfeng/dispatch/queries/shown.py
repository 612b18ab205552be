"""What everybody may see of orders: what, in which township, when, and how it was."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import Q

from xinfeng.base import codes, pack, scope
from xinfeng.base.codes import UNIT, Level
from xinfeng.base.service_menu import Deadline, ItemClass, Step
from xinfeng.dispatch.models import MenuClass, MenuItem, Order, Rating, State
from xinfeng.places.models import Division
from xinfeng.places.queries import city_code

PAGE = 30
ShownKey = tuple[datetime, int]
# What the city promises on the page of services, in the order in which it happens.
PROMISED = (Step.VERIFY, Step.DISPATCH, Step.ACCEPT, Step.CONTACT, Step.FINISH)


@dataclass(frozen=True)
class ShownLine:
    """One dispatched order; whom it is for and the village stay unsaid."""

    item: MenuItem
    township: Division | None
    dispatched_at: datetime
    state: State
    # The latest one; of an order dispatched again perhaps that of the first service.
    rating: int | None
    is_again: bool

    @property
    def may_be_rated(self) -> bool:
        return self.state in {State.TO_RATE, State.CALL_BACK, State.CLOSED}


@dataclass(frozen=True)
class ShownChoice:
    within: int | None = None
    kind: str = ""


@dataclass(frozen=True)
class Shown:
    lines: list[ShownLine]
    after: ShownKey | None
    kinds: tuple[ItemClass, ...]
    counties: list[Division]


@dataclass(frozen=True)
class Service:
    """A class of the menu with its items and how long each step may take."""

    kind: MenuClass
    items: list[MenuItem]
    promises: list[tuple[Step, Deadline]]


def shown(choice: ShownChoice, *, after: ShownKey | None) -> Shown:
    """Dispatched orders, the latest first."""
    rows = Order.objects.public()
    if choice.within is not None:
        level = codes.level_of(choice.within)
        # A village would tell whom it was for.
        if level < Level.VILLAGE:
            rows = rows.inside(*codes.span(choice.within, level))
    if choice.kind:
        rows = rows.filter(item__menu_class__code=choice.kind)
    if after:
        at, pk = after
        rows = rows.filter(
            Q(dispatched_at__lt=at) | Q(dispatched_at=at, pk__lt=pk), dispatched_at__lte=at
        )
    with scope.whole_city():
        found = list(rows.select_related("item").order_by("-dispatched_at", "-pk")[: PAGE + 1])
        page = found[:PAGE]
        ratings = _ratings(page)
    last = page[-1] if len(found) > PAGE else None
    townships = _townships(page)
    return Shown(
        [_line(order, townships, ratings) for order in page],
        (last.dispatched_at, last.pk) if last and last.dispatched_at else None,
        pack.load(settings.CITY_PACK).menu.classes,
        _counties(),
    )


def services(month: int) -> list[Service]:
    """What can be ordered this month, and what the city promises about it."""
    items = [item for item in MenuItem.objects.offered() if item.is_offered_in(month)]
    kinds = MenuClass.objects.filter(is_active=True).order_by("position", "pk")
    menu = pack.load(settings.CITY_PACK).menu
    found = [
        Service(
            kind,
            [item for item in items if item.menu_class_id == kind.pk],
            [
                (step, menu.deadline(step, of_class=kind.code, is_urgent=False))
                for step in PROMISED
            ],
        )
        for kind in kinds
    ]
    return [service for service in found if service.items]


def _line(order: Order, townships: dict[int, Division], ratings: dict[int, int]) -> ShownLine:
    assert order.dispatched_at is not None
    return ShownLine(
        item=order.item,
        township=townships.get(_township_of(order.division_id)),
        dispatched_at=order.dispatched_at,
        state=State(order.state),
        rating=ratings.get(order.pk),
        is_again=order.attempt > 1,
    )


def _ratings(orders: Sequence[Order]) -> dict[int, int]:
    rows = Rating.objects.filter(order_id__in=[order.pk for order in orders])
    return dict(rows.order_by("attempt").values_list("order_id", "overall"))


def _townships(orders: Sequence[Order]) -> dict[int, Division]:
    return Division.objects.in_bulk({_township_of(order.division_id) for order in orders})


def _township_of(code: int) -> int:
    return code // UNIT[Level.TOWNSHIP] * UNIT[Level.TOWNSHIP]


def _counties() -> list[Division]:
    city = city_code()
    if city is None:
        return []
    lo, hi = codes.span(city, Level.CITY)
    return list(Division.objects.inside(lo, hi).filter(level=Level.COUNTY).order_by("code"))

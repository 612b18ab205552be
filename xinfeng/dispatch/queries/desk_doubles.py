"""Orders that may be one and the same wish, for somebody to look at side by side."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q

from xinfeng.base import scope
from xinfeng.base.scope import Span
from xinfeng.dispatch.models import Order

from .desk import within

# Placed further apart than this, the same wish is a new one.
APART = timedelta(days=14)
MOST = 4


@dataclass(frozen=True)
class _Traits:
    """What two orders are compared by."""

    pk: int
    phone: bytes | None
    division_id: int
    item_id: int
    placed_at: datetime | None

    def is_like(self, other: "_Traits") -> bool:
        """The same telephone, or the same service in the same village, within two weeks."""
        if self.pk == other.pk or self.placed_at is None or other.placed_at is None:
            return False
        if abs(self.placed_at - other.placed_at) > APART:
            return False
        same_phone = self.phone is not None and self.phone == other.phone
        same_wish = (self.division_id, self.item_id) == (other.division_id, other.item_id)
        return same_phone or same_wish


def doubles(spans: Sequence[Span], orders: Iterable[Order]) -> dict[int, list[int]]:
    """For each the ids of other open orders that look like it, in one question."""
    asked = [_traits_of(order) for order in orders]
    found = within(spans).filter(
        Q(contact__phone_digest__in=[t.phone for t in asked if t.phone is not None])
        | Q(
            division_id__in={t.division_id for t in asked},
            item_id__in={t.item_id for t in asked},
        )
    )
    rows = found.order_by("pk").values_list(
        "pk", "contact__phone_digest", "division_id", "item_id", "placed_at"
    )
    others = [_Traits(pk, _digest(raw), at, item, on) for pk, raw, at, item, on in rows]
    return {t.pk: [other.pk for other in others if t.is_like(other)] for t in asked}


def side_by_side(spans: Sequence[Span], order: Order) -> list[Order]:
    """The open orders that look like this one, whole."""
    with scope.reading(person_id=None, spans=spans):
        ids = doubles(spans, [order])[order.pk][:MOST]
        found = within(spans).filter(pk__in=ids)
        return list(found.select_related("item", "division", "contact").order_by("pk"))


def same_phone(one: Order, other: Order) -> bool:
    mine, theirs = _traits_of(one).phone, _traits_of(other).phone
    return mine is not None and mine == theirs


def _traits_of(order: Order) -> _Traits:
    raw = order.contact.phone_digest if order.contact else None
    return _Traits(order.pk, _digest(raw), order.division_id, order.item_id, order.placed_at)


def _digest(raw: bytes | memoryview | None) -> bytes | None:
    return bytes(raw) if raw else None

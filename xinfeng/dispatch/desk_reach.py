"""What a request of the desk reaches: asked alike by its pages and by its operations."""

from django.http import Http404

from xinfeng.base import clock, scope
from xinfeng.base.scope import Span
from xinfeng.people.http import SignedInRequest

from .models import Offer, Order
from .permissions import Caller
from .queries import desk, desk_order
from .queries.callers import caller_of


def spans_of(request: SignedInRequest) -> list[Span]:
    """What this person's desk reaches; a desk of nothing is not there."""
    spans = desk.reach(request.standing)
    if not spans:
        raise Http404
    return spans


def area_of(spans: list[Span]) -> int:
    """The division that this desk mostly works for: the widest of its reach."""
    return max(spans, key=lambda span: span[1] - span[0])[0]


def order_of(request: SignedInRequest, code: str) -> Order:
    """An order within the reach; a foreign one is not there."""
    found = desk_order.order_at(spans_of(request), code)
    if found is None:
        raise Http404
    return found


def offer_of(request: SignedInRequest, code: str, offer_id: int) -> Offer:
    """Somebody proposed or asked for an order within the reach."""
    found = desk_order.offer_at(spans_of(request), code, offer_id)
    if found is None:
        raise Http404
    return found


def caller_for(request: SignedInRequest, order: Order) -> Caller:
    """Who asks, as the questions of `permissions` want it."""
    with scope.whole_city():
        return caller_of(request.user, clock.now(), order=order)

"""One order before the desk: everything that is known of it, and what looks like it."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from xinfeng.base import clock
from xinfeng.dispatch import explaining
from xinfeng.dispatch.models import Order
from xinfeng.dispatch.queries import desk_doubles
from xinfeng.dispatch.queries import desk_order as queries
from xinfeng.people.http import SignedInRequest
from xinfeng.people.models import SLOTS, PartOfDay

from .desk import minutes_until, spans_of


@require_safe
@login_required
def order(request: SignedInRequest, code: str) -> HttpResponse:
    return order_page(request, code)


def order_page(request: SignedInRequest, code: str, **more: Any) -> HttpResponse:
    """The sheet of an order; a form that was wrong stands on it again."""
    found = queries.sheet(spans_of(request), code)
    if found is None:
        raise Http404
    due_at = found.order.due_at
    page = {
        "sheet": found,
        "minutes_left": minutes_until(due_at, clock.now()) if due_at else None,
        "needs": explaining.needs(_asked(found.order)),
        "parts": _parts(found.order.wished_parts),
        "may_dispatch": False,
        "opened": None,
    }
    return render(request, "dispatch/desk_order.html", page | more)


@require_safe
@login_required
def doubles(request: SignedInRequest, code: str) -> HttpResponse:
    """The order and those that look like it, side by side."""
    spans, found = spans_of(request), order_of(request, code)
    others = desk_doubles.side_by_side(spans, found)
    page = {
        "order": found,
        "others": others,
        "phones": {other.pk: desk_doubles.same_phone(found, other) for other in others},
    }
    return render(request, "dispatch/desk_doubles.html", page)


def order_of(request: SignedInRequest, code: str) -> Order:
    found = queries.order_at(spans_of(request), code)
    if found is None:
        raise Http404
    return found


def _asked(order: Order) -> dict[str, Any]:
    return {
        "skills": order.item.skills,
        "qualifications": order.item.qualifications,
        "language": order.language,
        "age": order.item.min_age,
    }


def _parts(bits: int | None) -> str:
    """Mornings and evenings: the parts of the day that would do, on whatever weekday."""
    if bits is None:
        return ""
    days = range(0, SLOTS, len(PartOfDay))
    some = [part.label for part in PartOfDay if any(bits >> day + part & 1 for day in days)]
    return "、".join(str(label) for label in some) if len(some) < len(PartOfDay) else ""

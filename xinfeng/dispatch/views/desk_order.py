"""One order before the desk: what is known of it, what looks like it, what is done with it."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from xinfeng.base import clock
from xinfeng.dispatch import commands, explaining, permissions
from xinfeng.dispatch.desk_reach import caller_for, order_of, spans_of
from xinfeng.dispatch.forms.acts import MergerForm
from xinfeng.dispatch.models import MOVES, Order, State
from xinfeng.dispatch.permissions import Caller
from xinfeng.dispatch.queries import desk_doubles
from xinfeng.dispatch.queries import desk_order as queries
from xinfeng.people.http import SignedInRequest
from xinfeng.people.models import SLOTS, PartOfDay

from . import desk_acts
from .desk import minutes_until


@require_safe
@login_required
def order(request: SignedInRequest, code: str) -> HttpResponse:
    return _page(request, code)


@require_POST
@login_required
def act(request: SignedInRequest, code: str, verb: str) -> HttpResponse:
    found = order_of(request, code)
    if verb not in desk_acts.ACTS:
        raise Http404
    answer, form = desk_acts.done(request, found, verb)
    return answer or _page(request, code, wrong={verb: form})


@require_POST
@login_required
def open_contact(request: SignedInRequest, code: str) -> HttpResponse:
    """Whom it is for and how to reach them, with this one answer."""
    found = order_of(request, code)
    opened = commands.open_contact(order_id=found.pk, actor=request.user, at=clock.now())
    return _page(request, code, opened=opened)


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
        "may_merge": _may_merge(caller_for(request, found), found),
    }
    return render(request, "dispatch/desk_doubles.html", page)


@require_POST
@login_required
def merge(request: SignedInRequest, code: str) -> HttpResponse:
    found, form = order_of(request, code), MergerForm(request.POST)
    if not form.is_valid():
        raise Http404
    into = order_of(request, form.cleaned_data["into"])
    commands.merge(order_id=found.pk, into_id=into.pk, actor=request.user, at=clock.now())
    messages.success(request, _("Merged; it goes on here."))
    return redirect("dispatch:desk_order", into.code)


def _page(
    request: SignedInRequest,
    code: str,
    *,
    wrong: dict[str, forms.Form] | None = None,
    opened: Any = None,
) -> HttpResponse:
    """The sheet of an order; a form that was wrong stands on it again."""
    found = queries.sheet(spans_of(request), code)
    if found is None:
        raise Http404
    order, now = found.order, clock.now()
    caller = caller_for(request, order)
    page = {
        "sheet": found,
        "minutes_left": minutes_until(order.due_at, now) if order.due_at else None,
        "needs": explaining.needs(explaining.asked_of(order)),
        "parts": _parts(order.wished_parts),
        "acts": desk_acts.offered(caller, order, wrong or {}),
        "first_verbs": desk_acts.FIRST,
        "may_dispatch": permissions.may_dispatch(caller, order),
        "may_ask": order.seeks(now),
        "may_merge": _may_merge(caller, order),
        "may_open": permissions.may_open_contact(caller, order, now),
        "opened": opened,
    }
    return render(request, "dispatch/desk_order.html", page)


def _may_merge(caller: Caller, order: Order) -> bool:
    possible = State.MERGED in MOVES[State(order.state)]
    return possible and permissions.may_decide(caller, order)


def _parts(bits: int | None) -> str:
    """Mornings and evenings: the parts of the day that would do, on whatever weekday."""
    if bits is None:
        return ""
    days = range(0, SLOTS, len(PartOfDay))
    some = [part.label for part in PartOfDay if any(bits >> day + part & 1 for day in days)]
    return "、".join(str(label) for label in some) if len(some) < len(PartOfDay) else ""

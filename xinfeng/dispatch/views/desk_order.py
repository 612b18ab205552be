"""One order before the desk, and what the desk does with it."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from xinfeng.base import clock
from xinfeng.dispatch.queries import desk_order as queries
from xinfeng.people.http import SignedInRequest

from .desk import spans_of


@require_safe
@login_required
def order(request: SignedInRequest, code: str) -> HttpResponse:
    found = queries.sheet(spans_of(request), code)
    if found is None:
        raise Http404
    return render(request, "dispatch/desk_order.html", {"sheet": found, "now": clock.now()})

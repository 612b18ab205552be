"""Following one's order: by the secret link, or signed in by its number."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from xinfeng.activities import drawing
from xinfeng.base import clock, short_code
from xinfeng.dispatch import commands, queries
from xinfeng.dispatch.commands import NewRating
from xinfeng.dispatch.forms.tracking import CancelForm, ComplaintForm, RatingForm
from xinfeng.dispatch.models import ComplaintKind, Reason
from xinfeng.dispatch.queries import Tracked
from xinfeng.people.http import SignedInRequest, VisitorRequest
from xinfeng.people.models import Person

from . import drafting


@require_GET
def track(request: VisitorRequest, key: str) -> HttpResponse:
    return _page(request, key, _tracked(request, key))


@require_GET
def door_code(request: VisitorRequest, key: str) -> HttpResponse:
    """The code of the moment, fetched again and again while the page is open."""
    page = {"door": _door(request, _tracked(request, key)), "key": key}
    return _private(render(request, "dispatch/_door_code.html", page))


@require_GET
def slip(request: VisitorRequest, key: str) -> HttpResponse:
    """The number and the link on one sheet, right after ordering and whenever wanted."""
    tracked = _tracked(request, key)
    path = reverse("dispatch:track", args=[key])
    address = (
        f"{settings.PUBLIC_ADDRESS.rstrip('/')}{path}"
        if settings.PUBLIC_ADDRESS
        else request.build_absolute_uri(path)
    )
    page = {
        "page": tracked,
        "key": key,
        "address": address,
        "qr": drawing.poster(address),
        "is_new": tracked.is_new,
        "kiosk": _kiosk(request),
    }
    return _private(render(request, "dispatch/slip.html", page))


@require_GET
@login_required
def mine(request: SignedInRequest) -> HttpResponse:
    text = request.GET.get("after", "")
    after = int(text) if text.isascii() and text.isdigit() and len(text) <= 18 else None
    found = queries.my_orders(request.user, after=after)
    return render(request, "dispatch/my_orders.html", {"found": found, "kiosk": ""})


@require_POST
def confirm(request: VisitorRequest, key: str) -> HttpResponse:
    order = _tracked(request, key).order
    commands.confirm(order_id=order.pk, **_who(request, key))
    messages.success(request, _("Thank you. Please say how it was."))
    return redirect("dispatch:track", key)


@require_POST
def deny(request: VisitorRequest, key: str) -> HttpResponse:
    order = _tracked(request, key).order
    commands.deny(order_id=order.pk, **_who(request, key))
    messages.success(request, _("Thank you. The office will call you."))
    return redirect("dispatch:track", key)


@require_POST
def rate(request: VisitorRequest, key: str) -> HttpResponse:
    found, form = _tracked(request, key), RatingForm(request.POST)
    if not form.is_valid():
        return _page(request, key, found, rating=form)
    commands.rate(
        order_id=found.order.pk, rating=NewRating(**form.cleaned_data), **_who(request, key)
    )
    messages.success(request, _("Thank you for telling us."))
    return redirect("dispatch:track", key)


@require_POST
def complain(request: VisitorRequest, key: str) -> HttpResponse:
    found, form = _tracked(request, key), ComplaintForm(request.POST)
    if not form.is_valid():
        return _page(request, key, found, complaint=form)
    made = commands.complain(
        order_id=found.order.pk,
        code=short_code.new(8),
        kind=ComplaintKind(form.cleaned_data["kind"]),
        text=form.cleaned_data["text"],
        **_who(request, key),
    )
    words = {"code": made.code}
    messages.success(request, _("Your complaint has the number %(code)s.") % words)
    return redirect("dispatch:track", key)


@require_POST
def cancel(request: VisitorRequest, key: str) -> HttpResponse:
    found, form = _tracked(request, key), CancelForm(request.POST)
    if not form.is_valid():
        return _page(request, key, found, cancelling=form)
    commands.cancel(
        order_id=found.order.pk,
        reason=Reason(form.cleaned_data["reason"]),
        **_who(request, key),
    )
    messages.success(request, _("The order is cancelled."))
    return redirect("dispatch:track", key)


def _kiosk(request: VisitorRequest) -> str:
    """At a station the order of one person is not left open for the next."""
    draft = drafting.of(request)
    return draft.kiosk if draft else ""


def _page(request: VisitorRequest, key: str, found: Tracked, **forms: Any) -> HttpResponse:
    page = {
        "page": found,
        "key": key,
        "kiosk": _kiosk(request),
        "door": _door(request, found),
        "rating": RatingForm(),
        "complaint": ComplaintForm(),
        "cancelling": CancelForm(),
    } | forms
    status = 422 if forms else 200
    return _private(render(request, "dispatch/track.html", page, status=status))


def _door(request: VisitorRequest, found: Tracked) -> dict[str, Any] | None:
    """The code of the moment, for whoever is with the served person when they come."""
    if found.door is None:
        return None
    address = request.build_absolute_uri(found.door.path).upper()
    return {"address": address, "qr": drawing.qr(address), "digits": found.door.digits}


def _tracked(request: VisitorRequest, key: str) -> Tracked:
    found = queries.tracked(key, _visitor(request), clock.now())
    if found is None:
        raise Http404
    return found


def _who(request: VisitorRequest, key: str) -> dict[str, Any]:
    """Whoever acts: the holder of the link, signed in or not."""
    secret = queries.split(key)[1]
    return {"actor": _visitor(request), "secret": secret, "at": clock.now()}


def _visitor(request: VisitorRequest) -> Person | None:
    return request.user if isinstance(request.user, Person) else None


def _private(answer: HttpResponse) -> HttpResponse:
    """The address is the key: kept in no cache, and told to no other site.

    Not `no-referrer`: a browser would then send forms without their origin, which are refused.
    """
    answer["Cache-Control"] = "no-store, private"
    answer["Referrer-Policy"] = "same-origin"
    return answer

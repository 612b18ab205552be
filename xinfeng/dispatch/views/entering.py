"""Entering an order for somebody: on the telephone, on a home visit, at the station."""

from datetime import date

from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from xinfeng.base import clock
from xinfeng.base.refusal import Refusal
from xinfeng.dispatch import drafts, queries
from xinfeng.dispatch.forms.entering import SOON, EntryForm
from xinfeng.dispatch.models import Channel
from xinfeng.people.http import SignedInRequest, VisitorRequest
from xinfeng.people.permissions import OFFICES
from xinfeng.people.queries import divisions_below
from xinfeng.places.models import Division, Place

from . import drafting, placing
from .placing import where


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def entry(request: SignedInRequest) -> HttpResponse:
    if not queries.may_enter(request.standing):
        raise Http404
    today = clock.today()
    villages, is_near = queries.villages_within(request.standing, today), True
    if not villages or "within" in request.GET:
        above, is_near = _above(request, today), False
        if above is None or divisions_below(above.pk, today):
            return _where(request, above)
        villages = [above]
    form = EntryForm(
        request.POST or None,
        villages=villages,
        items=queries.offered(today),
        today=today,
        initial={
            "ticket": drafts.sealed(drafts.begin("")),
            "how": SOON,
            "channel": Channel.HOME_VISIT if is_near else Channel.PHONE,
        },
    )
    if request.method == "POST" and form.is_valid():
        draft = form.draft()
        if draft is None:
            raise Http404
        try:
            given = form.cleaned_data
            placed = placing.place(
                request, draft, Channel(given["channel"]), is_urgent=given["is_urgent"]
            )
        except Refusal as refusal:
            # On the same page, with everything still in it: somebody waits on the telephone.
            form.add_error(None, str(refusal))
        else:
            return redirect("dispatch:track_slip", placed)
    page = {
        "form": form,
        "may_look_further": bool(request.standing.spans(OFFICES)),
        "places": Place.objects.filter(pk__in=request.standing.places).order_by("pk"),
    }
    return render(request, "dispatch/entry.html", page)


@require_POST
@login_required
def open_kiosk(request: SignedInRequest) -> HttpResponse:
    """Make this device the station's own: whoever set it up is signed out."""
    place = get_object_or_404(Place, code=request.POST.get("place", "")[:20])
    if not queries.may_open_kiosk(request.standing, place):
        raise Http404
    opened = drafting.kiosk_pass(place, clock.today())
    logout(request)
    return redirect("dispatch:kiosk", opened)


@require_GET
def kiosk(request: VisitorRequest, kiosk_pass: str) -> HttpResponse:
    """Where the station's device begins, and begins again for the next person."""
    code = drafting.kiosk_place(kiosk_pass)
    place = Place.objects.filter(code=code).first() if code else None
    if place is None:
        raise Http404
    draft = drafts.begin("", kiosk=kiosk_pass, division=place.division_id)
    return drafting.keep(redirect("dispatch:menu"), draft)


def _above(request: SignedInRequest, today: date) -> Division | None:
    """What was tapped so far: none, a county, a township, a village."""
    text = request.GET.get("within", "")
    if not (text.isascii() and text.isdigit()) or len(text) > 12:
        return None
    return Division.objects.as_of(today).filter(pk=int(text)).first()


def _where(request: SignedInRequest, above: Division | None) -> HttpResponse:
    words = request.GET.get("words", "").replace("\0", "").strip()[:20]
    return render(request, "dispatch/entry_where.html", where(above, words))

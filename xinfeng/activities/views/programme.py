"""What is on, one activity, and what its leader does with it."""

from datetime import UTC, datetime, timedelta
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from xinfeng.activities import commands, drawing, queries
from xinfeng.activities.forms import RADII, ChoiceForm, NearForm
from xinfeng.activities.models import Activity, Category
from xinfeng.base import clock
from xinfeng.people.http import SignedInRequest, VisitorRequest
from xinfeng.people.models import Person


@require_GET
def activities_list(request: VisitorRequest) -> HttpResponse:
    choice = _choice(request)
    page = {
        "upcoming": queries.upcoming(
            choice,
            visitor=_visitor(request),
            at=clock.now(),
            after=_key(request.GET.get("after", "")),
        ),
        "choice": choice,
        "today": clock.today(),
        "week": clock.today() + timedelta(days=6),
        "next_key": _written,
    }
    return render(request, "activities/list.html", page)


@require_http_methods(["GET", "POST"])
def near(request: VisitorRequest) -> HttpResponse:
    """By a village in the address, or by a point that is sent along and kept nowhere."""
    form = NearForm(request.POST if request.method == "POST" else request.GET)
    form.is_valid()
    around = _around(form)
    found = None
    if around is not None:
        key = _near_key(form.cleaned_data.get("after", ""))
        found = queries.near(around, at=clock.now(), after=key)
    page = {
        "form": form,
        "given": form.cleaned_data,
        "around": around,
        "near": found,
        "features": _features(found) if found else None,
        "radii": RADII,
        "categories": Category.objects.order_by("code", "pk"),
    }
    return render(request, "activities/near.html", page)


@require_GET
def activity(request: VisitorRequest, code: str) -> HttpResponse:
    page = queries.activity_page(
        _whole(code), visitor=_visitor(request), standing=request.standing, at=clock.now()
    )
    if page is None:
        raise Http404
    return render(request, "activities/activity.html", {"page": page})


@require_GET
def activity_poster(request: VisitorRequest, code: str) -> HttpResponse:
    """A page to print and hang up: what, when, where, and the way to sign up."""
    found = _whole(code)
    page = queries.activity_page(found, visitor=None, standing=request.standing, at=clock.now())
    if page is None:
        raise Http404
    address = request.build_absolute_uri(reverse("activities:activity", args=[code]))
    return render(
        request,
        "activities/poster.html",
        {"page": page, "address": address, "code": drawing.poster(address)},
    )


@require_POST
@login_required
def call_off(request: SignedInRequest, code: str) -> HttpResponse:
    verb = commands.call_off_rest if request.POST.get("rest") else commands.call_off
    verb(activity_id=activity_id(request, code), actor=request.user, at=clock.now())
    return redirect("activities:activity", code)


@require_POST
@login_required
def hold(request: SignedInRequest, code: str) -> HttpResponse:
    commands.hold(activity_id=activity_id(request, code), actor=request.user, at=clock.now())
    return redirect("activities:activity", code)


@require_POST
@login_required
def enter_records(request: SignedInRequest, code: str) -> HttpResponse:
    commands.enter_records(
        activity_id=activity_id(request, code), actor=request.user, at=clock.now()
    )
    return redirect("activities:activity", code)


def activity_id(request: SignedInRequest, code: str) -> int:
    found = get_object_or_404(Activity, code=code)
    # What is by invitation and what does not exist get the same answer.
    if not queries.may_know(found, visitor=request.user, standing=request.standing):
        raise Http404
    return found.pk


def _whole(code: str) -> Activity:
    named = Activity.objects.select_related(
        "category", "division", "place", "team", "project", "programme"
    )
    return get_object_or_404(named, code=code)


def _choice(request: VisitorRequest) -> queries.Choice:
    form = ChoiceForm(request.GET)
    form.is_valid()
    given = form.cleaned_data
    return queries.Choice(
        within=given.get("within"),
        category=given.get("category", ""),
        day=given.get("day"),
        until=given.get("until"),
        words=given.get("words", ""),
    )


def _around(form: NearForm) -> queries.Around | None:
    given = form.cleaned_data
    lat, lon, village = given.get("lat"), given.get("lon"), given.get("village")
    if lat is not None and lon is not None:
        point: tuple[int, int] | None = (round(lat * 1e6), round(lon * 1e6))
    else:
        point = queries.point_of(village) if village else None
    if point is None:
        return None
    return queries.Around(
        *point,
        radius_m=given.get("radius") or 5_000,
        days=given.get("days") or 30,
        category=given.get("category") or "",
        words=given.get("words") or "",
        free_only=bool(given.get("free")),
    )


def _features(found: queries.Near) -> dict[str, Any]:
    """What was found, for the map: the list shows the same."""
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "geometry": {"type": "Point", "coordinates": [lon / 1e6, lat / 1e6]},
                "properties": {
                    "name": line.shift.activity.title,
                    "note": f"{line.metres} m",
                    "href": reverse("activities:activity", args=[line.shift.activity.code]),
                },
            }
            for line, (lat, lon) in found.features()
        ],
    }


def _visitor(request: VisitorRequest) -> Person | None:
    return request.user if isinstance(request.user, Person) else None


def _written(key: queries.Key) -> str:
    return f"{int(key[0].timestamp())}_{key[1]}"


def _key(text: str) -> queries.Key | None:
    """Seconds and a number, as `_written` writes them; anything else begins at the top."""
    seconds, _sep, pk = text.partition("_")
    try:
        return datetime.fromtimestamp(int(seconds), UTC), int(pk)
    except (ValueError, OverflowError, OSError):
        return None


def _near_key(text: str) -> queries.NearKey | None:
    metres, _sep, pk = (text or "").partition("_")
    return (int(metres), int(pk)) if metres and pk else None

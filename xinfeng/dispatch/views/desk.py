"""The dispatch desk: open orders as a list and on a map, for those who dispatch them."""

from datetime import datetime
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from xinfeng.base import clock
from xinfeng.dispatch import permissions
from xinfeng.dispatch.desk_reach import area_of, spans_of
from xinfeng.dispatch.forms.desk import STATES, ChoiceForm
from xinfeng.dispatch.models import Mode, State, Warned
from xinfeng.dispatch.queries import desk as queries
from xinfeng.people.http import SignedInRequest

_TONES = {Warned.RED: "not_met", Warned.YELLOW: "not_known", Warned.NOT: "calm"}


@require_safe
@login_required
def desk(request: SignedInRequest) -> HttpResponse:
    """The most pressing order first; narrowed by what stands in the address."""
    spans = spans_of(request)
    form, now = ChoiceForm(request.GET), clock.now()
    choice = form.chosen()
    found = queries.desk(spans, choice, after=form.key())
    page = {
        "may_plan": permissions.may_plan(request.standing, choice.within or area_of(spans)),
        "planned_area": next((a for a in found.areas if a.pk == choice.within), None),
        "desk": found,
        "choice": choice,
        "states": STATES,
        "modes": Mode.choices,
        "warnings": [(w.value, w.label) for w in (Warned.RED, Warned.YELLOW, Warned.NOT)],
        "points_url": _points_url(request),
        "minutes_left": lambda order: minutes_until(order.due_at, now),
    }
    return render(request, "dispatch/desk.html", page)


@require_safe
@login_required
def points(request: SignedInRequest) -> HttpResponse:
    """The same orders as points of a map; it is never kept by a browser or on the way."""
    rows = queries.points(spans_of(request), ChoiceForm(request.GET).chosen())
    answer = JsonResponse(
        {"type": "FeatureCollection", "features": [_point(row) for row in rows]},
        content_type="application/geo+json",
        json_dumps_params={"ensure_ascii": False},
    )
    answer["Cache-Control"] = "no-store, private"
    return answer


def minutes_until(due_at: datetime, now: datetime) -> int:
    """Whole minutes until somebody must have acted; below nothing when that is over."""
    return int((due_at - now).total_seconds() // 60)


def _points_url(request: SignedInRequest) -> str:
    chosen = request.GET.copy()
    chosen.pop("after", None)
    query = chosen.urlencode()
    return reverse("dispatch:desk_points") + (f"?{query}" if query else "")


def _point(row: dict[str, Any]) -> dict[str, Any]:
    english = (get_language() or "").startswith("en")
    return {
        "type": "Feature",
        "geometry": {
            "type": "Point",
            "coordinates": [row["lon_e6"] / 1e6, row["lat_e6"] / 1e6],
        },
        "properties": {
            "name": (english and row["item_name_en"]) or row["item_name"],
            "verdict": _TONES[row["warned"]],
            "note": str(State(row["state"]).label),
            "href": reverse("dispatch:desk_order", args=[row["code"]]),
        },
    }

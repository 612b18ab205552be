"""The desk and its rooms; what a unit has to put right; what waits to be looked at again."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from xinfeng.base import clock
from xinfeng.base.numbers import numbers_in
from xinfeng.findings import commands
from xinfeng.findings.forms.desk import ChoiceForm
from xinfeng.findings.models import OPEN, Source, State, Term, Warned
from xinfeng.findings.permissions import READERS, RECHECKERS, may_keep_programs
from xinfeng.findings.queries import desk as queries
from xinfeng.findings.queries.spots import Spot, spots
from xinfeng.findings.reach import spans_of
from xinfeng.people.http import SignedInRequest
from xinfeng.people.permissions import OFFICES
from xinfeng.units.queries import units_of

_TONES = {Warned.RED: "not_met", Warned.YELLOW: "not_known", Warned.NOT: "calm"}


@require_safe
@login_required
def begin(request: SignedInRequest) -> HttpResponse:
    """Where notices lead: to the desk, else to the unit's list."""
    if request.standing.spans(READERS):
        return redirect("findings:desk")
    return redirect("findings:unit" if units_of(request.user.pk) else "snap:choose")


@require_safe
@login_required
def desk(request: SignedInRequest) -> HttpResponse:
    """The most pressing first; narrowed by what stands in the address."""
    spans = spans_of(request, READERS)
    form = ChoiceForm(request.GET)
    choice = form.chosen()
    found = queries.desk(spans, choice, after=form.key())
    may_order = bool(request.standing.spans(OFFICES)) and choice.state == State.CONFIRMED
    page = {
        "desk": found,
        "choice": choice,
        "states": State.choices,
        "sources": Source.choices,
        "terms": Term.choices,
        "warnings": [(w.value, w.label) for w in (Warned.RED, Warned.YELLOW, Warned.NOT)],
        "may_order": may_order and any(one.point_id for one in found.lines),
        "minutes_left": left(clock.now()),
        "open_states": OPEN,
        "points_url": _points_url(request),
        "is_office": bool(request.standing.spans(OFFICES)),
        "keeps_programs": may_keep_programs(request.standing),
    }
    return render(request, "findings/desk.html", page)


@require_safe
@login_required
def points(request: SignedInRequest) -> HttpResponse:
    """The same findings as points of a map; it is never kept by a browser or on the way."""
    found = spots(spans_of(request, READERS), ChoiceForm(request.GET).chosen())
    answer = JsonResponse(
        {"type": "FeatureCollection", "features": [_feature(spot) for spot in found]},
        content_type="application/geo+json",
        json_dumps_params={"ensure_ascii": False},
    )
    answer["Cache-Control"] = "no-store, private"
    return answer


def _points_url(request: SignedInRequest) -> str:
    chosen = request.GET.copy()
    chosen.pop("after", None)
    query = chosen.urlencode()
    return reverse("findings:points") + (f"?{query}" if query else "")


def _feature(spot: Spot) -> dict[str, Any]:
    note = str(State(spot.state).label)
    if spot.alike:
        told = ngettext(
            "%(num)s more like it close by: perhaps a duplicate",
            "%(num)s more like it close by: perhaps duplicates",
            spot.alike,
        )
        note += " · " + told % {"num": spot.alike}
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [spot.lon_e6 / 1e6, spot.lat_e6 / 1e6]},
        "properties": {
            "name": spot.name,
            "verdict": _TONES[Warned(spot.warned)],
            "note": note,
            "alike": spot.alike,
            "href": reverse("findings:finding", args=[spot.code]),
        },
    }


@require_POST
@login_required
def order_many(request: SignedInRequest) -> HttpResponse:
    """All that were ticked go to the units of their points."""
    ids = numbers_in(request.POST.getlist("finding"))
    term = request.POST.get("term", "")
    if term not in Term.values or not ids:
        return redirect("findings:desk")
    ordered = commands.order_to_owners(
        finding_ids=ids, term=Term(term), actor=request.user, at=clock.now()
    )
    n = len(ordered)
    said = ngettext("%(num)s finding was ordered.", "%(num)s findings were ordered.", n)
    messages.success(request, said % {"num": n})
    return redirect("findings:desk")


@require_safe
@login_required
def unit(request: SignedInRequest) -> HttpResponse:
    """待整改: what the visitor's units have to put right."""
    units = units_of(request.user.pk)
    if not units:
        raise Http404
    page = {
        "findings": queries.of_units(units),
        "given_back": queries.given_back(units),
        "minutes_left": left(clock.now()),
    }
    return render(request, "findings/unit.html", page)


@require_safe
@login_required
def rechecks(request: SignedInRequest) -> HttpResponse:
    spans, person = spans_of(request, RECHECKERS), request.user
    own = units_of(person.pk)
    page = {
        "findings": queries.rechecks(spans, person_id=person.pk, units=own),
        "counts": queries.counted(spans),
        "minutes_left": left(clock.now()),
    }
    return render(request, "findings/rechecks.html", page)


@require_safe
@login_required
def appeals(request: SignedInRequest) -> HttpResponse:
    spans = spans_of(request, OFFICES)
    page = {
        "appeals": queries.appeals(spans),
        "counts": queries.counted(spans),
        "now": clock.now(),
    }
    return render(request, "findings/appeals.html", page)


def left(now: datetime) -> Callable[[datetime], int]:
    """Whole minutes until somebody must have acted; below nothing when that is over."""

    def minutes(due_at: datetime) -> int:
        return int((due_at - now).total_seconds() // 60)

    return minutes

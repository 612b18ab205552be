from datetime import date

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from xinfeng.base import addresses, clock, codes
from xinfeng.hours import commands, queries
from xinfeng.hours.forms import ObjectionForm
from xinfeng.hours.models import Doubt
from xinfeng.hours.queries.publicity import Chosen, Key
from xinfeng.people.http import VisitorRequest
from xinfeng.people.models import Person
from xinfeng.places.models import Division, Place
from xinfeng.places.queries import city_code
from xinfeng.teams.models import Team

from .asked import whole


@require_GET
def publicity(request: VisitorRequest) -> HttpResponse:
    """Who was credited what in a month, by division, place or team."""
    today = clock.today()
    months = queries.publicity_months(today)
    month = _month(request.GET.get("month", ""), months)
    chosen, title = _chosen(request)
    listed = queries.publicity_list(chosen, month, today=today, after=_key(request))
    context = {
        "listed": listed,
        "title": title,
        "asked": {name: request.GET.get(name, "") for name in ("team", "place")},
        "options": _areas(chosen),
        "within": chosen.lo,
        "months": months,
        "month": month,
    }
    return render(request, "hours/publicity.html", context)


@require_http_methods(["GET", "POST"])
def objection(request: VisitorRequest, credit_id: int) -> HttpResponse:
    """Say what is wrong with a line of the list; signing in is not needed."""
    line = queries.publicity_line(credit_id, clock.today())
    if line is None:
        raise Http404
    form = ObjectionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        commands.object_to(
            credit_id=credit_id,
            doubt=Doubt(form.cleaned_data["doubt"]),
            text=form.cleaned_data["text"],
            address=addresses.of(request),
            actor=request.user if isinstance(request.user, Person) else None,
            at=clock.now(),
        )
        return redirect("hours:objected")
    return render(request, "hours/objection.html", {"line": line, "form": form})


@require_GET
def objected(request: VisitorRequest) -> HttpResponse:
    return render(request, "hours/objected.html", {})


def _month(text: str, months: list[date]) -> date:
    """`2022-07`; anything that is not shown is the present month."""
    return next((month for month in months if f"{month:%Y-%m}" == text), months[0])


def _chosen(request: VisitorRequest) -> tuple[Chosen, str]:
    city = city_code() or 0
    if code := request.GET.get("team"):
        team = Team.objects.filter(code=code).first()
        if team is None:
            raise Http404
        return Chosen(team.division_id, team.division_id + 1, team_id=team.pk), team.name
    if code := request.GET.get("place"):
        place = Place.objects.filter(code=code).first()
        if place is None:
            raise Http404
        return Chosen(place.division_id, place.division_id + 1, place_id=place.pk), place.name
    division = Division.objects.filter(pk=whole(request, "within") or city).first()
    if division is None:
        return Chosen(0, 0), ""
    return Chosen(*codes.span(division.pk, codes.level_of(division.pk))), division.name


def _areas(chosen: Chosen) -> list[tuple[int, str]]:
    """The chosen division with those above and right under it, to look wider or closer."""
    if chosen.team_id or chosen.place_id or not chosen.lo:
        return []
    level = codes.level_of(chosen.lo)
    above = [*codes.ancestors(chosen.lo, level), chosen.lo]
    under = Division.objects.filter(pk__gt=chosen.lo, pk__lt=chosen.hi, level=level + 1)
    found = Division.objects.filter(pk__in=above).order_by("pk")
    return [(d.pk, d.name) for d in (*found, *under.order_by("pk"))]


def _key(request: VisitorRequest) -> Key | None:
    """`430405007006_2022-07-17_42`, as the pager writes it; anything else is the top."""
    try:
        division, day, pk = request.GET.get("after", "").split("_")
        return int(division), date.fromisoformat(day), int(pk)
    except ValueError:
        return None

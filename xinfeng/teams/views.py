from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from xinfeng.base import clock, codes, short_code
from xinfeng.people.http import SignedInRequest, VisitorRequest
from xinfeng.people.models import Person
from xinfeng.people.permissions import is_office

from . import commands, queries
from .forms import AppointForm, FoundForm
from .models import Team, TeamKind


@require_GET
def teams_list(request: VisitorRequest) -> HttpResponse:
    teams = Team.objects.serving_on(clock.today())
    within, kind = _whole(request, "within"), request.GET.get("kind", "")
    if within is not None:
        teams = teams.inside(*codes.span(within, codes.level_of(within)))
    if kind in TeamKind.values:
        teams = teams.filter(kind=kind)
    page = {
        "page": queries.page(teams, after=_whole(request, "after")),
        "kinds": TeamKind.choices,
        "chosen": kind,
        "within": within,
        "may_found": is_office(request.standing) or bool(request.standing.places),
    }
    return render(request, "teams/list.html", page)


@require_GET
def team(request: VisitorRequest, code: str) -> HttpResponse:
    found = get_object_or_404(
        Team.objects.select_related("division", "place", "leader"), code=code
    )
    visitor = request.user if isinstance(request.user, Person) else None
    page = queries.team_page(
        found, visitor=visitor, standing=request.standing, on=clock.today()
    )
    return render(request, "teams/team.html", {"page": page})


@require_http_methods(["GET", "POST"])
@login_required
def found(request: SignedInRequest) -> HttpResponse:
    if not (is_office(request.standing) or request.standing.places):
        raise Http404
    form = FoundForm(request.POST or None, initial={"code": short_code.new()})
    if request.method == "POST" and form.is_valid():
        made = commands.found(new=_wish(form.cleaned_data), actor=request.user, at=clock.now())
        return redirect("teams:team", made.code)
    return render(request, "teams/found.html", {"form": form})


@require_POST
@login_required
def membership(request: SignedInRequest, code: str) -> HttpResponse:
    commands.join(team_id=_id(code), actor=request.user, at=clock.now())
    return redirect("teams:team", code)


@require_POST
@login_required
def departure(request: SignedInRequest, code: str) -> HttpResponse:
    commands.leave(team_id=_id(code), actor=request.user, at=clock.now())
    return redirect("teams:team", code)


@require_POST
@login_required
def leader(request: SignedInRequest, code: str) -> HttpResponse:
    form = AppointForm(request.POST)
    if not form.is_valid():
        raise Http404
    person_id = form.cleaned_data["person"]
    commands.appoint_leader(
        team_id=_id(code), person_id=person_id, actor=request.user, at=clock.now()
    )
    return redirect("teams:team", code)


@require_POST
@login_required
def dissolution(request: SignedInRequest, code: str) -> HttpResponse:
    commands.dissolve(team_id=_id(code), actor=request.user, at=clock.now())
    return redirect("teams:team", code)


def _wish(given: dict[str, Any]) -> commands.NewTeam:
    return commands.NewTeam(
        code=given["code"],
        name=given["name"],
        kind=TeamKind(given["kind"]),
        division_id=given["division"].pk,
        place_id=given["place"].pk if given["place"] else None,
    )


def _id(code: str) -> int:
    # The page of a team is public, so an unknown code hides nothing.
    return get_object_or_404(Team.objects.only("pk"), code=code).pk


def _whole(request: VisitorRequest, name: str) -> int | None:
    text = request.GET.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 18 else None

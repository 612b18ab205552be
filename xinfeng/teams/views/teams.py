from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_GET,
    require_http_methods,
    require_POST,
    require_safe,
)

from xinfeng.base import clock, codes, short_code
from xinfeng.people.http import SignedInRequest, VisitorRequest
from xinfeng.people.models import Person
from xinfeng.people.permissions import is_office
from xinfeng.places.choosing import typed
from xinfeng.teams import choosing, commands, permissions, queries
from xinfeng.teams.forms import FoundForm, HeadsForm, PersonForm, PurposeForm, RemoveForm
from xinfeng.teams.models import REMOVALS, Ending, Team, TeamKind, TeamQuerySet, TeamState


@require_GET
def teams_list(request: VisitorRequest) -> HttpResponse:
    teams = Team.objects.serving_on(clock.today())
    within, kind = _whole(request, "within"), request.GET.get("kind", "")
    words = request.GET.get("words", "")[:40].strip()
    if within is not None:
        teams = teams.inside(*codes.span(within, codes.level_of(within)))
    if kind in TeamKind.values:
        teams = teams.filter(kind=kind)
    if words:
        teams = teams.filter(name__icontains=words)
    page = {
        "page": queries.page(teams, after=_whole(request, "after")),
        "kinds": TeamKind.choices,
        "chosen": kind,
        "words": words,
        "within": within,
        "waiting": queries.waiting(request.standing),
        "mine": queries.teams_of(request.user) if isinstance(request.user, Person) else [],
        "may_found": is_office(request.standing) or bool(request.standing.places),
    }
    return render(request, "teams/list.html", page)


@require_GET
def team(request: VisitorRequest, code: str) -> HttpResponse:
    found = get_object_or_404(_known(), code=code)
    visitor = request.user if isinstance(request.user, Person) else None
    page = queries.team_page(
        found, visitor=visitor, standing=request.standing, on=clock.today()
    )
    if found.state != TeamState.ACTIVE and found.dissolved_on is None and not page.may_open:
        raise Http404
    return render(request, "teams/team.html", {"page": page})


@require_safe
def options(request: VisitorRequest) -> HttpResponse:
    """What a form's list of teams shows for the words typed so far; all of them are public."""
    found = choosing.named(typed(request.GET))
    return render(request, "places/_coded_options.html", {"found": found})


@require_http_methods(["GET", "POST"])
@login_required
def found(request: SignedInRequest) -> HttpResponse:
    """An office founds, a keeper asks for a team of the place, a resident for one at home."""
    founds = is_office(request.standing) or bool(request.standing.places)
    form = FoundForm(request.POST or None, initial=_suggested(request))
    if request.method == "POST" and form.is_valid():
        verb = commands.found if founds else commands.propose
        made = verb(new=_wish(form.cleaned_data), actor=request.user, at=clock.now())
        return redirect("teams:team", made.code)
    return render(request, "teams/found.html", {"form": form, "founds": founds})


def _suggested(request: SignedInRequest) -> dict[str, Any]:
    return {"code": short_code.new(), "division": request.user.division_id}


@require_GET
@login_required
def desk(request: SignedInRequest, code: str) -> HttpResponse:
    return _desk(request, _led(request, code))


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
def contest(request: SignedInRequest, code: str) -> HttpResponse:
    commands.contest(team_id=_id(code), actor=request.user, at=clock.now())
    messages.success(request, _("The entry has ended, and the leader is told."))
    return redirect("teams:team", code)


@require_POST
@login_required
def family(request: SignedInRequest, code: str) -> HttpResponse:
    """Join or leave for a family member one answers for."""
    form = PersonForm(request.POST)
    if not form.is_valid():
        raise Http404
    verb = commands.leave_for if request.POST.get("verb") == "leave" else commands.join_for
    verb(
        team_id=_id(code),
        ward_id=form.cleaned_data["person"],
        actor=request.user,
        at=clock.now(),
    )
    return redirect("teams:team", code)


@require_POST
@login_required
def role(request: SignedInRequest, code: str) -> HttpResponse:
    """Name or relieve: leader and deputies."""
    verbs = {
        "lead": commands.appoint_leader,
        "deputy": commands.name_deputy,
        "relieve": commands.relieve_deputy,
    }
    form, verb = PersonForm(request.POST), verbs.get(request.POST.get("verb", "lead"))
    if verb is None or not form.is_valid():
        raise Http404
    person_id = form.cleaned_data["person"]
    verb(team_id=_id(code), person_id=person_id, actor=request.user, at=clock.now())
    return redirect(_next(request), code)


@require_POST
@login_required
def removal(request: SignedInRequest, code: str) -> HttpResponse:
    form = RemoveForm(request.POST)
    if not form.is_valid():
        raise Http404
    commands.remove(
        team_id=_id(code),
        person_id=form.cleaned_data["person"],
        reason=Ending(form.cleaned_data["reason"]),
        actor=request.user,
        at=clock.now(),
    )
    return redirect("teams:desk", code)


@require_POST
@login_required
def heads(request: SignedInRequest, code: str) -> HttpResponse:
    found, form = _led(request, code), HeadsForm(request.POST)
    if not form.is_valid():
        return _desk(request, found, heads=form)
    commands.count_heads(
        team_id=found.pk, **form.cleaned_data, actor=request.user, at=clock.now()
    )
    return redirect("teams:desk", code)


@require_POST
@login_required
def purpose(request: SignedInRequest, code: str) -> HttpResponse:
    found, form = _led(request, code), PurposeForm(request.POST)
    if not form.is_valid():
        return _desk(request, found, purpose=form)
    commands.describe(
        team_id=found.pk,
        purpose=form.cleaned_data["purpose"],
        actor=request.user,
        at=clock.now(),
    )
    return redirect("teams:desk", code)


@require_POST
@login_required
def decision(request: SignedInRequest, code: str) -> HttpResponse:
    """The office's word on a proposed team."""
    verbs = {"approve": commands.approve, "refuse": commands.refuse}
    verb = verbs.get(request.POST.get("verb", ""))
    if verb is None:
        raise Http404
    verb(team_id=_id(code), actor=request.user, at=clock.now())
    if verb is commands.refuse:
        return redirect("teams:list")
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
        parent_id=given["parent"].pk if given["parent"] else None,
        purpose=given["purpose"],
    )


def _known() -> TeamQuerySet:
    return Team.objects.select_related(
        "division", "place", "leader", "parent", "approving_division"
    )


def _led(request: SignedInRequest, code: str) -> Team:
    found = get_object_or_404(_known(), code=code)
    if not permissions.may_lead(request.standing, found):
        raise Http404
    return found


def _desk(request: SignedInRequest, found: Team, **forms: Any) -> HttpResponse:
    page = {
        "desk": queries.desk(found, standing=request.standing, after=_whole(request, "after")),
        "heads": HeadsForm(initial={"heads": found.heads, "on": found.heads_on}),
        "purpose": PurposeForm(initial={"purpose": found.purpose}),
        "reasons": [(reason.value, reason.label) for reason in REMOVALS],
    }
    return render(request, "teams/desk.html", page | forms)


def _next(request: SignedInRequest) -> str:
    return "teams:desk" if request.POST.get("next") == "desk" else "teams:team"


def _id(code: str) -> int:
    # The page of a team is public, so an unknown code hides nothing.
    return get_object_or_404(Team.objects.only("pk"), code=code).pk


def _whole(request: VisitorRequest, name: str) -> int | None:
    text = request.GET.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 18 else None

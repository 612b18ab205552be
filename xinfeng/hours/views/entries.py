from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from xinfeng.base import clock
from xinfeng.hours import commands, evidence, permissions, queries
from xinfeng.hours.commands import NewEntry, NewLine
from xinfeng.hours.forms import EntryForm, GroupForm, OfficeForm, OwnForm, RefuseForm
from xinfeng.hours.models import Counter, EntryKind, EntryReason, HourEntry, Refused
from xinfeng.people.commands import note_view
from xinfeng.people.http import SignedInRequest
from xinfeng.people.permissions import OFFICES, is_office
from xinfeng.teams.models import Team

from .asked import whole


@require_GET
@login_required
def entries(request: SignedInRequest) -> HttpResponse:
    """What one has submitted, and where it stands."""
    page = queries.my_entries(request.user, after=whole(request, "after"))
    return render(request, "hours/entries.html", {"page": page})


@require_http_methods(["GET", "POST"])
@login_required
def apply(request: SignedInRequest) -> HttpResponse:
    """Apply for one's own hours."""
    teams = [(t.pk, t.name) for t in queries.teams_of(request.user, clock.today())]
    form = OwnForm(request.POST or None, request.FILES or None, teams=teams)
    if request.method == "POST" and form.is_valid():
        new = _new(form, EntryKind.OWN, request.user.division_id, form.cleaned_data["team"])
        return _submitted(request, new, form, [request.user.pk])
    return render(request, "hours/apply.html", {"form": form})


@require_http_methods(["GET", "POST"])
@login_required
def group(request: SignedInRequest, code: str) -> HttpResponse:
    """The same time for several members of a team, by its leader."""
    team = get_object_or_404(Team.objects.select_related("division"), code=code)
    may = permissions.may_enter(request.standing, EntryKind.GROUP, team.division_id, team)
    if not may:
        raise Http404
    form = GroupForm(request.POST or None, request.FILES or None, roster=queries.roster(team))
    if request.method == "POST" and form.is_valid():
        new = _new(form, EntryKind.GROUP, team.division_id, team.pk)
        return _submitted(request, new, form, form.cleaned_data["people"])
    return render(request, "hours/group.html", {"form": form, "team": team})


@require_http_methods(["GET", "POST"])
@login_required
def office(request: SignedInRequest) -> HttpResponse:
    """Hours that an office enters, of late or from before the platform."""
    if not is_office(request.standing):
        raise Http404
    lo, _hi = request.standing.spans(OFFICES)[0]
    form = OfficeForm(request.POST or None, request.FILES or None, initial={"division": lo})
    if request.method == "POST" and form.is_valid():
        kind = EntryKind(form.cleaned_data["kind"])
        new = _new(form, kind, form.cleaned_data["division"].pk, None)
        return _submitted(request, new, form, form.cleaned_data["accounts"])
    return render(request, "hours/office.html", {"form": form})


@require_GET
@login_required
def entry(request: SignedInRequest, entry_id: int) -> HttpResponse:
    page = queries.entry_page(entry_id, request.standing)
    if page is None:
        raise Http404
    people = {row.line.person_id for row in page.rows}
    if len(people) == 1:
        note_view(person_id=people.pop(), actor=request.user, at=clock.now())
    return render(request, "hours/entry.html", {"page": page, "form": RefuseForm()})


@require_POST
@login_required
def confirmation(request: SignedInRequest, entry_id: int) -> HttpResponse:
    commands.confirm(entry_id=entry_id, actor=request.user, at=clock.now())
    return redirect("hours:entry", entry_id)


@require_POST
@login_required
def refusal(request: SignedInRequest, entry_id: int) -> HttpResponse:
    form = RefuseForm(request.POST)
    if not form.is_valid():
        raise Http404
    reason = Refused(form.cleaned_data["reason"])
    commands.refuse(entry_id=entry_id, reason=reason, actor=request.user, at=clock.now())
    return redirect("hours:entry", entry_id)


@require_POST
@login_required
def withdrawal(request: SignedInRequest, entry_id: int) -> HttpResponse:
    commands.withdraw(entry_id=entry_id, actor=request.user, at=clock.now())
    return redirect("hours:entry", entry_id)


@require_GET
@login_required
def evidence_file(request: SignedInRequest, entry_id: int) -> HttpResponse:
    found = queries.evidence_file(entry_id, request.standing)
    if found is None:
        raise Http404
    answer = HttpResponse(bytes(found.content), content_type=found.kind)
    # Always saved, never shown in the page's own origin: it came from outside.
    name = f"evidence-{entry_id}.{evidence.ENDINGS[found.kind]}"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _new(form: EntryForm, kind: EntryKind, division_id: int, team_id: int | None) -> NewEntry:
    given: dict[str, Any] = form.cleaned_data
    return NewEntry(
        client_id=given["client_id"],
        kind=kind,
        title=given["title"],
        division_id=division_id,
        reason=EntryReason(given["reason"]),
        team_id=team_id,
        counter=Counter(given["counter"]),
        remark=given["remark"],
        evidence=given["evidence"],
        file=given["file"],
    )


def _submitted(
    request: SignedInRequest, new: NewEntry, form: EntryForm, people: list[int]
) -> HttpResponse:
    starts_at, ends_at = form.span()
    lines = [NewLine(person, starts_at, ends_at) for person in people]
    made: HourEntry = commands.submit(new=new, lines=lines, actor=request.user, at=clock.now())
    return redirect("hours:entry", made.pk)

"""What is to be done: one's own activities, overdue records, programmes and projects."""

import csv
from datetime import date
from io import StringIO

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from xinfeng.activities import commands, queries
from xinfeng.activities.forms import ProjectForm
from xinfeng.activities.models import Programme, Project
from xinfeng.base import clock
from xinfeng.base.exports import plain
from xinfeng.people.http import SignedInRequest, VisitorRequest
from xinfeng.people.permissions import SEES_PEOPLE


@require_GET
@login_required
def board(request: SignedInRequest) -> HttpResponse:
    page = queries.board(request.user, request.standing, at=clock.now(), today=clock.today())
    return render(
        request,
        "activities/board.html",
        {"page": page, "oversees": bool(request.standing.spans(SEES_PEOPLE))},
    )


@require_GET
@login_required
def overdue(request: SignedInRequest) -> HttpResponse:
    _only_offices(request)
    page = queries.overdue(
        request.standing, today=clock.today(), after=_due_key(request.GET.get("after", ""))
    )
    return render(request, "activities/overdue.html", {"page": page, "next_key": _written})


@require_GET
@login_required
def overdue_csv(request: SignedInRequest) -> HttpResponse:
    """The same list to take along; names of leaders stay masked."""
    _only_offices(request)
    text = StringIO()
    table = csv.writer(text)
    table.writerow(
        [_("Code"), _("Activity"), _("Division code"), _("Place"), _("Team"), _("Who leads"),
         _("Held on"), _("Due on"), _("Working days overdue")]
    )  # fmt: skip
    for line in queries.all_overdue(request.standing, today=clock.today()):
        one = line.activity
        row = [
            one.code, one.title, one.division_id, one.place.name if one.place else "",
            one.team.name if one.team else "", line.leader, one.held_on, one.due_on, line.days,
        ]  # fmt: skip
        table.writerow([plain(value) for value in row])
    answer = HttpResponse("\ufeff" + text.getvalue(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="overdue.csv"'
    return answer


@require_GET
def programmes(request: VisitorRequest) -> HttpResponse:
    return render(request, "activities/programmes.html", {"programmes": queries.programmes()})


@require_GET
def programme(request: VisitorRequest, programme_code: str) -> HttpResponse:
    found = get_object_or_404(Programme, code=programme_code)
    page = queries.programme_page(found, at=clock.now())
    return render(request, "activities/programme.html", {"page": page})


@require_GET
def project(request: VisitorRequest, project_id: int) -> HttpResponse:
    found = get_object_or_404(
        Project.objects.select_related("place", "programme"), pk=project_id
    )
    page = queries.project_page(
        found, standing=request.standing, at=clock.now(), today=clock.today()
    )
    return render(request, "activities/project.html", {"page": page})


@require_http_methods(["GET", "POST"])
@login_required
def start_project(request: SignedInRequest) -> HttpResponse:
    grounds = queries.grounds_of(request.user, request.standing)
    form = ProjectForm(request.POST or None, places=grounds.places)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        made = commands.start_project(
            place_id=given["place"],
            name=given["name"],
            content=given["content"],
            programme_id=given["programme"].pk if given["programme"] else None,
            is_brand=given["is_brand"],
            actor=request.user,
            at=clock.now(),
        )
        return redirect("activities:project", made.pk)
    page = {"form": form, "places": grounds.places}
    return render(request, "activities/start_project.html", page)


@require_POST
@login_required
def end_project(request: SignedInRequest, project_id: int) -> HttpResponse:
    commands.end_project(project_id=project_id, actor=request.user, at=clock.now())
    return redirect("activities:project", project_id)


def _only_offices(request: SignedInRequest) -> None:
    if not request.standing.spans(SEES_PEOPLE):
        raise Http404


def _written(key: queries.DueKey) -> str:
    return f"{key[0].isoformat()}_{key[1]}"


def _due_key(text: str) -> queries.DueKey | None:
    day, _sep, pk = text.partition("_")
    try:
        return date.fromisoformat(day), int(pk)
    except ValueError:
        return None

"""The monthly audit by random sample."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from xinfeng.base import clock
from xinfeng.hours import commands, permissions, queries, witnesses
from xinfeng.hours.forms import FindingForm, WordForm
from xinfeng.hours.models import Finding
from xinfeng.people.commands import note_view
from xinfeng.people.http import SignedInRequest

from .asked import whole


@require_GET
def audits(request: SignedInRequest) -> HttpResponse:
    may_draw = request.user.is_authenticated and permissions.may_draw(request.standing)
    context = {"results": queries.audits(), "may_draw": may_draw}
    return render(request, "hours/audits.html", context)


@require_http_methods(["GET", "POST"])
@login_required
def drawing(request: SignedInRequest) -> HttpResponse:
    """One of two persons gives a word."""
    if not permissions.may_draw(request.standing):
        raise Http404
    form = WordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        commands.give_word(
            month=form.cleaned_data["month"],
            word=form.cleaned_data["word"],
            actor=request.user,
            at=clock.now(),
        )
        return redirect("hours:audits")
    return render(request, "hours/draw.html", {"form": form})


@require_GET
@login_required
def audit(request: SignedInRequest, draw_id: int) -> HttpResponse:
    page = queries.audit_page(draw_id, request.standing, after=whole(request, "after"))
    if page is None:
        raise Http404
    return render(request, "hours/audit.html", {"page": page})


@require_http_methods(["GET", "POST"])
@login_required
def case(request: SignedInRequest, case_id: int) -> HttpResponse:
    line = queries.case_line(case_id, request.standing)
    if line is None:
        raise Http404
    note_view(person_id=line.case.person_id, actor=request.user, at=clock.now())
    form = FindingForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        finding = Finding(form.cleaned_data["finding"])
        commands.check(case_id=case_id, finding=finding, actor=request.user, at=clock.now())
        return redirect("hours:audit_case", case_id)
    context = {"line": line, "form": form, "seen": witnesses.seen(line.case.credit)}
    return render(request, "hours/audit_case.html", context)

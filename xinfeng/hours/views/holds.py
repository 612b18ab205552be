"""Credits under review: the volunteer's page, the offices' desk, the rules for everybody."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from xinfeng.base import clock, codes
from xinfeng.base.numbers import numbers_in
from xinfeng.hours import commands, queries
from xinfeng.hours import rules as honesty
from xinfeng.hours.forms import AppealForm, FindingForm
from xinfeng.hours.models import Appeal, Finding
from xinfeng.hours.queries import Choice
from xinfeng.people.commands import note_view
from xinfeng.people.http import SignedInRequest

from .asked import whole
from .desk import around


@require_GET
def rules(request: SignedInRequest) -> HttpResponse:
    counted = queries.counted(clock.today())
    found = [(rule, counted.get(rule.name, [])) for rule in honesty.declared()]
    return render(request, "hours/rules.html", {"rules": found})


@require_GET
@login_required
def reviews(request: SignedInRequest) -> HttpResponse:
    lines, after = queries.own_holds(request.user, after=whole(request, "after"))
    return render(request, "hours/reviews.html", {"lines": lines, "after": after})


@require_GET
@login_required
def desk(request: SignedInRequest) -> HttpResponse:
    choice = _choice(request)
    page = queries.holds_desk(request.standing, choice, after=whole(request, "after"))
    context = {"desk": page, "choice": choice, "form": FindingForm(), **around(request)}
    return render(request, "hours/holds.html", context)


@require_POST
@login_required
def decisions(request: SignedInRequest) -> HttpResponse:
    """The same finding for all that were ticked."""
    form = FindingForm(request.POST)
    ids = numbers_in(request.POST.getlist("holds"))
    if form.is_valid() and ids:
        commands.decide_several(
            hold_ids=ids,
            finding=Finding(form.cleaned_data["finding"]),
            actor=request.user,
            at=clock.now(),
        )
    return redirect("hours:holds")


@require_GET
@login_required
def hold(request: SignedInRequest, hold_id: int) -> HttpResponse:
    return _hold(request, hold_id, AppealForm())


@require_POST
@login_required
def decision(request: SignedInRequest, hold_id: int) -> HttpResponse:
    form = FindingForm(request.POST)
    if form.is_valid():
        commands.decide(
            hold_id=hold_id,
            finding=Finding(form.cleaned_data["finding"]),
            actor=request.user,
            at=clock.now(),
        )
    return redirect("hours:hold", hold_id)


@require_http_methods(["POST"])
@login_required
def appeal(request: SignedInRequest, hold_id: int) -> HttpResponse:
    form = AppealForm(request.POST)
    if not form.is_valid():
        return _hold(request, hold_id, form)
    commands.appeal(
        hold_id=hold_id,
        reason=Appeal(form.cleaned_data["reason"]),
        text=form.cleaned_data["text"],
        actor=request.user,
        at=clock.now(),
    )
    return redirect("hours:hold", hold_id)


def _hold(request: SignedInRequest, hold_id: int, form: AppealForm) -> HttpResponse:
    page = queries.hold_page(hold_id, request.standing)
    if page is None:
        raise Http404(_("There is no such review of your hours."))
    note_view(person_id=page.line.hold.person_id, actor=request.user, at=clock.now())
    context = {"page": page, "form": form, "finding": FindingForm()}
    return render(request, "hours/hold.html", context)


def _choice(request: SignedInRequest) -> Choice:
    """What the address narrows the desk to; nonsense narrows nothing."""
    division = whole(request, "within")
    known = division is not None and _is_code(division)
    return Choice(
        rule=request.GET.get("rule", "")[:40],
        division=division if known else None,
        team=whole(request, "team"),
        appealed=request.GET.get("appealed") == "1",
    )


def _is_code(number: int) -> bool:
    try:
        codes.level_of(number)
    except ValueError:
        return False
    return True

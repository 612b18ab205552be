"""Where second persons and offices decide."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from xinfeng.base import clock
from xinfeng.hours import commands, days, queries
from xinfeng.hours.forms import CorrectForm, KeepForm
from xinfeng.hours.models import Contest, Finding
from xinfeng.hours.queries.contests import ContestPage
from xinfeng.people.commands import note_view
from xinfeng.people.http import SignedInRequest
from xinfeng.people.permissions import UPPER_OFFICES, is_office

from .asked import whole


@require_GET
@login_required
def desk(request: SignedInRequest) -> HttpResponse:
    """Entries that wait for this person as the second one."""
    page = queries.entries_to_decide(request.standing, after=whole(request, "after"))
    return render(request, "hours/desk.html", {"page": page, **around(request)})


@require_GET
@login_required
def contests(request: SignedInRequest) -> HttpResponse:
    lines, after = queries.open_contests(request.standing, after=whole(request, "after"))
    context = {"lines": lines, "after": after, "today": clock.today(), **around(request)}
    return render(request, "hours/contests.html", context)


@require_GET
@login_required
def objections(request: SignedInRequest) -> HttpResponse:
    lines, after = queries.open_objections(request.standing, after=whole(request, "after"))
    return render(
        request, "hours/objections.html", {"lines": lines, "after": after, **around(request)}
    )


@require_GET
@login_required
def contest(request: SignedInRequest, contest_id: int) -> HttpResponse:
    page = _contest_page(request, contest_id)
    return _shown(request, page, _correct_form(page.contest))


@require_POST
@login_required
def correction(request: SignedInRequest, contest_id: int) -> HttpResponse:
    page = _contest_page(request, contest_id)
    form = CorrectForm(request.POST)
    if not form.is_valid():
        return _shown(request, page, form)
    right = form.span(page.contest.credit.earned_on)
    commands.correct(
        contest_id=contest_id,
        finding=Finding(form.cleaned_data["finding"]),
        right=right and commands.Span(*right),
        actor=request.user,
        at=clock.now(),
    )
    return redirect("hours:contest", contest_id)


@require_POST
@login_required
def keeping(request: SignedInRequest, contest_id: int) -> HttpResponse:
    form = KeepForm(request.POST)
    if not form.is_valid():
        raise Http404
    commands.refuse_contest(
        contest_id=contest_id,
        finding=Finding(form.cleaned_data["finding"]),
        actor=request.user,
        at=clock.now(),
    )
    return redirect("hours:contest", contest_id)


@require_POST
@login_required
def contest_withdrawal(request: SignedInRequest, contest_id: int) -> HttpResponse:
    commands.withdraw_contest(contest_id=contest_id, actor=request.user, at=clock.now())
    return redirect("hours:contest", contest_id)


@require_POST
@login_required
def verification(request: SignedInRequest, objection_id: int) -> HttpResponse:
    """Take an objection up."""
    found = commands.take_up(objection_id=objection_id, actor=request.user, at=clock.now())
    assert found.contest_id
    return redirect("hours:contest", found.contest_id)


@require_POST
@login_required
def dismissal(request: SignedInRequest, objection_id: int) -> HttpResponse:
    commands.dismiss(objection_id=objection_id, actor=request.user, at=clock.now())
    return redirect("hours:objections")


def _contest_page(request: SignedInRequest, contest_id: int) -> ContestPage:
    page = queries.contest_page(contest_id, request.standing)
    if page is None:
        raise Http404
    note_view(person_id=page.contest.person_id, actor=request.user, at=clock.now())
    return page


def _shown(request: SignedInRequest, page: ContestPage, form: CorrectForm) -> HttpResponse:
    context = {"page": page, "correct": form, "keep": KeepForm()}
    return render(request, "hours/contest.html", context)


def _correct_form(found: Contest) -> CorrectForm:
    """Filled in with what the volunteer says was right."""
    if found.starts_at is None or found.ends_at is None:
        return CorrectForm()
    begins, ends = clock.local_time(found.starts_at), clock.local_time(found.ends_at)
    return CorrectForm(initial={"begins": begins, "ends": ends})


def around(request: SignedInRequest) -> dict[str, object]:
    """What the three desks share: whether there is an office, how far old hours are filled."""
    filling = days.filling()
    return {
        "is_office": is_office(request.standing),
        "is_upper": bool(request.standing.spans(UPPER_OFFICES)),
        "filling": None if filling is None or filling.is_done else filling,
    }

"""The desk of an office: requests, timetables, lecturers, the menu."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from xinfeng.base import clock, short_code
from xinfeng.people.commands import note_view
from xinfeng.people.http import SignedInRequest
from xinfeng.people.permissions import OFFICES
from xinfeng.school import commands, evenings
from xinfeng.school.commands import NewCourse, NewSeries
from xinfeng.school.forms import (
    ApprovalForm,
    CourseForm,
    HonourForm,
    PauseForm,
    PlacingForm,
    ReasonForm,
    SeriesForm,
    TimetableForm,
    next_monday,
)
from xinfeng.school.models import Course, Timetable
from xinfeng.school.queries import desk as desks
from xinfeng.school.queries import lecturers
from xinfeng.school.queries.week import week_of_draft

from .finding import after_of, class_of, lecturer_of, monday_of, request_of


@require_GET
@login_required
def desk(request: SignedInRequest) -> HttpResponse:
    found = desks.desk(request.standing, at=clock.now(), after=after_of(request))
    if found is None:
        raise Http404
    form = TimetableForm(
        divisions=found.divisions,
        initial={"code": short_code.new(), "first_week": next_monday(clock.today())},
    )
    return render(request, "school/desk.html", {"desk": found, "form": form})


@require_POST
@login_required
def ask_timetable(request: SignedInRequest) -> HttpResponse:
    found = desks.desk(request.standing, at=clock.now(), after=None)
    if found is None:
        raise Http404
    form = TimetableForm(request.POST, divisions=found.divisions)
    if not form.is_valid():
        return render(request, "school/desk.html", {"desk": found, "form": form})
    given = form.cleaned_data
    plan = commands.ask_timetable(
        code=given["code"],
        division_id=given["division"].pk,
        first_week=given["first_week"],
        weeks=given["weeks"],
        actor=request.user,
        at=clock.now(),
    )
    return redirect("school:timetable", plan.code)


@require_GET
@login_required
def timetable(request: SignedInRequest, timetable_code: str) -> HttpResponse:
    plan = _plan(request, timetable_code)
    found = desks.plan_page(plan, at=clock.now())
    monday = monday_of(request) if request.GET.get("monday") else found.begins
    page = {"page": found, "week": week_of_draft(plan, monday)}
    return render(request, "school/timetable.html", page)


@require_GET
@login_required
def progress(request: SignedInRequest, timetable_code: str) -> HttpResponse:
    """How far the job is; once it is done the page is loaded anew."""
    plan = _plan(request, timetable_code)
    answer = render(request, "school/_progress.html", {"plan": plan})
    if plan.state not in {"QUEUED", "RUNNING"}:
        answer["HX-Refresh"] = "true"
    return answer


@require_POST
@login_required
def publish_timetable(request: SignedInRequest, timetable_code: str) -> HttpResponse:
    plan = _plan(request, timetable_code)
    commands.publish_timetable(timetable_id=plan.pk, actor=request.user, at=clock.now())
    messages.success(request, _("Sent to the lecturers; each answers for themselves."))
    return redirect("school:timetable", timetable_code)


@require_POST
@login_required
def place_by_hand(request: SignedInRequest, request_code: str) -> HttpResponse:
    form = PlacingForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose a lecturer and the first evening."))
        return redirect("school:request", request_code)
    commands.place_class(
        request_id=request_of(request_code).pk,
        lecturer_id=lecturer_of(form.cleaned_data["lecturer"]).pk,
        first_on=form.cleaned_data["first_on"],
        code=form.cleaned_data["code"],
        actor=request.user,
        at=clock.now(),
    )
    messages.success(request, _("Placed. Ask the lecturer when it is as you want it."))
    return redirect("school:request", request_code)


@require_POST
@login_required
def propose(request: SignedInRequest, class_code: str) -> HttpResponse:
    done = commands.propose_class(
        class_id=class_of(class_code).pk, actor=request.user, at=clock.now()
    )
    messages.success(request, _("The lecturer is asked."))
    return redirect("school:request", done.request.code)


@require_POST
@login_required
def refuse(request: SignedInRequest, request_code: str) -> HttpResponse:
    form = ReasonForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Say why."))
        return redirect("school:request", request_code)
    commands.refuse_request(
        request_id=request_of(request_code).pk,
        reason=form.cleaned_data["reason"],
        actor=request.user,
        at=clock.now(),
    )
    messages.success(request, _("Refused; the station is told why."))
    return redirect("school:desk")


@require_GET
@login_required
def lecturer(request: SignedInRequest, lecturer_code: str) -> HttpResponse:
    found = lecturers.lecturer_case(lecturer_code, standing=request.standing)
    if found is None:
        raise Http404
    note_view(person_id=found.lecturer.person_id, actor=request.user, at=clock.now())
    honour = {"honour": found.lecturer.honour, "source": found.lecturer.honour_source}
    page = {"line": found, "honour": HonourForm(initial=honour)}
    return render(request, "school/lecturer_case.html", page)


@require_POST
@login_required
def decide(request: SignedInRequest, lecturer_code: str, verb: str) -> HttpResponse:
    """What an office says of a lecturer, each verb with what it needs."""
    if verb not in _VERBS:
        raise Http404
    command, form_of = _VERBS[verb]
    form = form_of(request.POST) if form_of else None
    if form is not None and not form.is_valid():
        messages.error(request, _("Say why."))
        return redirect("school:lecturer_case", lecturer_code)
    command(
        lecturer_id=lecturer_of(lecturer_code).pk,
        actor=request.user,
        at=clock.now(),
        **(form.cleaned_data if form else {}),
    )
    messages.success(request, _("Entered."))
    return redirect("school:lecturer_case", lecturer_code)


@require_http_methods(["GET", "POST"])
@login_required
def offer_course(request: SignedInRequest) -> HttpResponse:
    form = CourseForm(request.POST or None, initial={"code": short_code.new().lower()})
    area = _area(request)
    if request.method == "POST" and form.is_valid():
        new = NewCourse(division_id=area, **form.said())
        made = commands.offer_course(new=new, actor=request.user, at=clock.now())
        messages.success(request, _("The course stands on the menu."))
        return redirect("school:course", made.code)
    return render(request, "school/offer_course.html", {"form": form})


@require_POST
@login_required
def withdraw_course(request: SignedInRequest, course_code: str) -> HttpResponse:
    found = get_object_or_404(Course, code=course_code)
    commands.withdraw_course(course_id=found.pk, actor=request.user, at=clock.now())
    messages.success(request, _("The course is off the menu."))
    return redirect("school:course", course_code)


@require_http_methods(["GET", "POST"])
@login_required
def open_series(request: SignedInRequest) -> HttpResponse:
    today = evenings.monday(clock.today())
    begun = {"code": short_code.new().lower(), "starts_on": today}
    form = SeriesForm(request.POST or None, initial=begun)
    area = _area(request)
    if request.method == "POST" and form.is_valid():
        new = NewSeries(division_id=area, **form.cleaned_data)
        commands.open_series(new=new, actor=request.user, at=clock.now())
        messages.success(request, _("The series is open; courses can be put under it."))
        return redirect("school:courses")
    return render(request, "school/open_series.html", {"form": form})


_VERBS: dict[str, tuple[Callable[..., Any], type[Any] | None]] = {
    "approval": (commands.approve_lecturer, ApprovalForm),
    "refusal": (commands.refuse_lecturer, ReasonForm),
    "honour": (commands.honour_lecturer, HonourForm),
    "pause": (commands.pause_lecturer, PauseForm),
    "resumption": (commands.resume_lecturer, None),
    "end": (commands.end_lecturer, ReasonForm),
}


def _plan(request: SignedInRequest, code: str) -> Timetable:
    plan = desks.timetable_for(code, request.standing)
    if plan is None:
        raise Http404
    return plan


def _area(request: SignedInRequest) -> int:
    """The widest area the office reaches: its menu."""
    spans = request.standing.spans(OFFICES)
    if not spans:
        raise Http404
    return max(spans, key=lambda span: span[1] - span[0])[0]

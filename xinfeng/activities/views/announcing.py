"""From the form to the invitation: drafts, shifts with posts, copies and series."""

from datetime import date
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from xinfeng.activities import commands, permissions, queries, recurrence, vocabulary
from xinfeng.activities.forms import (
    AnnounceForm,
    CapacityForm,
    CopyForm,
    PostForm,
    RewriteForm,
    SeriesForm,
    TimesForm,
)
from xinfeng.activities.models import Activity, Shift
from xinfeng.activities.recurrence import Every
from xinfeng.base import clock, short_code
from xinfeng.base.refusal import Refusal
from xinfeng.people.http import SignedInRequest

from .programme import activity_id


@require_http_methods(["GET", "POST"])
@login_required
def announce(request: SignedInRequest) -> HttpResponse:
    """One screen for what is different each time; the rest stands there from last time."""
    grounds = queries.grounds_of(request.user, request.standing)
    begin = queries.beginning(request.user, grounds) | {"code": short_code.new()}
    form = AnnounceForm(request.POST or None, grounds=grounds, initial=begin)
    if request.method == "POST" and form.is_valid():
        made = commands.draft(new=form.wish(), actor=request.user, at=clock.now())
        return redirect("activities:activity", made.code)
    return render(request, "activities/announce.html", {"form": form, "grounds": grounds})


@require_http_methods(["GET", "POST"])
@login_required
def rewrite(request: SignedInRequest, code: str) -> HttpResponse:
    activity = _to_run(request, code)
    grounds = queries.grounds_of(request.user, request.standing, of=activity)
    form = RewriteForm(request.POST or None, grounds=grounds, initial=queries.said_by(activity))
    if request.method == "POST" and form.is_valid():
        commands.rewrite(
            activity_id=activity.pk, plan=form.wish(), actor=request.user, at=clock.now()
        )
        return redirect("activities:activity", code)
    return render(request, "activities/rewrite.html", {"form": form, "activity": activity})


@require_POST
@login_required
def publish(request: SignedInRequest, code: str) -> HttpResponse:
    commands.publish(activity_id=activity_id(request, code), actor=request.user, at=clock.now())
    return redirect("activities:activity", code)


@require_http_methods(["GET", "POST"])
@login_required
def shifts(request: SignedInRequest, code: str) -> HttpResponse:
    """All times with their posts, and a form for one more."""
    activity = _to_run(request, code)
    form = TimesForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        commands.add_shift(
            activity_id=activity.pk, new=form.shift(), actor=request.user, at=clock.now()
        )
        return redirect("activities:shifts", code)
    page = {
        "activity": activity,
        "shifts": activity.shifts.prefetch_related("posts").order_by("starts_at", "pk"),
        "form": form,
        "post_form": _post_form(None),
        "form_of": _times_of,
    }
    return render(request, "activities/shifts.html", page)


@require_POST
@login_required
def change_shift(request: SignedInRequest, shift_id: int) -> HttpResponse:
    """Another time, or another number of places."""
    shift = _shift_to_run(request, shift_id)
    form = TimesForm(request.POST)
    if not form.is_valid():
        raise Refusal("times_unreadable", " ".join(_problems(form)))
    wish = form.shift()
    commands.move_shift(
        shift_id=shift.pk,
        starts_at=wish.starts_at,
        ends_at=wish.ends_at,
        actor=request.user,
        at=clock.now(),
    )
    return redirect("activities:shifts", shift.activity.code)


@require_POST
@login_required
def resize_shift(request: SignedInRequest, shift_id: int) -> HttpResponse:
    shift = _shift_to_run(request, shift_id)
    commands.resize_shift(
        shift_id=shift.pk, capacity=_capacity(request), actor=request.user, at=clock.now()
    )
    return redirect("activities:shifts", shift.activity.code)


@require_POST
@login_required
def drop_shift(request: SignedInRequest, shift_id: int) -> HttpResponse:
    activity = commands.drop_shift(shift_id=shift_id, actor=request.user, at=clock.now())
    return redirect("activities:shifts", activity.code)


@require_POST
@login_required
def add_post(request: SignedInRequest, shift_id: int) -> HttpResponse:
    shift, form = _shift_to_run(request, shift_id), _post_form(request.POST)
    if not form.is_valid():
        raise Refusal("post_unreadable", " ".join(_problems(form)))
    commands.add_post(shift_id=shift.pk, new=form.post(), actor=request.user, at=clock.now())
    return redirect("activities:shifts", shift.activity.code)


@require_POST
@login_required
def resize_post(request: SignedInRequest, post_id: int) -> HttpResponse:
    post = commands.resize_post(
        post_id=post_id, capacity=_capacity(request), actor=request.user, at=clock.now()
    )
    return redirect("activities:shifts", post.shift.activity.code)


@require_POST
@login_required
def drop_post(request: SignedInRequest, post_id: int) -> HttpResponse:
    activity = commands.drop_post(post_id=post_id, actor=request.user, at=clock.now())
    return redirect("activities:shifts", activity.code)


@require_http_methods(["GET", "POST"])
@login_required
def series(request: SignedInRequest, code: str) -> HttpResponse:
    """The choice by GET with its preview; making the series by POST."""
    activity = _to_run(request, code)
    first = _first_day(activity)
    form = SeriesForm(request.POST or request.GET or None)
    rule, days, problem = "", [], ""
    if first is not None and form.is_bound and form.is_valid():
        given = form.cleaned_data
        try:
            rule = recurrence.rule(
                Every(given["every"]), first, count=given["count"], until=given["until"]
            )
            days = recurrence.preview(rule, first)
        except Refusal as refusal:
            problem = str(refusal)
    if request.method == "POST" and rule and days:
        kept = set(request.POST.getlist("day"))
        without = frozenset(one.on for one in days if one.on.isoformat() not in kept)
        commands.repeat(
            activity_id=activity.pk, rrule=rule, without=without, actor=request.user,
            at=clock.now(),
        )  # fmt: skip
        return redirect("activities:board")
    page = {
        "activity": activity,
        "first": first,
        "form": form,
        "days": days,
        "problem": problem,
    }
    return render(request, "activities/series.html", page)


@require_http_methods(["GET", "POST"])
@login_required
def copy(request: SignedInRequest, code: str) -> HttpResponse:
    activity = _to_run(request, code)
    form = CopyForm(request.POST or None, initial={"code": short_code.new()})
    if request.method == "POST" and form.is_valid():
        made = commands.copy(
            activity_id=activity.pk, **form.cleaned_data, actor=request.user, at=clock.now()
        )
        return redirect("activities:activity", made.code)
    return render(request, "activities/copy.html", {"activity": activity, "form": form})


def _to_run(request: SignedInRequest, code: str) -> Activity:
    """Foreign and unknown get the same answer."""
    activity = get_object_or_404(
        Activity.objects.select_related("place", "category"), code=code
    )
    if not permissions.may_run(request.standing, activity):
        raise Http404
    return activity


def _shift_to_run(request: SignedInRequest, shift_id: int) -> Shift:
    shift = get_object_or_404(Shift.objects.select_related("activity"), pk=shift_id)
    if not permissions.may_run(request.standing, shift.activity):
        raise Http404
    return shift


def _post_form(data: Any) -> PostForm:
    return PostForm(
        data, skills=vocabulary.skills(), qualifications=vocabulary.qualifications()
    )


def _times_of(shift: Shift) -> TimesForm:
    starts, ends = (timezone.localtime(m) for m in (shift.starts_at, shift.ends_at))
    return TimesForm(
        initial={
            "day": starts.date(),
            "starts": f"{starts:%H:%M}",
            "ends": f"{ends:%H:%M}",
            "capacity": shift.capacity,
        },
        auto_id=f"id_shift_{shift.pk}_%s",
    )


def _first_day(activity: Activity) -> date | None:
    first = activity.shifts.order_by("starts_at", "pk").first()
    return clock.local_date(first.starts_at) if first else None


def _capacity(request: SignedInRequest) -> int:
    form = CapacityForm(request.POST)
    if not form.is_valid():
        raise Refusal("capacity_unreadable", " ".join(_problems(form)))
    return int(form.cleaned_data["capacity"])


def _problems(form: Any) -> list[str]:
    return [str(problem) for problems in form.errors.values() for problem in problems]

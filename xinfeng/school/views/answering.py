"""What lecturers say to a class they are asked for; nobody teaches without having said yes."""

from datetime import datetime

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from xinfeng.base import clock
from xinfeng.base.refusal import Refusal
from xinfeng.people.http import SignedInRequest
from xinfeng.school import commands
from xinfeng.school.forms import DeclineForm

from .finding import class_of


@require_POST
@login_required
def accept(request: SignedInRequest, class_code: str) -> HttpResponse:
    commands.accept_class(
        class_id=class_of(class_code).pk,
        asked_at=_moment(request, "asked_at"),
        actor=request.user,
        at=clock.now(),
    )
    messages.success(request, _("Accepted. The station publishes the class and people enrol."))
    return redirect("school:own")


@require_POST
@login_required
def decline(request: SignedInRequest, class_code: str) -> HttpResponse:
    form = DeclineForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose a reason."))
        return redirect("school:own")
    commands.decline_class(
        class_id=class_of(class_code).pk,
        **form.cleaned_data,
        actor=request.user,
        at=clock.now(),
    )
    messages.success(request, _("Declined. The next timetable looks for somebody else."))
    return redirect("school:own")


@require_POST
@login_required
def accept_session(request: SignedInRequest, session_id: int) -> HttpResponse:
    commands.accept_session(
        session_id=session_id,
        starts_at=_shown(request),
        actor=request.user,
        at=clock.now(),
    )
    messages.success(request, _("Accepted. You are booked for the new time."))
    return redirect("school:own")


@require_POST
@login_required
def decline_session(request: SignedInRequest, session_id: int) -> HttpResponse:
    commands.decline_session(
        session_id=session_id,
        starts_at=_shown(request),
        actor=request.user,
        at=clock.now(),
    )
    messages.success(request, _("Declined. The station moves the evening or calls it off."))
    return redirect("school:own")


def _shown(request: SignedInRequest) -> datetime:
    """The time that the page showed; without one it is no answer to anything."""
    shown = _moment(request, "starts_at")
    if shown is None:
        raise Refusal("time_needed", _("Open the page once more and answer there."))
    return shown


def _moment(request: SignedInRequest, name: str) -> datetime | None:
    try:
        given = datetime.fromisoformat(request.POST.get(name, ""))
    except ValueError:
        return None
    return given if given.tzinfo else None

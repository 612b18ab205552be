"""What waits at the desk: to verify, to call back, complaints, and plans under way."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from xinfeng.base import clock
from xinfeng.dispatch import commands, permissions
from xinfeng.dispatch.desk_reach import caller_for, spans_of
from xinfeng.dispatch.forms.acts import AnswerForm
from xinfeng.dispatch.forms.desk import ChoiceForm, DueForm
from xinfeng.dispatch.queries import desk_queues as queries
from xinfeng.people.http import SignedInRequest

from .desk import minutes_until


@require_safe
@login_required
def to_verify(request: SignedInRequest) -> HttpResponse:
    found = queries.to_verify(spans_of(request), after=ChoiceForm(request.GET).key())
    return _queue(request, "dispatch/desk_verify.html", found)


@require_safe
@login_required
def to_call(request: SignedInRequest) -> HttpResponse:
    found = queries.to_call(spans_of(request), after=ChoiceForm(request.GET).key())
    return _queue(request, "dispatch/desk_calls.html", found)


@require_safe
@login_required
def complaints(request: SignedInRequest) -> HttpResponse:
    found = queries.complaints(spans_of(request), after=DueForm(request.GET).key())
    return _queue(request, "dispatch/desk_complaints.html", found)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def complaint(request: SignedInRequest, code: str) -> HttpResponse:
    """What is complained about; sent off, the answer."""
    found = queries.complaint_at(spans_of(request), code)
    if found is None:
        raise Http404
    form = AnswerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        commands.answer_complaint(
            complaint_id=found.pk,
            answer=form.cleaned_data["answer"],
            actor=request.user,
            at=clock.now(),
        )
        messages.success(request, _("Answered."))
        return redirect("dispatch:desk_complaint", code)
    caller = caller_for(request, found.order)
    page = {
        "complaint": found,
        "form": form,
        "may_answer": permissions.may_answer(caller, found.order)
        and found.made_by_id != request.user.pk,
    }
    return render(request, "dispatch/desk_complaint.html", page)


def _queue(request: SignedInRequest, template: str, found: queries.Queue[Any]) -> HttpResponse:
    page = {"queue": found, "minutes_left": _left(clock.now())}
    return render(request, template, page)


def _left(now: datetime) -> Callable[[Any], int]:
    return lambda thing: minutes_until(thing.due_at, now)

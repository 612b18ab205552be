"""What lecturers say to a class they are asked for; nobody teaches without having said yes."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from xinfeng.base import clock
from xinfeng.people.http import SignedInRequest
from xinfeng.school import commands
from xinfeng.school.forms import DeclineForm

from .finding import class_of


@require_POST
@login_required
def accept(request: SignedInRequest, class_code: str) -> HttpResponse:
    commands.accept_class(class_id=class_of(class_code).pk, actor=request.user, at=clock.now())
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

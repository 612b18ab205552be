"""One class, one's own place in it, and all of one's classes."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from xinfeng.base import clock
from xinfeng.base.numbers import number_in
from xinfeng.people.http import SignedInRequest, VisitorRequest
from xinfeng.school import commands
from xinfeng.school.forms import RatingForm
from xinfeng.school.models import EnrolmentState
from xinfeng.school.queries import classes
from xinfeng.school.queries.mine import my_classes

from .finding import class_of, visitor_of


@require_GET
def night_class(request: VisitorRequest, class_code: str) -> HttpResponse:
    return _page(request, class_code, RatingForm())


@require_POST
@login_required
def enrol(request: SignedInRequest, class_code: str) -> HttpResponse:
    """One tap: a place, or a turn on the waiting list."""
    made = commands.enrol(
        class_id=class_of(class_code).pk,
        person_id=number_in(request.POST.get("person", "")),
        actor=request.user,
        at=clock.now(),
    )
    if made.state == EnrolmentState.ENROLLED:
        messages.success(request, _("You are enrolled, for all sessions to come."))
    else:
        messages.success(
            request, _("You are on the waiting list and are told of a free place.")
        )
    return redirect("school:class", class_code)


@require_POST
@login_required
def cancel(request: SignedInRequest, enrolment_id: int) -> HttpResponse:
    done = commands.cancel_enrolment(
        enrolment_id=enrolment_id, actor=request.user, at=clock.now()
    )
    messages.success(request, _("Your place is given back."))
    return redirect("school:class", done.night_class.code)


@require_POST
@login_required
def rate(request: SignedInRequest, class_code: str) -> HttpResponse:
    form = RatingForm(request.POST)
    if not form.is_valid():
        return _page(request, class_code, form)
    commands.rate_class(
        class_id=class_of(class_code).pk,
        **form.cleaned_data,
        actor=request.user,
        at=clock.now(),
    )
    messages.success(request, _("Thank you for your marks."))
    return redirect("school:class", class_code)


@require_GET
def marks(request: VisitorRequest, class_code: str) -> HttpResponse:
    """Every rating of a class, without names."""
    page = classes.ratings_page(class_code, standing=request.standing, at=clock.now())
    if page is None:
        raise Http404
    return render(request, "school/marks.html", {"page": page})


@require_GET
@login_required
def mine(request: SignedInRequest) -> HttpResponse:
    found = my_classes(request.user, at=clock.now())
    return render(request, "school/mine.html", {"mine": found, "today": clock.today()})


def _page(request: VisitorRequest, class_code: str, form: RatingForm) -> HttpResponse:
    page = classes.class_page(
        class_code, visitor=visitor_of(request), standing=request.standing, at=clock.now()
    )
    if page is None:
        raise Http404
    shown = {"page": page, "form": form, "now": clock.now()}
    return render(request, "school/class.html", shown)

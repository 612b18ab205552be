"""The lecturer corps for everybody, and a lecturer's own page."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from xinfeng.base import clock, short_code
from xinfeng.people.http import SignedInRequest, VisitorRequest
from xinfeng.school import commands
from xinfeng.school.commands import Offer
from xinfeng.school.forms import OfferForm, PauseForm, offered
from xinfeng.school.models import DeclineReason, Lecturer, LecturerState, NightClass
from xinfeng.school.queries import catalogue, lecturers

from .finding import after_of, choice_of

_APPLY_AGAIN = (LecturerState.REFUSED, LecturerState.ENDED)


@require_GET
def corps(request: VisitorRequest) -> HttpResponse:
    choice = choice_of(request)
    page = {
        "corps": lecturers.corps(field=choice.field, after=after_of(request)),
        "choice": choice,
        "fields": catalogue.fields(),
    }
    return render(request, "school/lecturers.html", page)


@require_GET
def lecturer(request: VisitorRequest, lecturer_code: str) -> HttpResponse:
    page = lecturers.lecturer_page(lecturer_code, standing=request.standing, at=clock.now())
    if page is None:
        raise Http404
    return render(request, "school/lecturer.html", {"page": page})


@require_GET
@login_required
def own(request: SignedInRequest) -> HttpResponse:
    """A lecturer's day: what is asked, what is ahead; for all others the way to become one."""
    page = lecturers.own_page(request.user, at=clock.now())
    if page is None:
        return redirect("school:offer")
    shown = {"page": page, "reasons": DeclineReason.choices, "today": clock.today()}
    return render(request, "school/own.html", shown)


@require_http_methods(["GET", "POST"])
@login_required
def offer(request: SignedInRequest) -> HttpResponse:
    """Apply to become a lecturer, or change what one offers."""
    mine = lecturers.own_lecturer(request.user)
    form = OfferForm(request.POST or None, initial=offered(mine) if mine else None)
    if request.method == "POST" and form.is_valid():
        _say(request, form, mine)
        return redirect("school:own")
    page = {"form": form, "lecturer": mine, "learnt_in": request.GET.get("class", "")[:20]}
    return render(request, "school/offer.html", page)


@require_POST
@login_required
def pause(request: SignedInRequest) -> HttpResponse:
    mine, form = lecturers.own_lecturer(request.user), PauseForm(request.POST)
    if mine is None:
        raise Http404
    if not form.is_valid():
        messages.error(request, _("Say why."))
        return redirect("school:own")
    commands.pause_lecturer(
        lecturer_id=mine.pk, **form.cleaned_data, actor=request.user, at=clock.now()
    )
    messages.success(request, _("You pause. What you have accepted stays accepted."))
    return redirect("school:own")


def _say(request: SignedInRequest, form: OfferForm, mine: Lecturer | None) -> None:
    if mine is not None and mine.state not in _APPLY_AGAIN:
        commands.change_offer(
            lecturer_id=mine.pk, offer=Offer(**form.said()), actor=request.user, at=clock.now()
        )
        messages.success(request, _("It counts from the next timetable on."))
        return
    classes = NightClass.objects.public().filter(code=request.POST.get("learnt_in", "")[:20])
    commands.apply_as_lecturer(
        code=short_code.new(8),
        offer=Offer(**form.said()),
        learnt_in_id=classes.values_list("pk", flat=True).first(),
        actor=request.user,
        at=clock.now(),
    )
    messages.success(
        request, _("Your application is with the office; you are told of its answer.")
    )

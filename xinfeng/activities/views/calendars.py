"""Calendars for other programs: one's own under a secret address, public ones under theirs."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from xinfeng.activities import commands, passes, queries
from xinfeng.activities.models import Activity, CalendarLink
from xinfeng.base import calendars, clock, short_code
from xinfeng.people.http import SignedInRequest, VisitorRequest
from xinfeng.places.models import Place

PURPOSE = "calendar"


@require_GET
def mine(request: VisitorRequest, calendar_pass: str) -> HttpResponse:
    """Whoever has the address reads it: calendar programs cannot sign in."""
    diary = queries.my_diary(
        passes.code_of(PURPOSE, calendar_pass),
        host=request.get_host(),
        address=lambda code: address_of(request, code),
        at=clock.now(),
    )
    if diary is None:
        raise Http404
    answer = _answer(diary, "shifts")
    answer["Cache-Control"] = "private, no-store"
    answer["X-Robots-Tag"] = "noindex"
    return answer


@require_GET
def activity(request: VisitorRequest, code: str) -> HttpResponse:
    named = Activity.objects.select_related("place", "division")
    found = get_object_or_404(named, code=code)
    # Whoever runs it sees drafts and visits on their pages; no program needs to.
    if not found.is_public:
        raise Http404
    diary = queries.diary_of(
        found, host=request.get_host(), address=lambda one: address_of(request, one)
    )
    return _answer(diary, code)


@require_GET
def place(request: VisitorRequest, place_code: str) -> HttpResponse:
    diary = queries.diary_at(
        get_object_or_404(Place, code=place_code),
        host=request.get_host(),
        address=lambda one: address_of(request, one),
        at=clock.now(),
    )
    return _answer(diary, place_code)


@require_POST
@login_required
def link(request: SignedInRequest) -> HttpResponse:
    """The first address, or another one instead of one that got around."""
    commands.link_calendar(code=short_code.new(16), actor=request.user, at=clock.now())
    messages.success(request, _("The address of your calendar is new. An older one is dead."))
    return redirect("activities:mine")


@require_POST
@login_required
def end(request: SignedInRequest) -> HttpResponse:
    commands.end_calendar(actor=request.user, at=clock.now())
    messages.success(request, _("Nobody reads your calendar from outside any more."))
    return redirect("activities:mine")


def secret_address(request: HttpRequest, link: CalendarLink) -> str:
    signed = passes.signed(PURPOSE, link.code)
    return request.build_absolute_uri(reverse("activities:my_calendar", args=[signed]))


def address_of(request: HttpRequest, code: str) -> str:
    return request.build_absolute_uri(reverse("activities:activity", args=[code]))


def _answer(diary: queries.Diary, name: str) -> HttpResponse:
    body = calendars.written(diary.name, diary.events, at=clock.now())
    answer = HttpResponse(body, content_type=calendars.MEDIA_TYPE)
    answer["Content-Disposition"] = f'inline; filename="{name}.ics"'
    return answer

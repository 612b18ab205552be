"""A station: asking for a class, how that stands, publishing it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from xinfeng.base import clock, short_code
from xinfeng.people.http import SignedInRequest
from xinfeng.places.models import Place
from xinfeng.school import commands, permissions
from xinfeng.school.commands import NewRequest
from xinfeng.school.forms import QuotaForm, ReasonForm, RequestForm, next_monday
from xinfeng.school.queries import desk, stations

from .finding import after_of, class_of, place_of, request_of


@require_GET
@login_required
def places(request: SignedInRequest) -> HttpResponse:
    """To the one place somebody keeps, or to choose among those they may ask for."""
    words = request.GET.get("words", "")[:60]
    kept = stations.kept_places(request.standing)
    if len(kept) == 1 and not words:
        return redirect("school:place", kept[0].code)
    found = [*kept, *stations.places_to_ask_for(request.standing, words)]
    if not found and not words:
        raise Http404
    return render(request, "school/places.html", {"places": found, "words": words})


@require_GET
@login_required
def place(request: SignedInRequest, place_code: str) -> HttpResponse:
    page = stations.station_page(
        place_of(place_code),
        standing=request.standing,
        at=clock.now(),
        today=clock.today(),
        after=after_of(request),
    )
    if page is None:
        raise Http404
    return render(request, "school/place.html", {"page": page})


@require_http_methods(["GET", "POST"])
@login_required
def ask(request: SignedInRequest, place_code: str) -> HttpResponse:
    """The form of a class request: on a phone, under a minute."""
    found = place_of(place_code)
    if not permissions.may_request(request.standing, found):
        raise Http404
    courses, rooms = stations.courses_for(found), stations.rooms_of(found)
    form = RequestForm(request.POST or None, courses=courses, initial=_begun(request, rooms))
    if request.method == "POST" and form.is_valid():
        new = NewRequest(place_id=found.pk, **form.said())
        commands.request_class(new=new, actor=request.user, at=clock.now())
        messages.success(request, _("Asked for. The next timetable looks for a lecturer."))
        return redirect("school:place", place_code)
    page = {"place": found, "form": form, "rooms": rooms}
    return render(request, "school/ask.html", page)


@require_GET
@login_required
def request_page(request: SignedInRequest, request_code: str) -> HttpResponse:
    """One request: how it stands and why; an office also places it by hand."""
    page = desk.request_page(
        request_code, standing=request.standing, at=clock.now(), today=clock.today()
    )
    if page is None:
        raise Http404
    shown = {"page": page, "code": short_code.new(), "today": clock.today()}
    return render(request, "school/request.html", shown)


@require_POST
@login_required
def withdraw(request: SignedInRequest, request_code: str) -> HttpResponse:
    done = commands.withdraw_request(
        request_id=request_of(request_code).pk,
        reason=request.POST.get("reason", "")[:200].replace("\0", ""),
        actor=request.user,
        at=clock.now(),
    )
    messages.success(request, _("Withdrawn."))
    return redirect("school:place", done.place.code)


@require_POST
@login_required
def publish(request: SignedInRequest, class_code: str) -> HttpResponse:
    commands.publish_class(class_id=class_of(class_code).pk, actor=request.user, at=clock.now())
    messages.success(request, _("Published. People can enrol now."))
    return redirect("school:class", class_code)


@require_POST
@login_required
def call_off(request: SignedInRequest, class_code: str) -> HttpResponse:
    form = ReasonForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Say why."))
        return redirect("school:class", class_code)
    done = commands.call_off_class(
        class_id=class_of(class_code).pk,
        reason=form.cleaned_data["reason"],
        actor=request.user,
        at=clock.now(),
    )
    messages.success(request, _("Called off; everybody is told."))
    return _back(done.place)


@require_POST
@login_required
def resize(request: SignedInRequest, class_code: str) -> HttpResponse:
    form = QuotaForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Say how many places: 1 to 500."))
        return redirect("school:class", class_code)
    commands.resize_class(
        class_id=class_of(class_code).pk,
        quota=form.cleaned_data["quota"],
        actor=request.user,
        at=clock.now(),
    )
    messages.success(request, _("The number of places is changed."))
    return redirect("school:class", class_code)


def _back(place: Place) -> HttpResponse:
    return redirect("school:place", place.code)


def _begun(request: SignedInRequest, rooms: list[str]) -> dict[str, object]:
    """What most stations want, so that little is left to fill in."""
    return {
        "code": short_code.new(),
        "course": request.GET.get("course", "")[:40],
        "wished_from": next_monday(clock.today()),
        "room": rooms[0] if rooms else "",
    }

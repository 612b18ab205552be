"""The week as a grid, and as calendars that phones subscribe to."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_safe

from xinfeng.activities.queries import Diary
from xinfeng.base import calendars, clock
from xinfeng.people.http import VisitorRequest
from xinfeng.places.models import Division
from xinfeng.places.queries import city_code, trail_of
from xinfeng.school import permissions
from xinfeng.school.queries import catalogue, diaries
from xinfeng.school.queries.week import week_of

from .finding import choice_of, monday_of, place_of


@require_GET
def week(request: VisitorRequest) -> HttpResponse:
    """All evenings of an area in one week; without one, of the whole city."""
    choice = choice_of(request)
    area = choice.within or city_code()
    if area is None:
        raise Http404
    division = get_object_or_404(Division, pk=area)
    page = {
        "week": week_of(monday_of(request), within=area, field=choice.field),
        "division": division,
        "trail": trail_of(area),
        "below": _below(division),
        "fields": catalogue.fields(),
        "choice": choice,
        "today": clock.today(),
        "feed": request.build_absolute_uri(reverse("school:division_feed", args=[area])),
    }
    return render(request, "school/week.html", page)


@require_GET
def place_week(request: VisitorRequest, place_code: str) -> HttpResponse:
    place = place_of(place_code)
    page = {
        "week": week_of(monday_of(request), place=place),
        "place": place,
        "today": clock.today(),
        "feed": request.build_absolute_uri(reverse("school:place_feed", args=[place_code])),
        "may_request": permissions.may_request(request.standing, place),
    }
    return render(request, "school/place_week.html", page)


@require_safe
def division_feed(request: VisitorRequest, division_code: int) -> HttpResponse:
    division = get_object_or_404(Division, pk=division_code)
    return _answer(diaries.diary_within(division, **_told(request)), str(division_code))


@require_safe
def place_feed(request: VisitorRequest, place_code: str) -> HttpResponse:
    place = place_of(place_code)
    return _answer(diaries.diary_at(place, **_told(request)), place_code)


def _told(request: VisitorRequest) -> dict[str, Any]:
    def address(code: str) -> str:
        return request.build_absolute_uri(reverse("school:class", args=[code]))

    return {"today": clock.today(), "host": request.get_host(), "address": address}


def _answer(diary: Diary, name: str) -> HttpResponse:
    body = calendars.written(diary.name, diary.events, at=clock.now())
    answer = HttpResponse(body, content_type=calendars.MEDIA_TYPE)
    answer["Content-Disposition"] = f'inline; filename="{name}.ics"'
    return answer


def _below(division: Division) -> list[Division]:
    """The areas of the next level, to narrow by."""
    lo, hi = division.span
    found = Division.objects.filter(
        pk__gte=lo, pk__lt=hi, level=division.level + 1, valid_until=None
    )
    return list(found.order_by("pk"))

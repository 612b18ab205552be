"""A station's own page: what it asked for, how that stands and why, and what is held."""

from dataclasses import dataclass
from datetime import date, datetime

from xinfeng.base import codes, scope
from xinfeng.base.standing import Standing
from xinfeng.people.permissions import OFFICES
from xinfeng.places.models import Place, PlaceState
from xinfeng.school import permissions
from xinfeng.school.models import (
    LIVE_CLASSES,
    ClassRequest,
    ClassState,
    Course,
    NightClass,
    Session,
)

from .lines import PAGE, ClassLine, lines_of, named


@dataclass(frozen=True)
class RequestLine:
    """A request, and the class that was found for it so far."""

    request: ClassRequest
    line: ClassLine | None

    @property
    def to_publish(self) -> bool:
        return self.line is not None and self.line.night_class.state == ClassState.CONFIRMED


@dataclass(frozen=True)
class StationPage:
    place: Place
    requests: list[RequestLine]
    tonight: list[Session]
    coming: list[Session]
    after: int | None


def station_page(
    place: Place, *, standing: Standing, at: datetime, today: date, after: int | None
) -> StationPage | None:
    """None for whoever neither keeps the place nor sits in an office above it."""
    if not permissions.may_request(standing, place):
        return None
    found = ClassRequest.objects.filter(place=place).select_related("course")
    if after:
        found = found.filter(pk__lt=after)
    rows = list(found.order_by("-pk")[: PAGE + 1])
    with scope.whole_city():
        ahead = Session.objects.planned().filter(
            place=place, ends_at__gt=at, night_class__state=ClassState.PUBLISHED
        )
        sessions = list(
            ahead.select_related("night_class__course").order_by("starts_at", "pk")[:PAGE]
        )
    return StationPage(
        place=place,
        requests=request_lines(rows[:PAGE], at),
        tonight=[one for one in sessions if one.on == today],
        coming=[one for one in sessions if one.on != today],
        after=rows[PAGE - 1].pk if len(rows) > PAGE else None,
    )


def request_lines(requests: list[ClassRequest], at: datetime) -> list[RequestLine]:
    ids = [one.pk for one in requests]
    states = (*LIVE_CLASSES, ClassState.ENDED)
    with scope.whole_city():
        live = named(NightClass.objects.filter(request__in=ids, state__in=states))
        lines = {
            line.night_class.request_id: line
            for line in lines_of(list(live.order_by("pk")), at)
        }
    return [RequestLine(one, lines.get(one.pk)) for one in requests]


def kept_places(standing: Standing) -> list[Place]:
    """The places somebody keeps and that are open: where they may ask for a class."""
    kept = Place.objects.filter(pk__in=standing.places, state=PlaceState.OPEN)
    return list(kept.order_by("name", "pk"))


def places_to_ask_for(standing: Standing, words: str) -> list[Place]:
    """Places that an office may ask for, by name."""
    found: list[Place] = []
    for lo, hi in standing.spans(OFFICES):
        within = Place.objects.filter(
            division_id__gte=lo,
            division_id__lt=hi,
            state=PlaceState.OPEN,
            name__icontains=words,
        )
        found += within.order_by("name", "pk")[:PAGE]
    return found[:PAGE]


def courses_for(place: Place) -> list[Course]:
    """What stands on the menu of a place: of its division, or of one above it."""
    level = codes.level_of(place.division_id)
    menus = [place.division_id, *codes.ancestors(place.division_id, level)]
    active = Course.objects.filter(is_active=True, division__in=menus)
    return list(active.select_related("field").order_by("field__position", "title", "pk"))


def rooms_of(place: Place) -> list[str]:
    """Rooms that were named before, the latest first, and the halls the place has."""
    before = ClassRequest.objects.filter(place=place).order_by("-pk")
    rooms = list(before.values_list("room", flat=True)[:20])
    halls = place.facilities.filter(kind="HALL", ends_on=None).exclude(name="").order_by("pk")
    return list(dict.fromkeys([*rooms, *halls.values_list("name", flat=True)]))[:6]

"""What the pages of this room read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.db.models import Prefetch, Q

from xinfeng.base import codes, pack
from xinfeng.base.codes import Level
from xinfeng.base.scope import Span

from .models import (
    Division,
    Duty,
    Facility,
    OpeningException,
    OpeningHours,
    Place,
    PlaceQuerySet,
    Spell,
)

PAGE = 50
Key = tuple[int, str]


@dataclass(frozen=True)
class Choice:
    """How the list of places is narrowed."""

    within: int | None = None
    tier: str = ""
    state: str = ""
    words: str = ""


def chosen(choice: Choice) -> PlaceQuerySet:
    found = Place.objects.all()
    if choice.within is not None:
        found = found.inside(*codes.span(choice.within, codes.level_of(choice.within)))
    if choice.tier:
        found = found.filter(tier=choice.tier)
    if choice.state:
        found = found.filter(state=choice.state)
    if choice.words:
        found = found.filter(Q(name__icontains=choice.words) | Q(code__iexact=choice.words))
    return found


@dataclass(frozen=True)
class Listed:
    """A page of places in reading order; `after` opens the next one."""

    places: Sequence[Place]
    after: Key | None


def listed(choice: Choice, after: Key | None = None) -> Listed:
    found = chosen(choice)
    if after is not None:
        division, code = after
        found = found.filter(
            Q(division_id__gt=division) | Q(division_id=division, code__gt=code)
        )
    page = list(found.select_related("division").in_reading_order()[: PAGE + 1])
    more = len(page) > PAGE
    last = page[PAGE - 1] if more else None
    return Listed(page[:PAGE], (last.division_id, last.code) if last else None)


def trail_of(code: int) -> list[Division]:
    """The divisions from the city down to this one."""
    above = codes.ancestors(code, codes.level_of(code))
    return list(Division.objects.filter(pk__in=[*above, code]).order_by("level"))


def areas(spans: Sequence[Span], chosen_code: int | None) -> list[Division]:
    """What a desk's filter offers: what lies over and under the chosen division."""
    lo, hi = max(spans, key=lambda span: span[1] - span[0])
    whole = codes.span(chosen_code, codes.level_of(chosen_code)) if chosen_code else (lo, hi)
    if not any(low <= whole[0] and whole[1] <= high for low, high in spans):
        whole = (lo, hi)
    top = whole[0]
    level = codes.level_of(top) if whole[1] - whole[0] > 1 else Level.VILLAGE
    wanted = {*codes.ancestors(top, level), top}
    below = Q(level=level + 1, code__gte=whole[0], code__lt=whole[1])
    above = Q(code__in=[code for code in wanted if lo <= code < hi])
    return list(Division.objects.filter(above | below).order_by("code"))


def counties(city: int, today: date) -> list[Division]:
    lo, hi = codes.span(city, Level.CITY)
    return list(
        Division.objects.as_of(today).inside(lo, hi).filter(level=Level.COUNTY).order_by("code")
    )


@dataclass(frozen=True)
class Today:
    """Whether a place is open on a day, and when; minutes of the day."""

    is_exception: bool
    reason: str
    openings: Sequence[tuple[int, int]]


@dataclass(frozen=True)
class PlacePage:
    """A place as everybody may see it."""

    place: Place
    trail: Sequence[Division]
    today: Today
    week: Sequence[tuple[int, Sequence[OpeningHours]]]
    exceptions: Sequence[OpeningException]
    facilities: Sequence[Facility]
    duties: Sequence[Duty]
    former_duties: Sequence[Duty]
    spells: Sequence[Spell]


def place_page(code: str, today: date) -> PlacePage | None:
    """Seven queries, whatever the place has."""
    place = _with_details(code).first()
    if place is None:
        return None
    hours = [o for o in place.opening_hours.all() if _holds(o, today)]
    exceptions = [e for e in place.opening_exceptions.all() if e.on >= today]
    duties = list(place.duties.all())
    return PlacePage(
        place=place,
        trail=trail_of(place.division_id),
        today=_today(hours, exceptions, today),
        week=[(day, [o for o in hours if o.weekday == day]) for day in range(7)],
        exceptions=exceptions,
        facilities=[f for f in place.facilities.all() if _holds(f, today)],
        duties=[d for d in duties if _holds(d, today)],
        former_duties=[d for d in duties if not _holds(d, today)],
        spells=list(place.spells.all()),
    )


def _with_details(code: str) -> PlaceQuerySet:
    ordered = {
        "opening_hours": OpeningHours.objects.order_by("weekday", "opens_minute", "pk"),
        "opening_exceptions": OpeningException.objects.order_by("on", "pk"),
        "facilities": Facility.objects.order_by("kind", "pk"),
        "duties": Duty.objects.order_by("kind", "-starts_on", "pk"),
        "spells": Spell.objects.select_related("division").order_by("-starts_on", "pk"),
    }
    prefetched = [Prefetch(name, found) for name, found in ordered.items()]
    return (
        Place.objects.filter(code=code)
        .select_related("division")
        .prefetch_related(*prefetched)
        .order_by("pk")
    )


def _holds(row: OpeningHours | Facility | Duty, day: date) -> bool:
    return row.starts_on <= day and (row.ends_on is None or row.ends_on > day)


def _today(
    hours: Sequence[OpeningHours], exceptions: Sequence[OpeningException], today: date
) -> Today:
    for each in exceptions:
        if each.on == today:
            opens, closes = each.opens_minute, each.closes_minute
            shown = [] if opens is None or closes is None else [(opens, closes)]
            return Today(True, each.reason, shown)
    openings = [
        (o.opens_minute, o.closes_minute) for o in hours if o.weekday == today.weekday()
    ]
    return Today(False, "", openings)


def kinds() -> dict[str, tuple[str, str]]:
    """The industries and fields of bases by code: (Chinese, English), from the city's pack."""
    return {
        term.code: (term.name, term.name_en or term.name)
        for term in pack.load(settings.CITY_PACK).place_kinds
    }


def city_code() -> int | None:
    """The city this installation serves; None before its divisions are imported."""
    cities = Division.objects.filter(level=Level.CITY).order_by("code")
    return cities.values_list("code", flat=True).first()

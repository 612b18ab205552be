"""Builders: a small city and a place in one line; a test names only what it is about."""

from datetime import date, datetime, time
from itertools import count
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.contrib.auth import get_user_model

from xinfeng.base.codes import Level, level_of
from xinfeng.base.standing import Standing
from xinfeng.places.models import Division, Place, PlaceState, Spell, Tier

TODAY = date(2022, 7, 17)  # a Sunday
LONG_AGO = date(2019, 1, 1)
NINE = datetime.combine(TODAY, time(9), tzinfo=ZoneInfo("Asia/Shanghai"))

CITY = 430400000000
COUNTY = 430405000000
OTHER_COUNTY = 430406000000
TOWNSHIP = 430405007000
OTHER_TOWNSHIP = 430405008000
VILLAGE = 430405007006
NEXT_VILLAGE = 430405007007
OTHER_VILLAGE = 430405008001

_codes = count(1)


class City(NamedTuple):
    """One of each level, and a second one to be a stranger in."""

    city: Division
    county: Division
    other_county: Division
    township: Division
    other_township: Division
    village: Division
    next_village: Division
    other_village: Division


def a_division(code: int, name: str, *, valid_from: date = LONG_AGO) -> Division:
    division, _made = Division.objects.get_or_create(
        code=code,
        defaults={"level": level_of(code), "name": name, "valid_from": valid_from},
    )
    return division


def a_city() -> City:
    """衡阳市 with two counties, two townships, three villages; the same one each time."""
    return City(
        a_division(CITY, "衡阳市"),
        a_division(COUNTY, "珠晖区"),
        a_division(OTHER_COUNTY, "雁峰区"),
        a_division(TOWNSHIP, "茶山坳镇"),
        a_division(OTHER_TOWNSHIP, "东阳渡街道"),
        a_division(VILLAGE, "茶山村"),
        a_division(NEXT_VILLAGE, "金甲村"),
        a_division(OTHER_VILLAGE, "新华社区"),
    )


_TIER_OF = {
    Level.CITY: Tier.CENTRE,
    Level.COUNTY: Tier.CENTRE,
    Level.TOWNSHIP: Tier.INSTITUTE,
    Level.VILLAGE: Tier.STATION,
}


def a_place(
    *,
    division: Division | None = None,
    state: str = PlaceState.OPEN,
    since: date = LONG_AGO,
    **more: object,
) -> Place:
    """An open station in 茶山村 since 2019, unless the test says otherwise."""
    at = division or a_city().village
    fields = {"code": f"HY{next(_codes):05d}", "tier": _TIER_OF[Level(at.level)]} | more
    fields.setdefault("name", f"{at.name}新时代文明实践站")
    place = Place.objects.create(division=at, state=state, **fields)
    Spell.objects.create(place=place, division=at, state=state, starts_on=since)
    return place


def an_account(name: str = "lan", *, division: Division | None = None):
    """Somebody who can act; what she may do is said by a standing."""
    found = get_user_model().objects.filter(username=name).first()
    return found or get_user_model().objects.create(
        username=name, division=division or a_city().city
    )


def office_of(division: Division, role: str | None = None) -> Standing:
    """The standing of the office of a city, county or township."""
    named = {1: "CITY_OFFICE", 2: "COUNTY_OFFICE", 3: "TOWNSHIP"}.get(
        division.level, "TOWNSHIP"
    )
    return Standing(person_id=1, roles=((role or named, *division.span),))


def keeper_of(*places: Place) -> Standing:
    return Standing(person_id=1, places=frozenset(place.pk for place in places))

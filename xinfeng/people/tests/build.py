"""Builders: people with an identity, and offices, in one line.

The cast: Mei volunteers, Lan leads, a stranger may nothing.
"""

from datetime import date

from django.contrib.auth.hashers import make_password

from xinfeng.base import scope
from xinfeng.people.models import Grant, Identity, Person, Role
from xinfeng.places.models import Division, Place
from xinfeng.places.tests.build import LONG_AGO, a_city

PASSWORD = "a long enough password"
_OFFICE = {1: Role.CITY_OFFICE, 2: Role.COUNTY_OFFICE, 3: Role.TOWNSHIP}


def a_person(
    username: str = "mei",
    *,
    name: str = "王小梅",
    division: Division | None = None,
    volunteers: bool = True,
    password: str | None = None,
) -> Person:
    """A registered volunteer of 茶山村, unless the test says otherwise."""
    at = division or a_city().village
    person = Person.objects.create(
        username=username,
        password=make_password(password),
        division=at,
        registered_on=LONG_AGO if volunteers else None,
    )
    with scope.whole_city():
        Identity.objects.create(person=person, division_id=at.pk, name=name)
    return person


def a_grant(
    person: Person,
    role: str,
    *,
    division: Division | None = None,
    place: Place | None = None,
    starts_on: date = LONG_AGO,
    ends_on: date | None = None,
) -> Grant:
    return Grant.objects.create(
        person=person,
        role=role,
        division=division,
        place=place,
        starts_on=starts_on,
        ends_on=ends_on,
    )


def an_office(division: Division, username: str | None = None) -> Person:
    """Somebody who works in the office of a city, county or township."""
    clerk = a_person(
        username or f"office{division.pk}", name="李办公", division=division, volunteers=False
    )
    a_grant(clerk, _OFFICE[division.level], division=division)
    return clerk


def a_keeper(place: Place, username: str = "keeper") -> Person:
    keeper = a_person(username, name="周守成", division=place.division, volunteers=False)
    a_grant(keeper, Role.KEEPER, place=place)
    return keeper


def everyone(place: Place) -> dict[str, Person]:
    """One person for each role, over what that role is usually given."""
    city = a_city()
    over = {
        Role.CITY_OFFICE: city.city,
        Role.AUDITOR: city.city,
        Role.COUNTY_OFFICE: city.county,
        Role.TOWNSHIP: city.township,
    }
    cast = {}
    for role in Role:
        person = a_person(role.lower(), division=city.village)
        if role == Role.KEEPER:
            a_grant(person, role, place=place)
        else:
            a_grant(person, role, division=over.get(role, city.village))
        cast[role.value] = person
    return cast

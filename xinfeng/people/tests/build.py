"""Builders: people with an identity, and offices, in one line.

The cast: Mei volunteers, Lan leads, a stranger may nothing.
"""

from datetime import date
from itertools import count

from django.contrib.auth.hashers import make_password

from xinfeng.base import scope
from xinfeng.base.id_number import check_sign, parse
from xinfeng.people.commands import NewPerson
from xinfeng.people.commands.making import Checked, put_id_number, put_phone
from xinfeng.people.models import Grant, Identity, Person, Role
from xinfeng.places.models import Division, Place
from xinfeng.places.tests.build import LONG_AGO, NINE, a_city

PASSWORD = "a long enough password"
# The code of the text in force in the reference city.
AGREED, AGREED_MINOR = "registration-2022", "minor-2022"
_orders = count(1)
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


def an_id_number(born_on: date = date(1990, 3, 7), *, female: bool = True) -> str:
    """A right ID number of 珠晖区; another one each time."""
    first = f"430405{born_on:%Y%m%d}{next(_orders) * 2 % 1000 + (0 if female else 1):03d}"
    return first + check_sign(first)


def a_phone() -> str:
    return f"138{next(_orders):08d}"


def an_applicant(**more: object) -> NewPerson:
    """王小梅, grown up, who has read the text in force."""
    fields = {
        "username": f"v{next(_orders):05d}", "name": "王小梅", "password": PASSWORD,
        "volunteers": True, "id_number": an_id_number(), "phone": a_phone(), "agreed": AGREED,
    } | more  # fmt: skip
    return NewPerson(**fields)


def numbered(person: Person, *, id_number: str = "", phone: str = "") -> Person:
    """Give somebody who exists an ID number or a telephone."""
    with scope.whole_city():
        identity = Identity.objects.get(pk=person.pk)
        if id_number:
            number = parse(id_number, on=date(2022, 7, 17))
            put_id_number(identity, Checked(number, "number", "", None), at=NINE)
        if phone:
            put_phone(identity, phone)
        identity.save()
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

"""Builders: a unit with people and a point in one line; a test names only what it is about."""

from itertools import count

from xinfeng.base import scope
from xinfeng.people.models import Person
from xinfeng.places.models import Division
from xinfeng.places.tests.build import LONG_AGO, a_city
from xinfeng.units.models import MemberRole, Point, PointType, Unit, UnitKind, UnitMember

_codes = count(1)


def a_unit(
    *, division: Division | None = None, head: Person | None = None, **more: object
) -> Unit:
    """A department of the city since 2019, unless the test says otherwise."""
    number = next(_codes)
    fields = {
        "code": f"U{number:03d}", "name": f"市城管局{number}", "short_name": f"城管{number}",
        "kind": UnitKind.CITY, "since": LONG_AGO,
    } | more  # fmt: skip
    unit = Unit.objects.create(division=division or a_city().city, **fields)
    if head is not None:
        a_member(head, unit, role=MemberRole.HEAD)
    return unit


def a_member(
    person: Person, unit: Unit, *, role: str = MemberRole.STAFF, **more: object
) -> UnitMember:
    with scope.whole_city():
        return UnitMember.objects.create(
            unit=unit, person=person, division_id=unit.division_id, role=role,
            **{"since": LONG_AGO} | more,
        )  # fmt: skip


def a_type(code: str = "farm-market", **more: object) -> PointType:
    fields = {"name": "农贸市场", "name_en": "Farm produce markets", "position": 1} | more
    return PointType.objects.get_or_create(code=code, defaults=fields)[0]


def a_point(
    *, division: Division | None = None, unit: Unit | None = None, **more: object
) -> Point:
    """An open farm market in 茶山村, unless the test says otherwise."""
    number = next(_codes)
    fields = {
        "code": f"P{number:04d}", "name": f"茶山农贸市场{number}", "since": LONG_AGO,
    } | more  # fmt: skip
    fields.setdefault("type", a_type())
    return Point.objects.create(
        division=division or a_city().village, unit=unit or a_unit(), **fields
    )

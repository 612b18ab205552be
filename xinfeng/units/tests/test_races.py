"""Two at once, started at a barrier: one head, one code, no point for a unit that ends."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from threading import Barrier

import pytest
from django.db import connection, transaction

from xinfeng.base import scope
from xinfeng.base.refusal import Refusal
from xinfeng.journal.models import Entry
from xinfeng.people.tests.build import a_person, an_office
from xinfeng.places.tests.build import NINE, a_city
from xinfeng.units import commands
from xinfeng.units.models import MemberRole, Point, Unit, UnitMember
from xinfeng.units.wishes import NewPoint, PointWish

from .build import a_member, a_type, a_unit

pytestmark = pytest.mark.django_db(transaction=True)


def together(*acts: Callable[[], object]) -> list[str]:
    barrier = Barrier(len(acts))

    def one(act: Callable[[], object]) -> str:
        try:
            barrier.wait(timeout=30)
            act()
        except Refusal as refusal:
            return refusal.code
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(len(acts)) as pool:
        return sorted(pool.map(one, acts))


def test_two_heads_named_at_once_leave_one():
    office, unit = an_office(a_city().city), a_unit()
    for name in ("mei", "lan"):
        a_person(name)

    def name(username):
        return lambda: commands.name_member(
            unit_id=unit.pk, username=username, role=MemberRole.HEAD, actor=office, at=NINE
        )

    assert together(name("mei"), name("lan")) == ["done", "done"]

    with scope.whole_city():
        assert UnitMember.objects.current().count() == 1
        assert UnitMember.objects.count() == 2


def test_a_unit_does_not_end_while_a_point_is_given_to_it():
    office, unit, of_type = an_office(a_city().city), a_unit(), a_type()
    wish = PointWish("市场", of_type.pk, unit.pk)

    got = together(
        lambda: commands.end_unit(unit_id=unit.pk, actor=office, at=NINE),
        lambda: commands.add_point(
            new=NewPoint("P1", a_city().village.pk, wish), actor=office, at=NINE
        ),
    )

    assert got in (["done", "unit_has_points"], ["done", "unit_unknown"])
    assert Unit.objects.get().is_active is Point.objects.exists()


def test_one_code_is_given_to_one_point():
    office, unit, of_type = an_office(a_city().city), a_unit(), a_type()

    def add(name: str) -> None:
        wish = PointWish(name, of_type.pk, unit.pk)
        commands.add_point(new=NewPoint("P1", a_city().village.pk, wish), actor=office, at=NINE)

    got = together(lambda: add("市场"), lambda: add("另一个市场"))

    assert got == ["done", "point_code_taken"]
    assert Point.objects.count() == 1


def test_the_same_point_sent_twice_at_once_is_one_point():
    office, unit, of_type = an_office(a_city().city), a_unit(), a_type()
    wish = PointWish("市场", of_type.pk, unit.pk)

    def add():
        commands.add_point(new=NewPoint("P1", a_city().village.pk, wish), actor=office, at=NINE)

    assert together(add, add) == ["done", "done"]
    assert Entry.objects.filter(verb="point.added").count() == 1
    assert Point.objects.count() == 1


def test_somebody_relieved_by_two_at_once_is_relieved_once():
    office, unit = an_office(a_city().city), a_unit()
    member = a_member(a_person(), unit)

    def relieve():
        commands.relieve_member(member_id=member.pk, actor=office, at=NINE)

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            relieve()
            # The other one presses while this one is not written down for good yet.
            late = pool.submit(together, relieve)
            wait([late], timeout=0.5)
        assert late.result(timeout=30) == ["done"]

    assert Entry.objects.filter(verb="unit.member_relieved").count() == 1

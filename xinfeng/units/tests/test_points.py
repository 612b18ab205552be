"""Points: registered, described, put in charge, suspended, closed."""

import pytest

from xinfeng.base.refusal import Forbidden, Refusal
from xinfeng.journal.models import Entry
from xinfeng.people.tests.build import a_person, an_office
from xinfeng.places.tests.build import LONG_AGO, NINE, TODAY, a_city, a_place
from xinfeng.units import commands
from xinfeng.units.models import Point
from xinfeng.units.wishes import NewPoint, PointWish

from .build import a_member, a_point, a_type, a_unit

pytestmark = pytest.mark.django_db


def a_wish(unit=None, **more):
    said = {"name": "茶山农贸市场", "type_id": a_type().pk, "unit_id": (unit or a_unit()).pk}
    return PointWish(**said | more)


def register(actor, code="P1", division=None, **wish):
    at = division or a_city().village
    return commands.add_point(new=NewPoint(code, at.pk, a_wish(**wish)), actor=actor, at=NINE)


def verbs():
    return list(Entry.objects.order_by("pk").values_list("verb", flat=True))


def test_a_township_registers_points_of_its_villages_only():
    office = an_office(a_city().township)

    point = register(office)

    assert (point.state, point.since, verbs()) == ("OPEN", TODAY, ["point.added"])
    with pytest.raises(Forbidden):
        register(office, "P2", a_city().other_village)
    with pytest.raises(Forbidden):
        register(a_person(), "P2")


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"code": "P1"}, "point_code_taken"),
        ({"division": "county"}, "point_division"),
        ({"type_id": 0}, "point_type_unknown"),
        ({"place_id": 0}, "place_elsewhere"),
    ],
)
def test_what_cannot_be_a_point_is_refused(wrong, code):
    office = an_office(a_city().city)
    register(office)
    if "division" in wrong:
        wrong = wrong | {"division": getattr(a_city(), wrong["division"])}

    with pytest.raises(Refusal) as refusal:
        register(office, **{"code": "P2"} | wrong)

    assert refusal.value.code == code


def test_an_ended_unit_and_a_foreign_or_taken_place_are_refused():
    office, place = an_office(a_city().city), a_place()
    register(office, place_id=place.pk)

    for code, wish in [
        ("unit_unknown", {"unit": a_unit(is_active=False, until=TODAY)}),
        ("place_elsewhere", {"place_id": a_place(division=a_city().next_village).pk}),
        ("place_is_a_point", {"place_id": place.pk}),
    ]:
        with pytest.raises(Refusal) as refusal:
            register(office, "P2", **wish)
        assert refusal.value.code == code


def test_a_point_is_described_once_and_handed_to_another_unit():
    office, point, other = an_office(a_city().city), a_point(), a_unit()
    wish = PointWish("新市场", point.type_id, other.pk, lat_e6=26_900_000, lon_e6=112_600_000)

    for _ in range(2):
        commands.describe_point(point_id=point.pk, wish=wish, actor=office, at=NINE)

    found = Point.objects.get()
    assert (found.name, found.unit, found.lat_e6) == ("新市场", other, 26_900_000)
    assert Entry.objects.get().details == {"former_unit": point.unit_id}


def test_the_unit_says_who_keeps_its_points():
    mei, lan, unit = a_person(), a_person("lan"), a_unit()
    a_member(mei, unit)
    point, foreign = a_point(unit=unit), a_point()

    for _ in range(2):
        commands.put_in_charge(point_id=point.pk, username="lan", actor=mei, at=NINE)
    assert Point.objects.get(pk=point.pk).person_in_charge == lan
    for _ in range(2):
        commands.relieve(point_id=point.pk, actor=mei, at=NINE)
    assert Point.objects.get(pk=point.pk).person_in_charge is None
    assert verbs() == ["point.put_in_charge", "point.relieved"]
    for wrong in (foreign.pk, 0):
        with pytest.raises(Forbidden):
            commands.put_in_charge(point_id=wrong, username="lan", actor=mei, at=NINE)
    with pytest.raises(Refusal) as refusal:
        commands.put_in_charge(point_id=point.pk, username="nobody", actor=mei, at=NINE)
    assert refusal.value.code == "person_unknown"


def test_a_point_rests_comes_back_and_is_closed_for_good():
    office, point = an_office(a_city().township), a_point()

    def do(verb):
        return verb(point_id=point.pk, actor=office, at=NINE)

    for verb in (commands.suspend_point, commands.resume_point, commands.close_point):
        assert do(verb).state == do(verb).state
    assert verbs() == ["point.suspended", "point.resumed", "point.closed"]
    assert Point.objects.get().until == TODAY
    for act in (
        lambda: do(commands.resume_point),
        lambda: commands.put_in_charge(
            point_id=point.pk, username=office.username, actor=office, at=NINE
        ),
    ):
        with pytest.raises(Refusal) as refusal:
            act()
        assert refusal.value.code == "point_closed"


def test_a_member_of_the_unit_does_not_close_its_points():
    mei = a_person()
    point = a_point(unit=a_unit(head=mei), since=LONG_AGO)

    with pytest.raises(Forbidden):
        commands.close_point(point_id=point.pk, actor=mei, at=NINE)

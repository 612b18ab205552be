"""Units and the people who act for them: named, relieved, ended, moved with accounts."""

from dataclasses import replace

import pytest

from xinfeng.base import scope
from xinfeng.base.refusal import Forbidden, Refusal
from xinfeng.journal.models import Entry
from xinfeng.people import leaving, merging
from xinfeng.people.tests.build import a_person, an_office
from xinfeng.places.tests.build import LONG_AGO, NINE, TODAY, a_city
from xinfeng.units import commands, queries
from xinfeng.units.models import MemberRole, Point, Unit, UnitKind, UnitMember
from xinfeng.units.wishes import NewUnit, UnitWish

from .build import a_member, a_point, a_unit

pytestmark = pytest.mark.django_db
WISH = UnitWish("市城市管理局", "城管局", UnitKind.CITY)


def a_new_unit(actor, code="CG01", division=None, wish=WISH):
    at = division or a_city().city
    return commands.add_unit(new=NewUnit(code, at.pk, wish), actor=actor, at=NINE)


def verbs():
    return list(Entry.objects.order_by("pk").values_list("verb", flat=True))


def test_an_office_adds_a_unit_of_its_area():
    office = an_office(a_city().county)

    unit = a_new_unit(office, division=a_city().county)

    assert (unit.is_active, unit.since) == (True, TODAY)
    assert verbs() == ["unit.added"]
    assert a_new_unit(office, division=a_city().county) == unit
    assert verbs() == ["unit.added"]
    with pytest.raises(Refusal) as refusal:
        a_new_unit(office, division=a_city().county, wish=replace(WISH, name="另一个单位"))
    assert refusal.value.code == "unit_code_taken"
    with pytest.raises(Forbidden):
        a_new_unit(office, code="CG02")
    with pytest.raises(Forbidden):
        a_new_unit(a_person(), code="CG02")


def test_a_unit_is_described_once_and_told_once():
    unit, office = a_unit(), an_office(a_city().city)

    for _ in range(2):
        commands.describe_unit(unit_id=unit.pk, wish=WISH, actor=office, at=NINE)

    unit.refresh_from_db()
    assert (unit.name, verbs()) == ("市城市管理局", ["unit.changed"])


def test_units_do_not_stand_in_a_ring():
    office, above = an_office(a_city().city), a_unit()
    below = a_unit(parent=above)
    wish = UnitWish(above.name, above.short_name, UnitKind.CITY, parent_id=below.pk)

    with pytest.raises(Refusal) as refusal:
        commands.describe_unit(unit_id=above.pk, wish=wish, actor=office, at=NINE)

    assert refusal.value.code == "unit_parent_impossible"


def test_a_unit_with_points_or_units_under_it_does_not_end():
    office, unit = an_office(a_city().city), a_unit(head=a_person())
    point, below = a_point(unit=unit), a_unit(parent=unit)

    def end():
        return commands.end_unit(unit_id=unit.pk, actor=office, at=NINE)

    with pytest.raises(Refusal) as refusal:
        end()
    assert refusal.value.code == "unit_has_points"
    commands.close_point(point_id=point.pk, actor=office, at=NINE)
    with pytest.raises(Refusal) as refusal:
        end()
    assert refusal.value.code == "unit_has_units"
    commands.end_unit(unit_id=below.pk, actor=office, at=NINE)
    assert end().until == end().until == TODAY
    assert queries.members_of(unit.pk) == frozenset()
    assert verbs() == ["point.closed", "unit.ended", "unit.ended"]


def test_a_new_head_takes_the_place_of_the_former_one():
    office, unit = an_office(a_city().city), a_unit(head=a_person())
    lan = a_person("lan")

    def name():
        return commands.name_member(
            unit_id=unit.pk, username="lan", role=MemberRole.HEAD, actor=office, at=NINE
        )

    assert name() == name()

    assert queries.heads(unit.pk) == {lan.pk}
    with scope.whole_city():
        former = UnitMember.objects.get(person__username="mei")
    assert former.until == TODAY
    assert verbs() == ["unit.member_named"]


def test_a_head_names_staff_but_no_head_and_a_stranger_nobody():
    mei = a_person()
    unit = a_unit(head=mei)
    a_person("lan")

    def name(role, actor):
        return commands.name_member(
            unit_id=unit.pk, username="lan", role=role, actor=actor, at=NINE
        )

    assert name(MemberRole.LIAISON, mei).role == MemberRole.LIAISON
    for role, actor in [
        (MemberRole.HEAD, mei),
        (MemberRole.STAFF, a_person("bo")),
        (MemberRole.STAFF, an_office(a_city().county)),
    ]:
        with pytest.raises(Forbidden):
            name(role, actor)


def test_somebody_unknown_or_gone_is_not_named():
    office, unit, lan = an_office(a_city().city), a_unit(), a_person("lan")
    lan.state = "CLOSED"
    lan.save(update_fields=["state"])

    for username in ("nobody", "lan"):
        with pytest.raises(Refusal) as refusal:
            commands.name_member(
                unit_id=unit.pk, username=username, role=MemberRole.STAFF, actor=office, at=NINE
            )
        assert refusal.value.code == "person_unknown"


def test_who_is_relieved_acts_no_more_and_again_changes_nothing():
    office, unit, mei = an_office(a_city().city), a_unit(), a_person()
    member = a_member(mei, unit)

    for _ in range(2):
        commands.relieve_member(member_id=member.pk, actor=office, at=NINE)

    assert queries.units_of(mei.pk) == frozenset()
    assert verbs() == ["unit.member_relieved"]
    with pytest.raises(Forbidden):
        commands.relieve_member(member_id=member.pk, actor=mei, at=NINE)
    with pytest.raises(Forbidden):
        commands.relieve_member(member_id=0, actor=office, at=NINE)


def test_two_accounts_of_one_person_keep_every_part_once():
    keep, gone, office = a_person(), a_person("lan"), an_office(a_city().city)
    both, other = a_unit(), a_unit()
    a_member(keep, both)
    a_member(gone, both, role=MemberRole.HEAD)
    a_member(gone, other)
    point = a_point(person_in_charge=gone)

    with scope.whole_city():
        merging.move_all(keep, gone, office, NINE)

    assert queries.units_of(keep.pk) == {both.pk, other.pk}
    assert queries.heads(both.pk) == {keep.pk}
    assert queries.units_of(gone.pk) == frozenset()
    assert Point.objects.get(pk=point.pk).person_in_charge == keep


def test_a_closed_account_acts_for_nothing():
    mei = a_person()
    unit, point = a_unit(head=mei), a_point(person_in_charge=mei)

    with scope.whole_city():
        leaving.end_all(mei, mei, NINE)

    assert queries.members_of(unit.pk) == frozenset()
    assert Point.objects.get(pk=point.pk).person_in_charge is None


def test_an_ended_unit_takes_nobody_in():
    office, unit = an_office(a_city().city), a_unit(is_active=False, until=LONG_AGO)
    a_person("lan")

    with pytest.raises(Refusal) as refusal:
        commands.name_member(
            unit_id=unit.pk, username="lan", role=MemberRole.STAFF, actor=office, at=NINE
        )

    assert refusal.value.code == "unit_ended"
    assert Unit.objects.active().count() == 0

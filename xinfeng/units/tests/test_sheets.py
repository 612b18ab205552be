"""Tables of units, members and points: previewed, refused by row, imported whole, exported."""

from datetime import timedelta

import pytest

from xinfeng.base.refusal import Forbidden, Refusal
from xinfeng.people.tests.build import a_person, an_office
from xinfeng.places.tests.build import COUNTY, NINE, TODAY, VILLAGE, a_city, a_place
from xinfeng.units import commands, exporting, queries, reading
from xinfeng.units.models import Point, Sheet, SheetKind, Unit

from .build import a_member, a_point, a_type, a_unit

pytestmark = pytest.mark.django_db
UNIT_HEAD = "单位编号,单位名称,类别,简称,上级单位编号,区划代码"
POINT_HEAD = "点位编号,点位名称,点位类型,责任单位,区划代码,经度,纬度,阵地编号,点位长账号"


def table(head, *rows):
    return "\n".join([head, *rows]).encode()


def preview(kind, *rows, head=POINT_HEAD):
    return reading.preview(kind, table(head, *rows), TODAY)


def bring(kind, content, actor=None):
    actor = actor or an_office(a_city().city)
    sheet = commands.add_sheet(kind=kind, name="表.csv", content=content, actor=actor, at=NINE)
    return commands.import_sheet(sheet_id=sheet.pk, actor=actor, at=NINE)


def test_units_come_with_those_above_them_in_any_order():
    a_city()
    content = table(
        UNIT_HEAD,
        f"HJ01,珠晖区环卫所,事业单位,,CG01,{COUNTY}",
        "CG01,市城市管理局,市直部门,城管局,,",
    )

    sheet = bring(SheetKind.UNITS, content)

    assert (sheet.added, bytes(sheet.content)) == (2, b"")
    below = Unit.objects.get(code="HJ01")
    assert (below.parent.code, below.division_id, below.short_name) == (
        "CG01", COUNTY, "珠晖区环卫所",
    )  # fmt: skip


def test_units_in_a_ring_are_refused_whole():
    a_city()
    content = table(UNIT_HEAD, "A1,甲,企业,,B1,", "B1,乙,企业,,A1,")

    with pytest.raises(Refusal):
        bring(SheetKind.UNITS, content)

    assert Unit.objects.count() == 0


def test_members_come_by_account_and_a_new_head_replaces_the_old():
    mei, lan = a_person(), a_person("lan")
    unit = a_unit(head=mei, name="市城管局", code="CG01")
    content = table("单位编号,账号,职务", "CG01,lan,负责人", "CG01,mei,联络员")

    bring(SheetKind.MEMBERS, content)

    assert queries.heads(unit.pk) == {lan.pk}
    assert queries.members_of(unit.pk) == {lan.pk, mei.pk}


def test_points_come_with_place_keeper_and_position():
    unit, place = a_unit(name="市商务局"), a_place(code="HY99")
    a_type()
    mei = a_person()
    row = f"NM01,茶山农贸市场,农贸市场,市商务局,{VILLAGE},112.6,26.9,HY99,mei"

    bring(SheetKind.POINTS, table(POINT_HEAD, row))

    point = Point.objects.get()
    assert (point.unit, point.place, point.person_in_charge) == (unit, place, mei)
    assert (point.lat_e6, point.lon_e6, point.since) == (26_900_000, 112_600_000, TODAY)


@pytest.mark.parametrize(
    ("row", "column", "word"),
    [
        ("", "", "under the head"),
        ("P1,甲,飞机场,市商务局,{v},,,,", "点位类型", "飞机场"),
        ("P1,甲,农贸市场,没有局,{v},,,,", "责任单位", "no such unit"),
        ("P1,甲,农贸市场,,{v},,,,", "责任单位编号", "empty"),
        ("P1,甲,农贸市场,市商务局,430405,,,,", "区划代码", "village or a township"),
        ("P1,甲,农贸市场,市商务局,,,,,", "区划代码", "4, 6, 9 or 12"),
        ("P1,甲,农贸市场,市商务局,{v},26.9,112.6,,", "经度", "wrong way"),
        ("P1,甲,农贸市场,市商务局,{v},,,NONE,", "阵地编号", "no such practice place"),
        ("P1,甲,农贸市场,市商务局,{v},,,FAR,", "阵地编号", "another division"),
        ("P1,甲,农贸市场,市商务局,{v},,,TAKEN,", "阵地编号", "OLD"),
        ("P1,甲,农贸市场,市商务局,{v},,,,nobody", "点位长账号", "no account"),
        ("P 1,甲,农贸市场,市商务局,{v},,,,", "点位编号", "letters"),
        ("P1,,农贸市场,市商务局,{v},,,,", "点位名称", "empty"),
    ],
)
def test_every_problem_of_a_point_names_row_and_column(row, column, word, settings):
    settings.LANGUAGE_CODE = "en"
    a_unit(name="市商务局")
    a_point(code="OLD", place=a_place(code="TAKEN"))
    a_place(code="FAR", division=a_city().next_village)

    found = preview(SheetKind.POINTS, row.format(v=VILLAGE))

    assert found.rows == []
    problem = found.problems[0]
    assert (problem.column, problem.row) == (column, 2 if row else 1)
    assert word in problem.reason


def test_two_rows_of_one_code_two_heads_and_doubled_people_are_problems():
    a_unit(code="CG01")
    for name in ("mei", "lan"):
        a_person(name)

    members = preview(
        SheetKind.MEMBERS, "CG01,mei,负责人", "CG01,lan,负责人", "CG01,mei,联络员",
        head="单位编号,账号,职务",
    )  # fmt: skip
    units = preview(
        SheetKind.UNITS, "A1,甲,企业,,,", "A1,乙,企业,,,", "B1,丙,企业,,C9,", head=UNIT_HEAD
    )

    assert [(p.row, p.column) for p in members.problems] == [(3, "职务"), (4, "账号")]
    assert [(p.row, p.column) for p in units.problems] == [(3, "单位编号"), (4, "上级单位编号")]


def test_what_an_export_writes_is_read_back_without_a_change():
    mei, unit = a_person(), a_unit(parent=a_unit())
    a_member(mei, unit)
    a_point(unit=unit, person_in_charge=mei, place=a_place(), lat_e6=26_900_000,
            lon_e6=112_600_000, address="茶山路1号")  # fmt: skip
    a_point(unit=unit, state="SUSPENDED")
    a_point(unit=unit, state="CLOSED", until=TODAY, division=a_city().township)
    books = {
        SheetKind.UNITS: exporting.units_book(Unit.objects.in_reading_order()),
        SheetKind.MEMBERS: exporting.members_book(queries.members_within([a_city().city.span])),
        SheetKind.POINTS: exporting.points_book(Point.objects.in_reading_order()),
    }

    for kind, book in books.items():
        found = reading.preview(kind, book, TODAY)
        assert found.problems == []
        assert (found.new, found.changed, found.same) == (0, 0, len(found.rows))
        assert found.rows


def test_a_known_point_does_not_move_or_rest_by_a_table():
    unit = a_unit(name="市商务局")
    a_point(code="P1", unit=unit)
    head = POINT_HEAD + ",状态"

    found = preview(
        SheetKind.POINTS,
        f"P1,甲,农贸市场,市商务局,{VILLAGE + 1},,,,,暂停",
        f"P2,乙,农贸市场,市商务局,{VILLAGE},,,,,关闭",
        head=head,
    )

    assert {p.column for p in found.problems} == {"区划代码", "状态"}


def test_an_import_counts_once_and_a_problem_stops_it_all():
    a_city()
    office = an_office(a_city().city)
    sheet = commands.add_sheet(
        kind=SheetKind.UNITS, name="表.csv", content=table(UNIT_HEAD, "A1,甲,企业,,,"),
        actor=office, at=NINE,
    )  # fmt: skip

    for _ in range(2):
        commands.import_sheet(sheet_id=sheet.pk, actor=office, at=NINE)

    assert Unit.objects.count() == 1
    with pytest.raises(Refusal) as refusal:
        bring(SheetKind.UNITS, table(UNIT_HEAD, "B1,乙,企业,,,", "C1,,企业,,,"), office)
    assert refusal.value.code == "sheet_has_problems"
    assert Unit.objects.count() == 1


def test_an_office_imports_its_own_area_and_its_own_table_only():
    a_city()
    county = an_office(a_city().county)
    content = table(UNIT_HEAD, "A1,甲,企业,,,")

    with pytest.raises(Forbidden):
        bring(SheetKind.UNITS, content, county)
    with pytest.raises(Forbidden):
        bring(SheetKind.UNITS, content, a_person())
    sheet = Sheet.objects.get()
    with pytest.raises(Forbidden):
        commands.import_sheet(
            sheet_id=sheet.pk, actor=an_office(a_city().city, "other"), at=NINE
        )
    with pytest.raises(Refusal):
        bring(SheetKind.UNITS, b"", county)


def test_a_table_that_nobody_imports_is_forgotten():
    office = an_office(a_city().city)
    commands.add_sheet(kind=SheetKind.UNITS, name="表", content=b"x", actor=office, at=NINE)

    assert commands.forget_sheets(at=NINE + timedelta(days=29)) == 0
    assert commands.forget_sheets(at=NINE + timedelta(days=31)) == 1
    assert Sheet.objects.count() == 0

"""Tables as offices send them: every problem by row and column, and nothing half imported."""

import io
from time import perf_counter

import openpyxl
import pytest
from django.core.management import CommandError, call_command

from xinfeng.base import standing
from xinfeng.base.china_division import VALID_FROM
from xinfeng.base.codes import Level
from xinfeng.base.pack import DivisionRow
from xinfeng.base.refusal import Forbidden, Refusal
from xinfeng.places import commands, exporting, importing
from xinfeng.places.models import Division, Place, PlaceState, Sheet, Spell

from .build import (
    CITY,
    NINE,
    TODAY,
    VILLAGE,
    a_city,
    a_division,
    a_place,
    an_account,
    office_of,
)

pytestmark = pytest.mark.django_db
HEAD = ["编号", "名称", "层级", "区划代码", "地址", "经度", "纬度"]
GOOD = ["HY-1", "茶山村实践站", "站", str(VILLAGE), "茶山村1号", "112.65", "26.91"]


def excel(*rows, merged=()):
    book = openpyxl.Workbook()
    sheet = book.active
    for row in rows:
        sheet.append(list(row))
    for cells in merged:
        sheet.merge_cells(cells)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def csv_of(*rows, encoding="utf-8-sig"):
    return "\n".join(",".join(row) for row in rows).encode(encoding)


def seen(data):
    return importing.preview(data, today=TODAY)


def problems(*rows, head=HEAD):
    found = seen(excel(head, *rows))
    return [(p.row, p.column, p.reason) for p in found.problems]


def changed(column, value):
    return [value if title == column else cell for title, cell in zip(HEAD, GOOD, strict=True)]


@pytest.fixture(autouse=True)
def _city():
    a_city()


def imported(data, name="places.xlsx", actor=None):
    sheet = commands.add_sheet(name=name, content=data, actor=actor, at=NINE)
    return commands.import_sheet(sheet_id=sheet.pk, actor=actor, at=NINE)


def test_a_clean_table_is_imported_once():
    sheet = imported(excel(HEAD, GOOD))
    commands.import_sheet(sheet_id=sheet.pk, actor=None, at=NINE)
    place = Place.objects.get()
    assert (place.code, place.division_id, place.lon_e6) == ("HY-1", VILLAGE, 112_650_000)
    assert Spell.objects.get().starts_on == TODAY


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_csv_is_read_in_both_usual_encodings(encoding):
    found = seen(csv_of(HEAD, GOOD, encoding=encoding))
    assert not found.problems
    assert found.rows[0].name == "茶山村实践站"


def test_full_width_digits_are_digits():
    row = changed("区划代码", "４３０４０５００７００６")
    assert seen(excel(HEAD, row)).rows[0].division_id == VILLAGE


def test_titles_above_and_merged_head_rows_are_understood():
    data = excel(
        ["衡阳市阵地一览表", None, None, None, None, None, None],
        ["填报单位：珠晖区", None, None, None, None, None, None],
        ["编号", "名称", "层级", "区划代码", "地址", "位置", None],
        [None, None, None, None, None, "经度", "纬度"],
        GOOD,
        merged=["A1:G1", "A2:G2", "F3:G3", "A3:A4", "B3:B4", "C3:C4", "D3:D4", "E3:E4"],
    )
    found = seen(data)
    assert not found.problems
    assert (found.rows[0].number, found.rows[0].wish["lat_e6"]) == (5, 26_910_000)


def test_villages_may_be_named_instead_of_coded():
    head = ["阵地编号", "阵地名称", "类型", "县（市、区）", "乡镇（街道）", "村（社区）"]
    row = ["HY-1", "茶山村实践站", "文明实践站", "珠晖区", "茶山坳镇", "茶山村"]
    assert seen(excel(head, row)).rows[0].division_id == VILLAGE
    (problem,) = problems([*row[:5], "茶山邨"], head=head)
    assert problem[:2] == (2, "村(社区)")


@pytest.mark.parametrize(
    ("column", "value", "said"),
    [
        ("编号", "", "empty"),
        ("编号", "HY 1!", "letters"),
        ("名称", "", "empty"),
        ("层级", "塔", "not known"),
        ("层级", "所", "does not belong"),
        ("区划代码", "430405007999", "no such division"),
        ("区划代码", "110101001001", "no such division"),
        ("区划代码", "43O4", "4, 6, 9 or 12"),
        ("经度", "东边", "degrees"),
        ("经度", "", "longitude and latitude"),
    ],
)
def test_a_wrong_cell_is_named_by_row_and_column(column, value, said):
    found = problems(GOOD[:0] + changed(column, value))
    assert len(found) == 1
    assert found[0][0] == 2
    assert said in found[0][2]


def test_coordinates_the_wrong_way_round_are_seen():
    row = [*GOOD[:5], "26.91", "112.65"]
    (problem,) = problems(row)
    assert "wrong way round" in problem[2]


def test_a_code_twice_names_the_first_row():
    (problem,) = problems(GOOD, [GOOD[0], "金甲村实践站", *GOOD[2:]])
    assert problem[0] == 3
    assert "row 2" in problem[2]


def test_with_one_problem_nothing_is_imported():
    second = ["HY-2", "金甲村实践站", "站", "430405007999", "", "", ""]
    with pytest.raises(Refusal, match="nothing was imported"):
        imported(excel(HEAD, GOOD, second))
    assert not Place.objects.exists()
    assert Sheet.objects.get().imported_at is None


@pytest.mark.parametrize(
    "data",
    [
        b"PK\x03\x04 broken",
        b"\x00\x01\x02\xff\xfe",
        b"",
        "甲,乙,丙\n1,2,3".encode(),
        csv_of(HEAD),
        csv_of(["编号", "地址", "经度"], ["1", "2", "3"]),
    ],
)
def test_a_file_that_is_no_table_says_what_to_do(data):
    found = seen(data)
    assert len(found.problems) == 1
    assert found.problems[0].reason
    assert not found.rows


def test_an_import_does_not_silently_move_or_close_a_place():
    a_place(code="HY-1", name="茶山村实践站")
    found = problems(changed("区划代码", "430405007007"))
    assert [p[2] for p in found] == ["The place lies in another division."]


def test_an_export_comes_back_without_a_change():
    city = a_city()
    a_place(lon_e6=112_600_001, lat_e6=26_900_009, name='=1+1 "quoted"', address="１号")
    a_place(division=city.county, state=PlaceState.SUSPENDED)
    a_place(division=city.township, tier="BASE", kind="school", address="路 5 号")
    found = seen(exporting.workbook(Place.objects.all()))
    assert not found.problems
    # NFKC brings full-width digits to plain ones: the only change an export may show.
    assert (found.new, found.changed, found.same) == (0, 1, 2)


def test_an_office_imports_only_what_lies_in_its_area(monkeypatch):
    city = a_city()
    monkeypatch.setattr(standing, "of", lambda _p, _d: office_of(city.other_township))
    with pytest.raises(Forbidden, match="Row 2"):
        imported(excel(HEAD, GOOD), actor=an_account())
    assert not Place.objects.exists()


def test_the_sheet_of_another_person_stays_closed(monkeypatch):
    city = a_city()
    monkeypatch.setattr(standing, "of", lambda _p, _d: office_of(city.city))
    sheet = commands.add_sheet(
        name="a.xlsx", content=excel(HEAD, GOOD), actor=an_account("zhou"), at=NINE
    )
    with pytest.raises(Forbidden):
        commands.import_sheet(sheet_id=sheet.pk, actor=an_account("li"), at=NINE)


def test_the_whole_citys_table_is_previewed_in_time():
    villages = [a_division(VILLAGE + 100 + n, f"村{n}") for n in range(80)]
    rows = [
        [f"HY{n}", f"第{n}站", "站", str(villages[n % 80].code), "路", "112.6", "26.9"]
        for n in range(3527)
    ]
    data = excel(HEAD, *rows)
    started = perf_counter()
    found = seen(data)
    assert perf_counter() - started < 5
    assert (found.new, found.problems) == (3527, [])


def test_divisions_come_from_the_package_and_stay_inside_the_city(tmp_path):
    dist = tmp_path / "dist"
    dist.mkdir()
    files = {
        "cities.csv": "code,name\n4304,衡阳市\n",
        "areas.csv": "code,name\n430405,珠晖区\n",
        "streets.csv": "code,name\n430405009,和平乡\n",
        "villages.csv": "code,name\n430405009200,湖东村\n430405007006,新茶山村\n",
    }
    for name, text in files.items():
        (dist / name).write_text(text, encoding="utf-8")
    for _ in range(2):
        call_command("import", "divisions", "--city", "4304", "--from", str(tmp_path))
    names = dict(Division.objects.values_list("pk", "name"))
    assert names[430405009200] == "湖东村"
    assert names[VILLAGE] == "新茶山村"
    assert names[CITY] == "衡阳市"
    with pytest.raises(CommandError, match="4399"):
        call_command("import", "divisions", "--city", "4399", "--from", str(tmp_path))


def test_a_division_outside_the_city_is_refused_and_nothing_is_written(tmp_path):
    rows = [
        DivisionRow(430405009000, Level.TOWNSHIP, "和平乡", "", VALID_FROM),
        DivisionRow(440103001000, Level.TOWNSHIP, "沙面街道", "", VALID_FROM),
    ]
    with pytest.raises(Refusal, match="沙面街道"):
        commands.import_divisions(rows=rows, city=CITY, actor=None, at=NINE)
    assert (
        not Place._meta.get_field("division")
        .related_model.objects.filter(pk=430405009000)
        .exists()
    )


def test_places_are_imported_from_the_command_line(tmp_path, capsys):
    file = tmp_path / "places.xlsx"
    file.write_bytes(excel(HEAD, GOOD))
    call_command("import", "places", str(file), "--preview")
    assert not Place.objects.exists()
    call_command("import", "places", str(file))
    assert Place.objects.count() == 1
    file.write_bytes(excel(HEAD, changed("层级", "塔")))
    with pytest.raises(CommandError, match="nothing was imported"):
        call_command("import", "places", str(file))

"""A standard out as a workbook and in again: the same, and what is wrong told by its cell."""

import io
from pathlib import Path

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st

from xinfeng.inspections import commands, reading
from xinfeng.inspections.models import Standard
from xinfeng.inspections.tree import digest_of
from xinfeng.inspections.workbooks import taken_in, workbook
from xinfeng.inspections.workbooks.taking_in import as_yaml
from xinfeng.people.tests.build import a_keeper, an_office
from xinfeng.places.tests.build import NINE, a_city, a_place

from .build import PLAIN, a_standard
from .test_city_standard import SMALL

SHIPPED = sorted((Path(__file__).parents[3] / "cities/hengyang/standards").glob("*.yaml"))
TYPES = {"main-street": "主次干道与商业大街", "back-street": "背街小巷"}


def values_of(text: str) -> dict:
    return reading.parse(text)[1]


def changed(data: bytes, sheet: str, cell: str, value) -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(data))
    page = next(each for each in book.worksheets if each.title.startswith(sheet))
    page[cell] = value
    return saved(book)


def saved(book) -> bytes:
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def problems(data: bytes, types=None) -> list[tuple[str, int, str]]:
    """Sheet (in Chinese), row, column letter of each."""
    found = taken_in(data, "a.xlsx", types or {})
    assert found.problems
    assert found.text == ""
    return [(p.sheet.split()[0], p.row, p.column.split()[0]) for p in found.problems]


@pytest.mark.parametrize("file", SHIPPED, ids=lambda file: file.stem)
def test_a_shipped_standard_goes_out_and_comes_back_the_same(file):
    tree, values = reading.parse(file.read_text(encoding="utf-8"))

    found = taken_in(workbook(values, {}), file.name, {})

    assert found.problems == []
    assert found.tree == tree
    assert digest_of(values_of(found.text)) == digest_of(values)
    assert found.not_read == []


# ---- standards nobody thought of


SAID = st.text(
    st.characters(exclude_categories=("C", "Z"), include_characters=" "),
    min_size=1,
    max_size=12,
).filter(lambda said: said.strip() == said and said)
BOTH = st.fixed_dictionaries({"zh": SAID, "en": SAID})
NOTE = SAID | BOTH
CODES = st.from_regex(r"[A-Za-zⅠⅡ一二0-9][A-Za-z0-9一.-]{0,7}", fullmatch=True)


def some(strategy, **needed):
    return st.fixed_dictionaries(needed, optional=strategy)


FIELD = st.one_of(
    some(
        {"photo": st.booleans(), "effort_minutes": st.integers(1, 500)},
        method=st.just("field"),
        points=st.lists(CODES, min_size=1, max_size=3),
    ),
    some(
        {"at_least": st.integers(0, 99)},
        method=st.just("field"),
        points=st.lists(CODES, min_size=1, max_size=3),
        answer=st.sampled_from(["count", "minutes", "number"]),
        at_most=st.integers(0, 10**9),
    ),
)
FILED = some(
    {
        "papers": st.fixed_dictionaries(
            {
                "at_least": st.integers(1, 50),
                "window_months": st.integers(1, 36),
                "stamped": st.booleans(),
            }
        )
    },
    method=st.just("filing"),
)
ASKED = some(
    {
        "asked": st.fixed_dictionaries(
            {"question": SAID, "at_least_permille": st.integers(1, 1000)}
        )
    },
    method=st.just("survey"),
)
RULES = st.one_of(
    st.fixed_dictionaries({"kind": st.just("binary"), "figure": st.just("place_plaque")}),
    some(
        {
            "over_months": st.integers(1, 36),
            "missing": st.sampled_from(["not_known", "not_met"]),
        },
        kind=st.just("count"),
        figure=st.just("place_seats"),
        at_least=st.integers(1, 99) | st.just({"station": 20, "base": 3}),
    ),
    some(
        {"at_least": st.integers(0, 5), "pass": st.sampled_from("ABC")},
        kind=st.just("grades"),
        figure=st.just("place_seats"),
        samples=st.just(9),
        A=st.just(8),
        B=st.just(6),
        C=st.integers(0, 6),
    ),
)


@st.composite
def standards(draw, lines, weight, head, part=None):
    """One standard with codes that are used once; its parts carry all lines."""
    drawn = draw(st.lists(CODES, min_size=6, max_size=14, unique=True))

    def coded():
        return {"code": drawn.pop(), "title": draw(BOTH)}

    def content():
        held = [
            coded()
            | {"mend": draw(BOTH), "weight": weight}
            | draw(lines)
            | draw(
                some(
                    {"unit": NOTE, "units": st.lists(NOTE, min_size=1, max_size=2)}
                    if part is None
                    else {"unit": NOTE}
                )
            )
            for _n in range(draw(st.integers(1, max(1, len(drawn) - 4))))
        ]
        return coded() | {"lines": held}

    values = {"name": "a", "version": draw(CODES), "title": draw(BOTH), "source": draw(NOTE)}
    values |= {"missing": "not_known", "projects": []} | draw(head)
    values["projects"].append(coded() | (part or {}) | {"contents": [content()]})
    if part is None and len(drawn) > 2:
        module = coded() | {"gate": 85, "share": 20, "contents": []}
        module["contents"].append(
            coded()
            | {"lines": [coded() | {"mend": draw(BOTH), "weight": weight} | draw(lines)]}
        )
        values["modules"] = [module]
    return values


NEGATIVE = [
    {"code": "N1", "title": {"zh": "一", "en": "a"}, "window_months": 12}
    | {"sanction": {"deduct": 3}},
    {"code": "N2", "title": {"zh": "二", "en": "b"}, "window_months": 1}
    | {"sanction": {"suspend": True}},
]
OF_POINTS = standards(
    FIELD | FILED | ASKED,
    3,
    some(
        {
            "example": st.booleans(),
            "methods": st.just({"filing": 40, "field": 40, "survey": 20}),
            "cycle": st.just([15, 25, 60]),
            "negative": st.just(NEGATIVE),
        },
        grain=st.just("point"),
    ),
)  # fmt: skip
OF_PLACES = standards(
    st.fixed_dictionaries({"method": st.just("figure"), "rule": RULES}),
    {"station": 3, "base": 5},
    some(
        {"example": st.booleans()}, grain=st.just("place"), tiers=st.just(["station", "base"])
    ),
    part={"weight": {"station": 100, "base": 100}},
)


@settings(max_examples=40, deadline=None)
@given(values=OF_POINTS | OF_PLACES)
def test_any_standard_goes_out_and_comes_back_the_same(values):
    text = as_yaml(values)
    tree, told = reading.parse(text)

    found = taken_in(workbook(told, {}), "a.xlsx", {})

    assert found.problems == []
    assert found.tree == tree
    assert values_of(found.text) == told


# ---- what is wrong, by sheet, row and column


def small() -> bytes:
    return workbook(values_of(SMALL), TYPES)


@pytest.mark.parametrize(
    ("sheet", "cell", "value", "where"),
    [
        ("测评标准", "G2", None, ("测评标准", 2, "G")),
        ("测评标准", "J3", "三", ("测评标准", 3, "J")),
        ("测评标准", "A4", "Ⅱ-9", ("测评标准", 4, "A")),
        ("测评标准", "G2", "去看看", ("测评标准", 2, "G")),
        ("测评标准", "B3", "Ⅲ-1", ("测评标准", 3, "B")),
        ("测评标准", "D2", None, ("测评标准", 2, "D")),
        ("点位类型", "B2", "main-strete", ("点位类型", 2, "B")),
        ("点位类型", "A3", "Ⅲ-99", ("点位类型", 3, "A")),
        ("负面清单", "E2", None, ("负面清单", 2, "E")),
        ("标准", "B9", 41, ("标准", 8, "B")),
    ],
)
def test_what_is_wrong_is_told_by_sheet_row_and_column(sheet, cell, value, where):
    assert problems(changed(small(), sheet, cell, value), TYPES)[0] == where


def test_how_to_mend_a_cell_is_said():
    found = taken_in(changed(small(), "点位类型", "B2", "main-strete"), "a.xlsx", TYPES)

    assert "main-street" in found.problems[0].mend


def test_what_a_cell_may_say_is_told_in_the_words_of_cells():
    found = taken_in(changed(small(), "测评标准", "G2", "去看看"), "a.xlsx", TYPES)

    assert "网上申报/filing" in found.problems[0].mend
    assert all(each.mend for each in found.problems)


def test_all_problems_come_at_once_in_the_order_of_the_sheets():
    data = changed(changed(small(), "测评标准", "J3", "x"), "标准", "B3", None)

    assert [sheet for sheet, _row, _column in problems(data)] == ["标准", "测评标准"]


def test_a_workbook_without_a_sheet_says_which():
    book = openpyxl.load_workbook(io.BytesIO(small()))
    del book["内容 Contents"]

    found = taken_in(saved(book), "a.xlsx", {})

    assert [each.sheet for each in found.problems] == ["内容 Contents"]


def test_a_column_of_its_own_is_named_as_not_read():
    found = taken_in(changed(small(), "测评标准", "AZ1", "备注"), "a.xlsx", {})

    assert found.not_read == ["测评标准 Lines: 备注"]
    assert found.problems == []


def test_words_alone_are_read_and_so_are_names_of_types():
    data = changed(
        changed(small(), "测评标准", "G2", "网上申报"), "点位类型", "B2", "主次干道与商业大街"
    )

    assert taken_in(data, "a.xlsx", TYPES).tree == reading.parse(SMALL)[0]


def test_no_workbook_and_no_text_is_told():
    assert taken_in(b"\xff\xfe\x00", "a", {}).problems
    assert taken_in(b"PK\x03\x04nothing", "a", {}).problems
    assert taken_in(b"name: x", "a", {}).problems


# ---- the pages


@pytest.fixture
def office(client, db, monkeypatch):
    monkeypatch.setattr("xinfeng.base.clock.now", lambda: NINE)
    client.force_login(an_office(a_city().city))
    return client


def sent(client, data: bytes, name: str = "a.xlsx"):
    file = SimpleUploadedFile(name, data)
    return client.post(reverse("inspections:standard_import"), {"table": file})


def exported(client, standard: Standard) -> bytes:
    where = reverse("inspections:standard_workbook", args=[standard.name, standard.version])
    return client.get(where).content


def test_an_office_changes_a_workbook_sees_the_difference_and_gets_a_draft(office):
    standard = a_standard(SMALL)
    data = changed(exported(office, standard), "测评标准", "J3", 7)

    page = sent(office, data)
    html = page.content.decode()
    assert "路面" in html
    assert "存为草稿" in html
    text = taken_in(data, "a", {}).text
    answer = office.post(
        reverse("inspections:standard_take_over"), {"text": text, "version": "1-2"}
    )

    draft = Standard.objects.get(version="1-2")
    assert answer["Location"] == reverse("inspections:standard", args=[draft.name, "1-2"])
    assert draft.state == "DRAFT"
    assert draft.copied_from == standard
    assert reading.tree_of(draft).lines["Ⅲ-2"].weight == {"": 7}


def test_a_wrong_workbook_is_shown_with_its_cells_and_nothing_is_saved(office):
    standard = a_standard(SMALL)

    page = sent(office, changed(exported(office, standard), "测评标准", "J3", "x"))

    assert page.status_code == 422
    assert "测评标准 Lines" in page.content.decode()
    assert Standard.objects.count() == 1


def test_a_published_version_never_changes_by_a_workbook(office):
    standard = a_standard(SMALL)
    text = taken_in(changed(exported(office, standard), "测评标准", "J3", 7), "a", {}).text

    answer = office.post(
        reverse("inspections:standard_take_over"), {"text": text, "version": "1"}
    )

    assert answer.status_code == 409
    assert Standard.objects.get().document == SMALL


def test_yaml_goes_the_same_way(office):
    standard = a_standard(SMALL)
    where = reverse("inspections:standard_text", args=[standard.name, standard.version])

    assert office.get(where).content.decode() == SMALL
    assert "存为草稿" in sent(office, SMALL.encode(), "a.yaml").content.decode()


def test_only_the_city_office_imports(client, db, monkeypatch):
    monkeypatch.setattr("xinfeng.base.clock.now", lambda: NINE)
    client.force_login(a_keeper(a_place()))

    assert sent(client, b"x").status_code == 403
    answer = client.post(
        reverse("inspections:standard_take_over"), {"text": PLAIN, "version": "1"}
    )
    assert answer.status_code == 403
    assert not Standard.objects.exists()


def test_a_document_under_another_version_stays_as_written(db):
    a_city()
    made = commands.import_standard(
        text=SMALL, source="a.yaml", version="2", actor=None, at=NINE
    )

    assert made.version == "2"
    assert made.document == SMALL.replace('version: "1"', 'version: "2"')

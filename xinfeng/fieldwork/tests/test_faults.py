"""What is wrong with a workbook is told with sheet, row and column, everything at once."""

import io
import zipfile

import pytest
import xlsxwriter
from django.utils import translation

from xinfeng.base import scope
from xinfeng.base.refusal import Forbidden
from xinfeng.fieldwork import commands, xlsforms
from xinfeng.fieldwork.expressions import fault_in
from xinfeng.fieldwork.faults import NotAForm
from xinfeng.fieldwork.models import Form, FormVersion
from xinfeng.fieldwork.tests.build import AT, a_version, an_inspector, an_office
from xinfeng.fieldwork.tests.workbooks import CHOICES, HEAD, SETTINGS, a_workbook
from xinfeng.places.tests.build import a_city

TEXT = ("text", "shop", "店名")


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


def faults_of(workbook):
    with pytest.raises(NotAForm) as refused:
        xlsforms.convert(workbook)
    return refused.value.faults


def places_of(workbook):
    return [(each.sheet, each.row, each.column) for each in faults_of(workbook)]


def test_a_name_used_twice_is_told_with_both_rows():
    (fault,) = faults_of(a_workbook(TEXT, ("integer", "shop", "数量")))

    assert (fault.sheet, fault.row, fault.column) == ("survey", 3, "name")
    assert fault.words == "The name “shop” is used in row 2 already."
    assert fault.mend == "Give this question another name."


def test_the_same_name_in_two_groups_is_right():
    rows = [
        ("begin_group", "one", "一"), TEXT, ("end_group",),
        ("begin_group", "two", "二"), TEXT, ("end_group",),
    ]  # fmt: skip

    assert len(xlsforms.convert(a_workbook(*rows)).questions["questions"]) == 2


def test_an_unknown_type_is_told_with_the_one_that_was_meant():
    (fault,) = faults_of(a_workbook(("selct_one yn", "clean", "干净")))

    assert (fault.sheet, fault.row, fault.column) == ("survey", 2, "type")
    assert "selct_one yn" in fault.words
    assert fault.mend == "Did you mean “select_one”?"


def test_a_missing_list_of_choices_is_told_where_it_is_asked_for():
    (fault,) = faults_of(a_workbook(TEXT, ("select_one ynn", "clean", "干净")))

    assert (fault.sheet, fault.row, fault.column) == ("survey", 3, "type")
    assert fault.mend == "Did you mean “yn”?"


def test_a_choice_that_stands_twice_in_its_list_is_told():
    choices = [*CHOICES, ("yn", "no", "不")]

    assert places_of(a_workbook(TEXT, choices=choices)) == [("choices", 4, "name")]


def test_a_choice_of_several_may_hold_no_space():
    rows = [("select_multiple yn", "clean", "干净")]
    choices = [*CHOICES, ("yn", "not yet", "未")]

    assert places_of(a_workbook(*rows, choices=choices)) == [("choices", 4, "name")]


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        ("${shp} = 'x'", "This refers to “shp”, and no question has this name."),
        ("（${shop} = 'x'）", "The sign “（” is full-width."),
        ("${shop} == 'x'", "“==” is no operator here."),
        ("${shop} = 'x' && ${shop} = 'y'", "“&&” is no operator here."),
        ("(${shop} = 'x'", "“(” has no other half."),
        ("${shop} = 'x", "“'” has no other half."),
        ("${shop = 'x'", "“${” has no other half."),
        ("${shop} =", "A value is missing beside “=”."),
        ("and ${shop} = 'x'", "A value is missing beside “and”."),
    ],
)
@pytest.mark.parametrize("column", ["relevant", "constraint", "calculation"])
def test_a_broken_condition_is_told_with_its_column(column, condition, words):
    row = ["integer", "count", "数量", "", "", ""]
    row[HEAD.index(column)] = condition

    (fault,) = faults_of(a_workbook(TEXT, row))

    assert (fault.sheet, fault.row, fault.column) == ("survey", 3, column)
    assert fault.words == words


@pytest.mark.parametrize(
    "condition",
    [
        "selected(${shop}, 'a') and not(${n} > -1)", ". >= 0 and . <= 100", "true()", "yes",
        "regex(., '^[0-9（）]+$')", "if(${shop} = '&&', 1, 2) * 3", "position(..) = 1",
        "count(${shop}) div 2", "../n = 'a'", "instance('yn')/root/item[name = ${shop}]/label",
        "string-length(.) < 5 or . = ''", "'android'", "${n} mod 2 = 0", "${last-saved#shop}",
    ],
)  # fmt: skip
def test_a_right_condition_is_left_alone(condition):
    assert fault_in(condition) is None


def test_groups_without_their_other_half_are_told_where_they_stand():
    rows = [
        ("begin_group", "one", "一"), TEXT, ("end_repeat",), ("end_group",),
        ("begin repeat", "two", "二"), ("text", "who", "谁"),
    ]  # fmt: skip

    found = faults_of(a_workbook(*rows))

    assert [(fault.row, fault.column) for fault in found] == [
        (4, "type"), (5, "type"), (6, "type"),
    ]  # fmt: skip
    assert "row 2 began a group of questions" in found[0].words
    assert found[1].words == "This group of questions ends and was never begun."
    assert found[2].mend == "Add a row “end_repeat”."


@pytest.mark.parametrize("settings", [None, [], SETTINGS[:1], [("form_title",), ("市场",)]])
def test_missing_settings_are_told_one_by_one(settings):
    found = places_of(a_workbook(TEXT, settings=settings))

    assert ("settings", 2, "form_id") in found
    assert ("settings", 2, "version") in found
    assert (("settings", 2, "form_title") in found) == (
        settings != [("form_title",), ("市场",)]
    )


def test_an_id_that_phones_cannot_use_is_told():
    settings = [SETTINGS[0], ("市场", "2026 市场", "1")]

    assert places_of(a_workbook(TEXT, settings=settings)) == [("settings", 2, "form_id")]


def test_one_language_in_two_ways_of_writing_is_told():
    head = ("type", "name", "label::中文 (zh)", "hint::中文(zh)")

    (fault,) = faults_of(a_workbook(TEXT, head=head))

    assert (fault.sheet, fault.row, fault.column) == ("survey", 1, "hint::中文(zh)")
    assert "中文 (zh)" in fault.words


def test_a_default_language_without_a_column_is_told():
    head = ("type", "name", "label::中文 (zh)")
    settings = [(*SETTINGS[0], "default_language"), (*SETTINGS[1], "Chinese (zh)")]

    (fault,) = faults_of(a_workbook(TEXT, head=head, settings=settings))

    assert (fault.sheet, fault.row, fault.column) == ("settings", 2, "default_language")
    assert fault.mend == "Choose one of: 中文 (zh)."


def test_a_label_that_is_missing_in_one_language_is_a_warning():
    head = ("type", "name", "label::中文 (zh)", "label::English (en)")
    rows = [("text", "shop", "店名", "Shop"), ("text", "street", "街道", "")]

    (warning,) = xlsforms.convert(a_workbook(*rows, head=head)).warnings[:1]

    assert (warning.sheet, warning.row, warning.column) == ("survey", 3, "label::English (en)")


def test_a_list_that_no_question_asks_for_is_a_warning():
    (warning,) = xlsforms.convert(a_workbook(TEXT)).warnings

    assert (warning.sheet, warning.row) == ("choices", 2)


def test_questions_without_type_name_or_label_are_told():
    rows = [("", "a", "甲"), ("text", "", "乙"), ("text", "c", ""), ("text", "4d", "丁")]

    assert places_of(a_workbook(*rows)) == [
        ("survey", 2, "type"), ("survey", 3, "name"), ("survey", 4, "label"),
        ("survey", 5, "name"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("workbook", "place"),
    [
        (a_workbook(survey=None), ("survey", None, "")),
        (a_workbook(), ("survey", None, "")),
        (a_workbook(TEXT, head=("kind", "name", "label")), ("survey", 1, "type")),
    ],
)
def test_a_workbook_without_questions_is_told(workbook, place):
    assert places_of(workbook) == [place]


def test_everything_that_is_wrong_is_told_at_once_in_the_order_of_the_sheets():
    rows = [TEXT, TEXT, ("txet", "a", "甲"), ("select_one none", "b", "乙"), ("end_group",)]
    choices = [*CHOICES, ("yn", "no", "不")]

    found = places_of(a_workbook(*rows, choices=choices, settings=SETTINGS[:1]))

    assert [(sheet, row) for sheet, row, _column in found] == [
        ("survey", 3), ("survey", 4), ("survey", 5), ("survey", 6), ("choices", 4),
        ("settings", 2), ("settings", 2), ("settings", 2),
    ]  # fmt: skip


def test_what_only_the_converter_finds_has_its_place_too():
    (fault,) = faults_of(a_workbook(("calculate", "sum", "和")))

    assert (fault.sheet, fault.row) == ("survey", 2)
    assert fault.words == "A calculation is missing."


def test_faults_are_told_in_chinese_too():
    with translation.override("zh-hans"):
        (fault,) = faults_of(a_workbook(TEXT, TEXT))

    assert fault.words == "名称“shop”在第 2 行已用过。"
    assert fault.mend == "请给这道题换一个名称。"


# What costs more than any form


def test_a_sheet_with_too_many_rows_is_refused_before_it_is_converted():
    rows = [("note", f"n{number}", "说明") for number in range(5001)]

    assert places_of(a_workbook(*rows)) == [("survey", 5001, "")]


def test_one_cell_in_the_far_corner_is_refused_before_it_takes_all_memory():
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet("survey")
        sheet.write_row(0, 0, HEAD)
        sheet.write(1_048_575, 16_383, "x")

    assert places_of(out.getvalue()) == [("", None, "")]


def packed(**entries):
    """A workbook with further entries in its archive."""
    out = io.BytesIO(a_workbook(TEXT))
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name.replace("__", "/").replace("_dot_", "."), content)
    return out.getvalue()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("workbook", "words"),
    [
        (packed(xl__vbaProject_dot_bin=b"x"), "macros"),
        (packed(xl__media__bomb_dot_xml=b"\0" * (201 << 20)), "unpacks to far more"),
        (b"PK\x03\x04 broken", "cannot be opened"),
        (b"type,name,label\n", "none of"),
        (b"", "empty"),
        (b"x" * ((5 << 20) + 1), "5 MB"),
    ],
    ids=["macros", "bomb", "broken", "no workbook", "empty", "huge"],
)
def test_a_file_that_is_no_harmless_workbook_is_refused_as_a_whole(workbook, words):
    with scope.whole_city():
        with pytest.raises(NotAForm) as refused:
            commands.draft(
                xlsx=workbook, file_name="a.xlsx", owner_id=a_city().city.pk,
                actor=an_office(), at=AT,
            )  # fmt: skip

        (fault,) = refused.value.faults
        assert (fault.sheet, fault.row) == ("", None)
        assert words in fault.words
        assert not Form.objects.exists()


@pytest.mark.django_db
def test_nobody_but_an_office_has_the_server_read_a_workbook(monkeypatch):
    monkeypatch.setattr(xlsforms, "convert", None)

    with scope.whole_city(), pytest.raises(Forbidden):
        commands.draft(
            xlsx=b"x", file_name="a.xlsx", owner_id=a_city().city.pk, actor=an_inspector(),
            at=AT,
        )  # fmt: skip


@pytest.mark.django_db
def test_a_version_that_is_out_is_not_replaced_by_another_workbook():
    with scope.whole_city():
        lan = an_office()
        version = a_version(office=lan)
        before = FormVersion.objects.values_list("sha256", flat=True).get(pk=version.pk)

        with pytest.raises(Exception, match="is out already"):
            commands.draft(
                xlsx=a_workbook(TEXT), file_name="a.xlsx", owner_id=a_city().city.pk,
                actor=lan, at=AT,
            )  # fmt: skip

        assert FormVersion.objects.get(pk=version.pk).sha256 == before

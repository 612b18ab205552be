"""A checklist becomes a form that the converter, the oracle and our own pages agree on."""

import shutil
import subprocess
from pathlib import Path

import pytest
import pyxform

from xinfeng.fieldwork import building, xlsforms
from xinfeng.fieldwork.building import Line, Section, Words
from xinfeng.fieldwork.tests.build import a_checklist

ORACLE = (
    Path(pyxform.__file__).parent / "validators" / "odk_validate" / "bin" / "ODK_Validate.jar"
)


def made(**more):
    return xlsforms.convert(building.xlsx(a_checklist(**more)))


def asked(questions, name):
    return next(each for each in questions["questions"] if each["name"] == name)


def test_a_line_asks_for_a_verdict_and_a_photo_of_what_is_wrong():
    questions = made().questions

    assert asked(questions, "l_1_1") == {
        "name": "l_1_1", "path": ["part_1", "l_1_1"], "line": "1.1", "type": "select_one",
        "group": {"zh": "环境卫生", "en": "Cleanliness"}, "required": True,
        "label": {"zh": "地面干净", "en": "Clean floor"},
        "hint": {"zh": "实地查看", "en": "Look"},
        "choices": [
            {"name": name, "label": {"zh": zh, "en": en}} for name, zh, en in building.VERDICTS
        ],
    }  # fmt: skip
    photo = asked(questions, "l_1_1_photo")
    assert (photo["type"], photo["required"]) == ("image", True)
    assert photo["relevant"] == {"question": "l_1_1", "is": "NOT_MET"}
    assert asked(questions, "l_1_2_value")["min"] == 0


def test_what_names_files_is_told_apart_from_what_does_not():
    questions = made().questions

    assert questions["files"] == [
        ["part_1", "l_1_1_photo"], ["part_1", "l_1_2_photo"], ["meta", "audit"],
    ]  # fmt: skip
    assert questions["is_simple"]
    assert [each["name"] for each in questions["hidden"]] == ["start", "end"]


def test_the_same_checklist_gives_the_same_form():
    assert made().xform == made().xform


def test_lines_of_parts_with_numbers_of_their_own_stay_apart():
    assert building.name_of("Ⅱ-33") == "l_2161_33"
    assert building.name_of("Ⅲ-33") == "l_2162_33"


def test_two_lines_that_look_alike_are_a_mistake_of_the_caller():
    lines = (Line("1.1", Words("一")), Line("1-1", Words("二")))

    with pytest.raises(AssertionError):
        building.xlsx(a_checklist(sections=(Section(Words("部分"), lines),)))


def test_an_answer_that_begins_like_a_formula_stays_text():
    lines = (Line("1.1", Words("=1+1 <b>&")),)

    found = made(sections=(Section(Words("部分"), lines),)).questions

    assert asked(found, "l_1_1")["label"]["zh"] == "=1+1 <b>&"


@pytest.mark.skipif(shutil.which("java") is None, reason="ODK Validate needs Java")
def test_the_oracle_of_the_form_standard_finds_nothing_wrong(tmp_path):
    form = tmp_path / "form.xml"
    form.write_bytes(made().xform)

    told = subprocess.run(  # noqa: S603
        [shutil.which("java"), "-jar", str(ORACLE), str(form)],
        capture_output=True,
        text=True,
        check=False,
    )

    assert told.returncode == 0, told.stderr + told.stdout
    assert "Xform is valid" in told.stderr + told.stdout

"""Out as XLSForm or YAML and in again is the same questionnaire; faults name their cell."""

import io

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from xinfeng.base.document import BadDocument
from xinfeng.fieldwork import xlsforms as forms
from xinfeng.surveys import xlsforms
from xinfeng.surveys.asking import editing, reading
from xinfeng.surveys.asking.writing import yaml_of

from .build import DOCUMENT
from .test_reading import CITY, TINY

OURS = (CITY / "questionnaires/residents.yaml").read_text()


def sheet_of(document: dict) -> bytes:
    return xlsforms.workbook("residents", "1", document)


def changed(content: bytes, sheet: str, cell: str, value: object) -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(content))
    book[sheet][cell] = value
    saved = io.BytesIO()
    book.save(saved)
    return saved.getvalue()


def refused(content: bytes) -> list[str]:
    with pytest.raises(BadDocument) as told:
        xlsforms.read(content, "q.xlsx")
    return [str(each) for each in told.value.problems]


@pytest.mark.parametrize("text", [OURS, TINY])
def test_our_own_questionnaires_come_back_as_they_went(text):
    taken = reading.read(text)
    back = xlsforms.read(sheet_of(taken.document), "q.xlsx")
    assert back.document == taken.document
    assert (back.code, back.digest) == ("residents", taken.digest)
    assert reading.read(yaml_of("residents", taken.document)).document == taken.document


def test_other_programs_can_ask_from_it():
    made = forms.convert(sheet_of(reading.read(OURS).document))
    assert made.form_id == "residents"
    text = made.xform.decode()
    assert "selected( /data/this_year/used_hotline , 'called')" in text
    # No block after the screening is seen by whoever is not to be asked.
    assert "selected( /data/first/lived_here , 'half_year')" in text


def test_a_questionnaire_written_elsewhere_is_understood():
    book = openpyxl.Workbook()
    survey = book.active
    survey.title = "survey"
    for row in (
        ["type", "name", "label", "relevant", "required", "constraint"],
        ["begin group", "all", "总体"],
        ["select_one yes_no", "lives", "您住在本市吗？", "", "yes"],
        ["select_one ratings", "overall", "您满意吗？", "${lives} = 'y'"],
        ["integer", "years", "住了几年？", "", "", ". >= 0 and . <= 100"],
        ["select_multiple yes_no", "both", "哪些？", "", "", "count-selected(.) <= 1"],
        ["end group"],
    ):
        survey.append(row)
    choices = book.create_sheet("choices")
    for row in (
        ["list_name", "name", "label", "score", "satisfied"],
        ["yes_no", "y", "是"], ["yes_no", "n", "否"],
        ["ratings", "good", "好", 100, "yes"], ["ratings", "bad", "差", 0],
    ):  # fmt: skip
        choices.append(row)
    head = book.create_sheet("settings")
    head.append(["form_title", "form_id", "version"])
    head.append(["问卷", "elsewhere", "3"])
    saved = io.BytesIO()
    book.save(saved)
    bank = xlsforms.read(saved.getvalue(), "q.xlsx").bank
    assert list(bank.questions) == ["lives", "overall", "years", "both"]
    assert bank.questions["overall"].only_if[0].among == ("y",)
    assert (bank.questions["years"].lowest, bank.questions["years"].highest) == (0, 100)
    assert bank.questions["both"].most == 1
    assert bank.scales["ratings"].steps[0].score == 100


@pytest.mark.parametrize(
    ("sheet", "cell", "value", "place", "said"),
    [
        ("survey", "A4", "geopoint", "survey · 4 · type", "geopoint"),
        ("survey", "H7", "${estate} > 3", "survey · 7 · relevant", "not understood"),
        ("survey", "I3", ". mod 2 = 0", "survey · 3 · constraint", "not understood"),
        ("survey", "B4", "Counters", "survey · 4 · name", "cannot be a code"),
        ("choices", "E4", 90, "choices · 4 · score", "must fall"),
        ("choices", "E4", "viel", "choices · 4 · score", "whole number"),
        ("settings", "B2", "Big Name", "settings · 2 · form_id", ""),
        ("survey", "A2", "begin_grupp", "survey · 2 · type", ""),
        ("survey", "K3", "yes", "survey", "headline"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_by_sheet_row_and_column(sheet, cell, value, place, said):
    content = changed(sheet_of(reading.read(TINY).document), sheet, cell, value)
    if said == "headline":
        assert xlsforms.read(content, "q.xlsx").document["headline"] == "overall"
        return
    told = refused(content)
    assert any(place in each and said in each for each in told), told


def test_what_is_no_workbook_is_refused_in_words():
    assert refused(b"PK\x03\x04 nothing")
    assert refused(xlsforms.workbook("residents", "1", {**DOCUMENT, "blocks": []}))


SIGNS = st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cn", "Co"))
TEXTS = (
    st.text(SIGNS, min_size=1, max_size=20)
    .map(lambda text: reading.tidy(text, keep_lines=False))
    .filter(bool)
)
CODES = st.from_regex(r"[a-z][a-z0-9_]{0,9}", fullmatch=True).filter(
    lambda code: code != "meta"
)


@st.composite
def documents(draw) -> dict:
    """Questionnaires with every kind of question, skip logic, margins and screening."""
    document = editing.starting(_words(draw), _words(draw))
    codes = draw(st.lists(CODES, min_size=4, max_size=8, unique=True))
    codes = [code for code in codes if code not in ("overall", "sex", "age", "you", "in_all")]
    for key in ("flips", "example"):
        document = editing.with_head(document, {key: draw(st.booleans())})
    document = editing.with_head(document, {"welcome": {"zh": f"{draw(TEXTS)}\n{draw(TEXTS)}"}})
    block = {"code": "more_", "title": _words(draw), "rotates": draw(st.booleans())}
    document = editing.with_block(document, "", {k: v for k, v in block.items() if v})
    for code in codes:
        document = editing.with_question(document, "more_", "", _question(draw, code))
    for code in codes:
        earlier = editing.earlier_than(document, code)
        if earlier and draw(st.booleans()):
            chosen = draw(st.sampled_from(earlier))
            answers = [each["code"] for each in editing.answers_of(document, chosen)]
            among = draw(st.lists(st.sampled_from(answers), min_size=1, unique=True))
            document = editing.with_condition(document, code, chosen["code"], among)
    if draw(st.booleans()):
        document = editing.with_condition(document, "", "sex", ["f"])
    return reading.checked(document).document


def _words(draw) -> dict:
    return {"zh": draw(TEXTS)} | ({"en": draw(TEXTS)} if draw(st.booleans()) else {})


def _question(draw, code: str) -> dict:
    kind = draw(st.sampled_from(["scale", "one", "several", "number", "text"]))
    said = {"code": code, "kind": kind, "text": _words(draw)}
    if draw(st.booleans()):
        said["hint"] = _words(draw)
    if kind == "scale":
        said["scale"] = "satisfaction"
    if kind in ("one", "several"):
        options = draw(st.lists(CODES, min_size=2, max_size=4, unique=True))
        said["options"] = [{"code": each, "text": _words(draw)} for each in options]
        if draw(st.booleans()):
            said["options"][-1]["no_opinion"] = True
    if kind == "several" and draw(st.booleans()):
        said["most"] = draw(st.integers(1, len(said["options"])))
    if kind == "number":
        said["lowest"] = draw(st.integers(-100, 0))
        said["highest"] = draw(st.integers(1, 100))
    return said


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(documents())
def test_out_and_in_again_is_the_same_questionnaire(document):
    assert reading.read(yaml_of("residents", document)).document == document
    back = xlsforms.read(sheet_of(document), "q.xlsx")
    assert back.document == document
    assert back.code == "residents"

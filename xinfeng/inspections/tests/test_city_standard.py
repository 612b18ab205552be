"""The standard for a whole city: what its lines say, and what is refused with its line."""

from pathlib import Path

import pytest

from xinfeng.base.refusal import Refusal
from xinfeng.inspections import commands, comparing, reading
from xinfeng.inspections.commands.standards import BadStandard
from xinfeng.inspections.tree import Method
from xinfeng.places.tests.build import NINE, a_city

EXAMPLE = Path(__file__).parents[3] / "cities/hengyang/standards/civilised-city.yaml"
SMALL = """\
name: small-city
version: "1"
title: {zh: 小标准, en: Small}
source: {zh: 测试, en: test}
grain: point
missing: not_known
methods: {filing: 40, field: 40, survey: 20}
cycle: [15, 25, 60]
projects:
  - code: Ⅰ
    title: {zh: 项目, en: Project}
    contents:
      - code: Ⅱ-1
        title: {zh: 内容, en: Content}
        lines:
          - code: Ⅲ-1
            title: {zh: 年度计划, en: Yearly plan}
            mend: {zh: 上报, en: File it}
            method: filing
            unit: {zh: 文明办, en: Office}
            weight: 4
            papers: {at_least: 2, window_months: 12, stamped: true}
          - code: Ⅲ-2
            title: {zh: 路面, en: Surface}
            mend: {zh: 修补, en: Mend it}
            method: field
            unit: {zh: 住建局, en: Housing}
            weight: 3
            points: [main-street, back-street]
            answer: count
            at_most: 2
          - code: Ⅲ-3
            title: {zh: 满意, en: Content}
            mend: {zh: 改进, en: Improve}
            method: survey
            unit: {zh: 文明办, en: Office}
            weight: 3
            asked: {question: support, at_least_permille: 900}
negative:
  - code: N1
    title: {zh: 事故, en: Accident}
    window_months: 12
    sanction: {deduct: 3}
  - code: N2
    title: {zh: 造假, en: False papers}
    window_months: 12
    sanction: {suspend: true}
"""


def small() -> reading.Tree:
    return reading.parse(SMALL)[0]


def test_the_example_has_the_shape_of_the_public_ones():
    tree, _values = reading.parse(EXAMPLE.read_text(encoding="utf-8"), EXAMPLE.name)
    assert tree.is_example
    assert len(tree.projects) == 9
    assert sum(len(project.contents) for project in tree.projects) == 30
    assert sum(len(project.lines) for project in tree.projects) >= 40
    assert tree.methods == {Method.FILING: 40, Method.FIELD: 40, Method.SURVEY: 20}
    assert tree.cycle == (15, 25, 60)
    (minors,) = tree.modules
    assert (minors.gate, minors.share) == (85, 20)
    assert [len(content.lines) for content in minors.contents] == [4, 4, 8, 5, 6]
    assert len(tree.negative) == 30
    assert {len(tree.lines_by(method)) > 0 for method in tree.methods} == {True}


def test_a_line_says_how_its_method_looks_at_it():
    filing, field, survey = small().lines.values()
    assert (filing.papers.at_least, filing.papers.is_stamped) == (2, True)
    assert field.field.types == ("main-street", "back-street")
    assert field.field.at_most == 2
    assert survey.asked.at_least_permille == 900
    assert [line.code for line in small().lines_at("main-street")] == ["Ⅲ-2"]


def test_an_entry_of_the_negative_list_takes_points_or_suspends():
    accident, false_papers = small().negative
    assert accident.deduct == 3
    assert false_papers.deduct is None


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        ("survey: 20}", "survey: 10}", "sum to 90"),
        ("[15, 25, 60]", "[15, 25, 50]", "sum to 90"),
        ("papers: {at_least: 2, window_months: 12, stamped: true}", "paper: x", "papers"),
        ("points: [main-street, back-street]", "points: [Main Street]", "at most 20"),
        ("answer: count", "answer: guess", "guess"),
        ("method: filing", "method: figure", "on the spot"),
        ("sanction: {deduct: 3}", "sanction: {deduct: 3, suspend: true}", "deduct / suspend"),
        ("sanction: {deduct: 3}", "sanction: {}", "deduct / suspend"),
        ("asked: {question: support,", "papers: {question: support,", "filing"),
        ("code: Ⅲ-2", "code: Ⅲ-1", "twice"),
        ("weight: 4", "weight: {station: 4}", "whole number"),
    ],
)
@pytest.mark.django_db
def test_a_wrong_one_names_what_belongs_there(right, wrong, said):
    text = SMALL.replace(right, wrong)
    assert text != SMALL
    with pytest.raises(BadStandard) as error:
        commands.import_standard(text=text, source="city.yaml", actor=None, at=NINE)
    assert said in str(error.value)


def test_what_decides_a_line_changes_its_digest_and_its_wording_does_not():
    (_filing, before, _survey) = small().lines.values()
    stricter = reading.parse(SMALL.replace("at_most: 2", "at_most: 1"))[0].lines["Ⅲ-2"]
    reworded = reading.parse(SMALL.replace("en: Surface", "en: Ground"))[0].lines["Ⅲ-2"]
    elsewhere = reading.parse(SMALL.replace(", back-street", ""))[0].lines["Ⅲ-2"]
    assert stricter.digest != before.digest != elsewhere.digest
    assert reworded.digest == before.digest


def test_two_versions_differ_in_what_was_changed():
    other = reading.parse(SMALL.replace("at_least: 2", "at_least: 3"))[0]
    (change,) = comparing.versions(small(), other)
    assert (change.line, change.what) == ("Ⅲ-1", "asked")
    assert ("2" in change.before, "3" in change.after) == (True, True)


@pytest.mark.django_db
def test_places_are_not_judged_by_it():
    a_city()
    standard = commands.import_standard(text=SMALL, source="x.yaml", actor=None, at=NINE)
    with pytest.raises(Refusal) as refusal:
        commands.evaluate(standard_id=standard.pk, period="2022", actor=None, at=NINE)
    assert refusal.value.code == "standard_is_of_points"


@pytest.mark.django_db
def test_its_page_says_what_is_asked_and_that_it_is_an_example(client):
    a_city()
    text = EXAMPLE.read_text(encoding="utf-8")
    commands.import_standard(text=text, source=EXAMPLE.name, actor=None, at=NINE)
    page = client.get("/standards/civilised-city/2026.1/").content.decode()
    assert "路口观察 5 分钟，无闯红灯" in page
    assert "非官方文本" in page

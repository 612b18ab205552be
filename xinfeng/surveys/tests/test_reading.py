"""A questionnaire in YAML: what is refused, on which line, and how it is put right."""

from pathlib import Path

import pytest
import yaml

from xinfeng.base.document import BadDocument
from xinfeng.surveys.asking import NOT_ELIGIBLE, Kind, asked, checked, reading

from .build import DOCUMENT

ROOT = Path(__file__).parents[3]
CITY = ROOT / "cities/hengyang"
TINY = (ROOT / "tests/cities/tiny/questionnaires/residents.yaml").read_text()


def refused(text: str) -> list[str]:
    with pytest.raises(BadDocument) as error:
        reading.read(text, "q.yaml")
    return error.value.lines()


def line_of(text: str, part: str) -> int:
    return next(n for n, line in enumerate(text.splitlines(), 1) if part in line)


@pytest.mark.parametrize(
    ("right", "wrong", "at", "said"),
    [
        ("code: counters", "code: estate", "code: counters", "twice"),
        ("code: counters", "code: living", "code: counters", "twice"),
        ("code: counters", "code: Counters", "code: counters", "Small letters"),
        ("code: quite,", "code: very,", "code: quite,", "twice"),
        ("{code: not, ", "{code: no, ", "{code: not, ", "Write it in quotes"),
        ("score: 60", "score: 80", "score: 60", "must fall: 80 follows 80"
         if False else "80 follows 80"),
        ("score: 30}", "score: 130}", "score: 30}", "0 to 100"),
        (", score: 30}", "}", "code: not,", "has a score"),
        ("score: 30}", "score: 30, satisfied: true}", None, None),
        ("score: 0}", "score: 0, satisfied: true}", "code: not_at_all", "better one above"),
        ("no_opinion: true}", "no_opinion: true, score: 10}", "cannot_say", "has no score"),
        ("scale: satisfaction", "scale: satisfacton", "scale: satisfaction", "satisfaction"),
        ("question: used_hotline", "question: overall", "question: used_", "not asked before"),
        ("question: used_hotline", "question: used_hotlin", "question: used_", "used_hotline"),
        ("among: [called]", "among: [call]", "among: [called]", "“call” is no answer"),
        ("among: [called]", "among: []", "among: [called]", "at least one"),
        ("headline: overall", "headline: sex", "headline:", "has no scale"),
        ("headline: overall", "headline: overal", "headline:", "overall"),
        ("age: age}", "age: estate}", "margins:", "not a choice of one"),
        ("age: age}", "age: ages}", "margins:", "There is no question “ages”"),
        ("kind: one", "kind: onee", "kind: one", "Did you mean “one”"),
        ("flips: true", "flip: true", "flips:", "flips"),
        ("en: All in all}", "en: All in all", "", "not valid YAML"),
    ],
)  # fmt: skip
def test_a_wrong_questionnaire_names_the_line_and_what_belongs_there(right, wrong, at, said):
    text = TINY.replace(right, wrong, 1)
    assert text != TINY
    if said is None:
        assert reading.read(text).document
        return
    lines = refused(text)
    assert any(said in line for line in lines), lines
    if "YAML" not in said:
        assert any(line.startswith(f"q.yaml:{line_of(TINY, at)}:") for line in lines), lines


def test_questions_that_rotate_do_not_depend_on_each_other():
    text = TINY.replace("title: {zh: 热线, en: The hotline}", "rotates: true")
    (line,) = refused(text)
    assert "rotates" in line
    assert "used_hotline" in line


def test_who_weighs_screens_or_leads_on_has_to_be_answered():
    for code in ("sex", "used_hotline"):
        head, tail = TINY.split(f"code: {code}\n", 1)
        text = f"{head}code: {code}\n" + tail.replace("        required: true\n", "", 1)
        (line,) = refused(text)
        assert "Add required: true." in line
        assert line.startswith(f"q.yaml:{line_of(text, f'code: {code}')}:")


def test_all_problems_are_said_at_once():
    text = TINY.replace("score: 60", "score: 90").replace(
        "headline: overall", "headline: none_"
    )
    assert len(refused(text)) >= 2


def test_what_a_draft_still_lacks_is_not_wrong():
    taken = reading.read(TINY.replace("headline: overall\n", ""))
    assert [str(each) for each in taken.unfinished] == [
        "No question is the headline. Name the scaled one that sums all up."
    ]
    empty = reading.checked({"title": "新问卷", "blocks": []})
    assert len(empty.unfinished) == 2
    assert empty.document == {"title": {"zh": "新问卷"}, "blocks": []}


@pytest.mark.parametrize(
    "values",
    [
        None, [], "text", {"title": 3, "blocks": {}}, {"title": {"zh": " "}, "blocks": []},
        {"title": "问", "blocks": [None]}, {"title": "问", "blocks": [{"code": ["a"]}]},
        {"title": "问", "blocks": [{"code": "a", "questions": [{"kind": ["scale"]}]}]},
        {"title": "问", "blocks": [], "margins": {"性别": "sex"}},
        {"title": "问", "blocks": [], "scales": [{"code": "s", "options": [1]}]},
        {"title": "问", "blocks": [], "screening": [{"question": 1, "among": "x"}]},
    ],
)  # fmt: skip
def test_what_is_no_questionnaire_at_all_is_refused_in_words(values):
    with pytest.raises(BadDocument):
        reading.checked(values)


def test_the_same_questions_have_the_same_digest_however_they_are_written():
    taken = reading.read(TINY)
    values = yaml.safe_load(TINY)
    del values["code"]
    backwards = {key: values[key] for key in reversed(values)}
    assert reading.checked(backwards).digest == taken.digest
    assert reading.checked(taken.document).document == taken.document
    spaced = TINY.replace("您对窗口服务满意吗？", "  您对窗口服务满意吗？ ").replace(
        "flips: true", "flips: true\nscreening: []"
    )
    assert reading.read(spaced).digest == taken.digest
    assert reading.read(TINY.replace("窗口服务", "窗口")).digest != taken.digest


def test_the_document_of_other_tests_reads_as_it_stands():
    assert reading.checked(DOCUMENT).document == DOCUMENT


def test_whoever_is_not_asked_answers_nothing_more_and_nothing_is_kept():
    bank = reading.read((CITY / "questionnaires/residents.yaml").read_text()).bank
    kept, problems = checked(bank, {"lived_here": "shorter", "age": "a18_29", "estate": "very"})
    assert kept == {}
    assert [(each.question, each.reason) for each in problems] == [("lived_here", NOT_ELIGIBLE)]
    shown = asked(bank, {"lived_here": "half_year", "age": "outside"})
    assert [question.code for question in shown] == ["lived_here", "age"]
    assert len(asked(bank, {"lived_here": "half_year", "age": "a30_44"})) == 19


def test_the_example_asks_22_questions_and_all_that_the_standard_names():
    taken = reading.read((CITY / "questionnaires/residents.yaml").read_text())
    bank = taken.bank
    assert taken.unfinished == []
    assert taken.code == "residents"
    assert bank.is_example
    assert len(bank.questions) == 22
    asked_for = _asked_for(yaml.safe_load((CITY / "standards/civilised-city.yaml").read_text()))
    assert len(asked_for) == 10
    # Each of them has a share of people who are satisfied, or feel safe, or know.
    assert all(bank.questions[code].kind is Kind.SCALE for code in asked_for)
    assert bank.headline == "overall"
    assert bank.margins == {"sex": "sex", "age": "age"}
    assert [block.code for block in bank.blocks if block.rotates] == [
        "living", "services", "together",
    ]  # fmt: skip


def test_the_example_takes_three_minutes():
    bank = reading.read((CITY / "questionnaires/residents.yaml").read_text()).bank
    signs = sum(len(question.text.zh) for question in bank.questions.values())
    # Reading aloud 240 signs a minute, and four seconds to choose an answer.
    assert signs / 240 * 60 + 4 * len(bank.questions) <= 180


def _asked_for(said: object) -> set[str]:
    if isinstance(said, list):
        return set().union(*map(_asked_for, said)) if said else set()
    if not isinstance(said, dict):
        return set()
    own = {said["asked"]["question"]} if "asked" in said else set()
    return own.union(*map(_asked_for, said.values()))

"""What the designer's forms change in a document, and that all that names a part follows."""

import pytest

from xinfeng.surveys.asking import editing, reading

from .build import chosen, scaled, step
from .test_reading import TINY


@pytest.fixture
def document() -> dict:
    return reading.read(TINY).document


def codes(document: dict) -> list[list[str]]:
    return [[each["code"] for each in block["questions"]] for block in document["blocks"]]


def test_what_a_questionnaire_begins_with_can_be_asked_at_once():
    began = editing.starting({"zh": "问卷"}, {"zh": "您满意吗？"})
    taken = reading.checked(began)
    assert taken.unfinished == []
    assert taken.document == began


def test_a_question_moves_within_its_block_and_beyond_its_edge(document):
    assert codes(editing.moved_question(document, "counters", -1))[0] == ["counters", "estate"]
    assert codes(editing.moved_question(document, "counters", 1)) == [
        ["estate"], ["counters", "used_hotline", "hotline"], ["overall", "sex", "age"],
    ]  # fmt: skip
    assert codes(editing.moved_question(document, "estate", -1)) == codes(document)
    assert codes(editing.moved_question(document, "age", 1)) == codes(document)
    assert codes(editing.moved_block(document, "calls", -1))[0] == ["used_hotline", "hotline"]


def test_under_another_code_all_that_names_a_question_follows(document):
    said = dict(editing.question_of(document, "used_hotline"), code="called_us")
    changed = editing.with_question(document, "calls", "used_hotline", said)
    assert editing.question_of(changed, "hotline")["only_if"][0]["question"] == "called_us"
    age = dict(editing.question_of(document, "age"), code="years")
    changed = editing.with_question(changed, "in_all", "age", age, margin="age")
    assert changed["margins"] == {"sex": "sex", "age": "years"}
    assert reading.checked(changed).unfinished == []


def test_a_question_added_to_a_block_comes_last_and_may_become_the_headline(document):
    said = scaled("streets", "您对街道满意吗？", "And the streets?")
    changed = editing.with_question(document, "living", "", said, headline=True)
    assert codes(changed)[0] == ["estate", "counters", "streets"]
    assert changed["headline"] == "streets"
    moved = editing.with_question(changed, "in_all", "streets", said)
    assert codes(moved)[2][-1] == "streets"
    assert "headline" not in moved


def test_what_weighs_or_leads_on_has_to_be_answered(document):
    said = chosen("works", "您上班吗？", "Do you work?", yes="上班", no="不上班")
    del said["required"]
    changed = editing.with_question(document, "calls", "", said)
    assert not editing.is_needed(changed, "works")
    changed = editing.with_condition(changed, "overall", "works", ["yes"])
    assert editing.question_of(changed, "works")["required"] is True
    assert editing.is_needed(changed, "works")
    changed = editing.with_condition(changed, "", "sex", ["f"])
    assert changed["screening"] == [{"question": "sex", "among": ["f"]}]
    changed = editing.with_condition(changed, "overall", "works", [])
    assert reading.checked(changed).bank.questions["overall"].only_if == ()


def test_a_question_that_goes_takes_with_it_what_it_was_for(document):
    changed = editing.without_question(document, "overall")
    changed = editing.without_question(changed, "age")
    assert "headline" not in changed
    assert changed["margins"] == {"sex": "sex"}
    changed = editing.without_block(changed, "in_all")
    assert changed["margins"] == {}
    assert codes(changed) == [["estate", "counters"], ["used_hotline", "hotline"]]


def test_only_earlier_questions_that_do_not_rotate_with_it_may_decide(document):
    assert [each["code"] for each in editing.earlier_than(document, "counters")] == []
    assert [each["code"] for each in editing.earlier_than(document, "hotline")] == [
        "estate", "counters", "used_hotline",
    ]  # fmt: skip
    question = editing.question_of(document, "estate")
    assert len(editing.answers_of(document, question)) == 6


def test_a_scale_under_another_code_is_followed_by_its_questions(document):
    scale = dict(editing.scale_of(document, "satisfaction"), code="content")
    changed = editing.with_scale(document, "satisfaction", scale)
    assert {each.scale for each in reading.checked(changed).bank.scaled} == {"content"}
    more = editing.with_scale(changed, "", {"code": "spare", "options": [step("a", "甲", "a")]})
    assert [each["code"] for each in more["scales"]] == ["content", "spare"]
    assert editing.without_scale(more, "spare") == changed


def test_head_and_blocks_change_alone(document):
    changed = editing.with_head(document, {"title": {"zh": "新"}, "flips": False})
    assert (changed["title"], "flips" in changed) == ({"zh": "新"}, False)
    changed = editing.with_block(document, "living", {"code": "home", "title": {"zh": "家"}})
    assert codes(changed) == codes(document)
    assert "rotates" not in changed["blocks"][0]
    assert editing.with_block(document, "", {"code": "more"})["blocks"][-1]["questions"] == []
    assert editing.free_code(document, "q") == "q1"
    assert document == reading.read(TINY).document

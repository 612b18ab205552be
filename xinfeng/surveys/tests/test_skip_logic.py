"""Skip logic over made-up questionnaires: nothing depends on what was not asked."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from xinfeng.surveys import quotas
from xinfeng.surveys.asking import NOT_ELIGIBLE, Bank, asked, bank_of, checked

OPTIONS = ("a", "b", "c")
QUESTIONS = 8


@st.composite
def banks(draw: st.DrawFn) -> Bank:
    """Choices in a row; each may depend on some of those before it, and some screen."""
    questions: list[dict[str, Any]] = []
    among = st.lists(st.sampled_from(OPTIONS), min_size=1, max_size=2, unique=True)
    for i in range(draw(st.integers(1, QUESTIONS))):
        before = st.sampled_from([each["code"] for each in questions] or ["none"])
        chosen = draw(st.lists(before, max_size=2, unique=True)) if questions else []
        questions.append(
            {
                "code": f"q{i}", "kind": draw(st.sampled_from(["one", "several"])),
                "text": {"zh": "问"}, "required": draw(st.booleans()),
                "options": [{"code": code, "text": {"zh": code}} for code in OPTIONS],
                "only_if": [{"question": code, "among": draw(among)} for code in chosen],
            }
        )  # fmt: skip
    screening = [
        {"question": each["code"], "among": draw(among)}
        for each in questions
        if each["kind"] == "one" and not each["only_if"] and draw(st.integers(0, 4)) == 0
    ]
    blocks = [{"code": "all", "title": {"zh": "全部"}, "questions": questions}]
    return bank_of({"title": {"zh": "问"}, "blocks": blocks, "screening": screening})


ANSWER = st.one_of(
    st.none(), st.sampled_from(OPTIONS),
    st.lists(st.sampled_from(OPTIONS), max_size=2, unique=True),
)  # fmt: skip
SHEETS = st.dictionaries(st.sampled_from([f"q{i}" for i in range(QUESTIONS)]), ANSWER)


@given(banks(), SHEETS, SHEETS)
@settings(max_examples=300, deadline=None)
def test_what_is_asked_never_depends_on_something_not_asked(bank, sent, other):
    shown = {question.code for question in asked(bank, sent)}

    # Whatever stands at questions that are not asked may change, but for those that screen.
    screens = {condition.question for condition in bank.screening}
    changed = {code: value for code, value in other.items() if code not in shown | screens}
    kept = {code: value for code, value in sent.items() if code in shown | screens}

    assert {question.code for question in asked(bank, kept | changed)} == shown


@given(banks(), SHEETS)
@settings(max_examples=300, deadline=None)
def test_a_kept_sheet_has_only_asked_questions_and_is_kept_alike_again(bank, sent):
    kept, problems = checked(bank, sent)
    shown = {question.code: question for question in asked(bank, sent)}

    assert kept.keys() <= shown.keys()
    assert all(
        condition.question in shown for each in shown.values() for condition in each.only_if
    )
    if not problems:
        assert checked(bank, kept) == (kept, [])


@given(banks(), SHEETS)
@settings(max_examples=300, deadline=None)
def test_whoever_is_asked_to_the_end_falls_into_a_quota(bank, sent):
    """A quota's questions are asked of everybody, so no sheet that is kept is without."""
    kept, problems = checked(bank, sent)
    questions = [question.code for question in quotas.asked_of_all(bank)]

    if not problems:
        cell = quotas.cell_of(questions, kept)
        assert cell is not None
        assert quotas.key_of(cell).count("=") == len(questions)


NONSENSE = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=2),
    max_leaves=5,
)
KINDS = bank_of(
    {
        "title": {"zh": "问"},
        "screening": [{"question": "one", "among": ["a"]}],
        "blocks": [
            {
                "code": "all",
                "questions": [
                    {
                        "code": kind,
                        "kind": kind,
                        "text": {"zh": "问"},
                        "options": [{"code": code, "text": {"zh": code}} for code in OPTIONS],
                    }
                    for kind in ("one", "several", "number", "text")
                ],
            }
        ],
    }
)


@given(st.fixed_dictionaries(dict.fromkeys(KINDS.questions, NONSENSE)))
@settings(max_examples=300, deadline=None)
def test_whatever_a_program_sends_is_read_or_told_and_never_ends_an_interview(sent):
    kept, problems = checked(KINDS, sent)

    assert kept.keys().isdisjoint(each.question for each in problems)
    assert NOT_ELIGIBLE not in {each.reason for each in problems} or sent["one"] in OPTIONS
    assert "\0" not in str(kept.get("text", ""))
    str(kept.get("text", "")).encode()

"""Which questions a sheet shows, in which order, and whether its answers can be."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from .bank import Bank, Block, Condition, Kind, Question

# An order of a sheet: each block begins `arrangement // 2` questions further on, and scales are
# turned round where it is odd. So few, that no sheet is known by its own.
ARRANGEMENTS = 24
LONGEST_TEXT = 200
LARGEST = 10**12
Answers = Mapping[str, Any]


@dataclass(frozen=True)
class Problem:
    """What is wrong with an answer: `reason` is one of `REASONS`, worded by the pages."""

    question: str
    reason: str


# What a sheet says of itself as a whole: this person is none of those who are asked.
NOT_ELIGIBLE = "not_eligible"
REASONS = (
    NOT_ELIGIBLE, "not_there", "not_asked", "not_an_option", "too_many", "not_a_number",
    "too_long",
)  # fmt: skip


def asked(bank: Bank, answers: Answers) -> list[Question]:
    """The questions that these answers lead to, in the order of the document.

    A question depends only on earlier ones, and on none that was itself left out. Whoever is
    not to be asked is asked nothing beyond the question that tells so.
    """
    shown: dict[str, Question] = {}
    ends = screened_out(bank, answers)
    for question in bank.questions.values():
        if all(_holds(each, shown, answers) for each in question.only_if):
            shown[question.code] = question
            if question.code == ends:
                break
    return list(shown.values())


def screened_out(bank: Bank, answers: Answers) -> str:
    """The question whose answer ends the interview; "" while none does."""
    for condition in bank.screening:
        value = answers.get(condition.question)
        # Nonsense ends nothing: it is told as what it is.
        is_answer = _is_option(bank.questions[condition.question], value)
        if is_answer and value not in condition.among:
            return condition.question
    return ""


def arranged(bank: Bank, arrangement: int) -> list[Block]:
    """Blocks in their order; those that rotate begin elsewhere, and scales may be turned.

    “Cannot say” stays at the end of a scale, whichever way it runs.
    """
    turn, turned = arrangement // 2, bank.flips and arrangement % 2 == 1
    return [_arranged(block, turn, turned) for block in bank.blocks]


def checked(bank: Bank, said: Answers) -> tuple[dict[str, Any], list[Problem]]:
    """The answers as they are kept, without blanks and what was not asked; and what is wrong.

    Of whoever is not to be asked nothing is kept, and `not_eligible` is all that is wrong.

    An answer to a question that the others skip over is left out without a word: somebody went
    back and changed their mind.
    """
    if ends := screened_out(bank, said):
        return {}, [Problem(ends, NOT_ELIGIBLE)]
    kept: dict[str, Any] = {}
    problems: list[Problem] = []
    for question in asked(bank, said):
        value = said.get(question.code)
        if value in (None, "", []):
            if question.required:
                problems.append(Problem(question.code, "not_there"))
            continue
        reason, value = _read(question, value)
        if reason:
            problems.append(Problem(question.code, reason))
        else:
            kept[question.code] = value
    return kept, problems


def _holds(condition: Condition, shown: Mapping[str, Question], answers: Answers) -> bool:
    if condition.question not in shown:
        return False
    value = answers.get(condition.question)
    values = value if isinstance(value, list | tuple) else [value]
    return any(each in condition.among for each in values)


def _arranged(block: Block, turn: int, turned: bool) -> Block:
    questions: Sequence[Question] = block.questions
    if block.rotates and questions:
        first = turn % len(questions)
        questions = [*questions[first:], *questions[:first]]
    if turned:
        questions = [_turned(question) for question in questions]
    return replace(block, questions=tuple(questions))


def _turned(question: Question) -> Question:
    if question.kind is not Kind.SCALE:
        return question
    steps = [option for option in question.options if not option.no_opinion]
    rest = [option for option in question.options if option.no_opinion]
    return replace(question, options=(*reversed(steps), *rest))


def _read(question: Question, value: Any) -> tuple[str, Any]:
    """Why it cannot be, or "" and the value as it is kept. Programs send anything at all."""
    match question.kind:
        case Kind.SCALE | Kind.ONE:
            return ("", value) if _is_option(question, value) else ("not_an_option", None)
        case Kind.SEVERAL:
            return _several(question, value if isinstance(value, list) else [value])
        case Kind.NUMBER:
            return _number(question, value)
        case Kind.TEXT:
            return _text(value)


def _is_option(question: Question, value: Any) -> bool:
    return isinstance(value, str) and any(value == each.code for each in question.options)


def _several(question: Question, values: list[Any]) -> tuple[str, Any]:
    if not all(_is_option(question, each) for each in values):
        return "not_an_option", None
    chosen = list(dict.fromkeys(values))
    if question.most is not None and len(chosen) > question.most:
        return "too_many", None
    return "", chosen


def _text(value: Any) -> tuple[str, Any]:
    # What no database keeps as text is left out: signs without a form, and halves of signs.
    plain = str(value).encode("utf-8", "ignore").decode().replace("\0", "")
    text = " ".join(plain.split())
    return ("too_long", None) if len(text) > LONGEST_TEXT else ("", text)


def _number(question: Question, value: Any) -> tuple[str, Any]:
    try:
        number = int(str(value))
    except ValueError:
        return "not_a_number", None
    low, high = question.lowest, question.highest
    if abs(number) > LARGEST:
        return "not_a_number", None
    fits = (low is None or number >= low) and (high is None or number <= high)
    return ("", number) if fits else ("not_a_number", None)

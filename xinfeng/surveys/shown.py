"""A sheet as a page shows it: arranged, with what was said and what of it cannot be."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict
from django.utils import translation

from xinfeng.surveys.asking import Bank, Block, Condition, Question, arranged
from xinfeng.surveys.asking.flow import ARRANGEMENTS
from xinfeng.surveys.sent import Sheet

_NAME = "q."


@dataclass(frozen=True)
class ShownSheet:
    bank: Bank
    arrangement: int
    said: Mapping[str, Any] = field(default_factory=dict)
    # A sentence for each question whose answer cannot be.
    problems: Mapping[str, str] = field(default_factory=dict)
    # Asked before on another page: carried along unseen.
    before: frozenset[str] = frozenset()

    @property
    def blocks(self) -> list[Block]:
        """Without what was asked before, and without what has nothing left."""
        blocks = []
        for block in arranged(self.bank, self.arrangement):
            left = tuple(q for q in block.questions if q.code not in self.before)
            if left:
                blocks.append(Block(block.code, block.title, left, block.rotates))
        return blocks

    @property
    def conditions(self) -> dict[str, list[dict[str, Any]]]:
        """The skip logic for the page's own script."""
        return {
            code: [_said(each) for each in question.only_if]
            for code, question in self.bank.questions.items()
            if question.only_if
        }

    @property
    def screening(self) -> list[dict[str, Any]]:
        return [_said(each) for each in self.bank.screening]

    def chosen(self, question: Question, option: str) -> bool:
        value = self.said.get(question.code)
        return option in value if isinstance(value, list) else option == value

    def only_if(self, question: Question) -> list[str]:
        """For whoever reads it without a script: the answers that lead here."""
        return [
            str(option.text)
            for condition in question.only_if
            for option in self.bank.questions[condition.question].options
            if option.code in condition.among
        ]


def said_in(form: QueryDict) -> dict[str, Any]:
    """The answers of a form; several to one question are a list."""
    said: dict[str, Any] = {}
    for name in form:
        if name.startswith(_NAME):
            values = [value for value in form.getlist(name) if value]
            said[name.removeprefix(_NAME)] = values if len(values) > 1 else "".join(values)
    return said


def sheet_in(form: QueryDict) -> Sheet:
    """The sheet as a page sent it, in the language that it was shown in."""
    # The page's own script counts; without one it is counted from when the page was shown.
    began, counted = (whole(form.get(each, "")) for each in ("began", "seconds"))
    since = None if began is None else round(time.time()) - began
    english = (translation.get_language() or "").startswith("en")
    return Sheet(
        said_in(form),
        language="en" if english else "zh",
        arrangement=arrangement_in(form),
        seconds=since if counted is None else counted,
        adults=whole(form.get("adults", "")),
    )


def arrangement_in(form: QueryDict) -> int:
    """As the page was arranged when it was shown; nonsense is the first."""
    number = whole(form.get("arrangement", ""))
    return number if number is not None and number < ARRANGEMENTS else 0


def whole(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 15 else None


def _said(condition: Condition) -> dict[str, Any]:
    return {"question": condition.question, "among": list(condition.among)}

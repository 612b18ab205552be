"""A questionnaire as the program reads it: blocks of questions, and the scales they share.

The document (JSON, kept in `QuestionnaireVersion.document`; people write it as YAML):

    {"title": {"zh": …, "en": …}, "welcome": {…}, "thanks": {…},
     "headline": "overall",              the question whose shares are published first
     "flips": true,                      half of the sheets show scales from the other end
     "margins": {"sex": "sex", "age": "age"},   questions that are weighted to known counts
     "screening": [{"question": "lives_here", "among": ["yes"]}],   who is asked at all
     "example": true,                    nobody's official text
     "scales": [{"code": "satisfaction", "options": [
         {"code": "very", "text": {…}, "score": 100, "satisfied": true},
         {"code": "cannot_say", "text": {…}, "no_opinion": true}]}],
     "blocks": [{"code": "living", "title": {…}, "rotates": true, "questions": [
         {"code": "estate", "kind": "scale", "scale": "satisfaction", "text": {…}, "hint": {…},
          "only_if": [{"question": "lives_here", "among": ["yes"]}]},
         {"code": "sex", "kind": "one", "text": {…}, "options": [{"code": "f", "text": {…}}]},
         {"code": "heard", "kind": "several", "most": 3, "options": […]},
         {"code": "years", "kind": "number", "lowest": 0, "highest": 100},
         {"code": "wish", "kind": "text"}]}]}

Keys that say nothing are left out. Codes: small letters, digits and _, up to 30. An option with
`no_opinion` (“cannot say”) is an answer, but neither satisfied nor dissatisfied; a question
nobody answered has no key in the answers at all. Nothing must be answered but what `required`
says: margins, screening, and what others depend on. Who answers a question of the screening
otherwise is asked nothing more, and none of their answers is kept.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Any

from xinfeng.base.words import Words
from xinfeng.surveys import estimates


class Kind(StrEnum):
    # One step of a scale with scores.
    SCALE = "scale"
    ONE = "one"
    SEVERAL = "several"
    NUMBER = "number"
    # Read by people, counted by nobody, and never given out.
    TEXT = "text"


@dataclass(frozen=True)
class Option:
    code: str
    text: Words
    score: int | None = None
    satisfied: bool = False
    no_opinion: bool = False


@dataclass(frozen=True)
class Scale:
    """The steps of a scale from its best end, then what is no step: “cannot say”."""

    code: str
    options: tuple[Option, ...]

    @cached_property
    def steps(self) -> tuple[Option, ...]:
        return tuple(option for option in self.options if not option.no_opinion)

    def for_estimates(self) -> estimates.Scale:
        return estimates.Scale(
            {each.code: float(each.score or 0) for each in self.steps},
            frozenset(each.code for each in self.options if each.satisfied),
            frozenset(each.code for each in self.options if each.no_opinion),
        )


@dataclass(frozen=True)
class Condition:
    """Asked only of those whose answer to an earlier question is among these."""

    question: str
    among: tuple[str, ...]


@dataclass(frozen=True)
class Question:
    code: str
    kind: Kind
    text: Words
    hint: Words | None = None
    # Of a scale: all its options; of a choice: its own.
    options: tuple[Option, ...] = ()
    scale: str = ""
    required: bool = False
    # All of them have to hold.
    only_if: tuple[Condition, ...] = ()
    # Of a number; of a choice of several at most so many.
    lowest: int | None = None
    highest: int | None = None
    most: int | None = None


@dataclass(frozen=True)
class Block:
    code: str
    title: Words
    questions: tuple[Question, ...]
    rotates: bool = False


@dataclass(frozen=True)
class Bank:
    title: Words
    blocks: tuple[Block, ...]
    scales: Mapping[str, Scale]
    welcome: Words
    thanks: Words
    headline: str = ""
    flips: bool = False
    # A margin of the population by the question that tells it: {"sex": "sex", "age": "age"}.
    margins: Mapping[str, str] | None = None
    # All of them have to hold, or the interview ends there.
    screening: tuple[Condition, ...] = ()
    is_example: bool = False

    @cached_property
    def questions(self) -> Mapping[str, Question]:
        """All questions by code, in the order of the document."""
        return {question.code: question for question in self._walk()}

    @property
    def scaled(self) -> tuple[Question, ...]:
        return tuple(each for each in self.questions.values() if each.kind is Kind.SCALE)

    def _walk(self) -> Iterator[Question]:
        for block in self.blocks:
            yield from block.questions


def bank_of(document: Mapping[str, Any]) -> Bank:
    """A document that was checked when it was taken in."""
    scales = {
        each["code"]: Scale(each["code"], _options(each)) for each in document.get("scales", [])
    }
    return Bank(
        _words(document["title"]),
        tuple(
            Block(
                each["code"], _words(each.get("title")),
                tuple(_question(question, scales) for question in each["questions"]),
                bool(each.get("rotates")),
            )
            for each in document["blocks"]
        ),
        scales,
        _words(document.get("welcome")), _words(document.get("thanks")),
        document.get("headline", ""), bool(document.get("flips")),
        dict(document.get("margins", {})),
        _conditions(document.get("screening")), bool(document.get("example")),
    )  # fmt: skip


def _question(said: Mapping[str, Any], scales: Mapping[str, Scale]) -> Question:
    scale = said.get("scale", "")
    return Question(
        said["code"], Kind(said["kind"]), _words(said["text"]),
        _words(said["hint"]) if said.get("hint") else None,
        scales[scale].options if scale else _options(said), scale,
        bool(said.get("required")),
        _conditions(said.get("only_if")),
        said.get("lowest"), said.get("highest"), said.get("most"),
    )  # fmt: skip


def _conditions(said: Sequence[Mapping[str, Any]] | None) -> tuple[Condition, ...]:
    return tuple(Condition(each["question"], tuple(each["among"])) for each in said or ())


def _options(said: Mapping[str, Any]) -> tuple[Option, ...]:
    return tuple(
        Option(
            each["code"], _words(each["text"]), each.get("score"),
            bool(each.get("satisfied")), bool(each.get("no_opinion")),
        )
        for each in said.get("options", [])
    )  # fmt: skip


def _words(said: Mapping[str, str] | None) -> Words:
    return Words(said.get("zh", ""), said.get("en", "")) if said else Words("", "")

"""The questions of a version as a phone shows them, in one language, page by page."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

Question = dict[str, Any]


@dataclass(frozen=True)
class Asked:
    """One question in words; `when` says on which answer of another it is shown at all."""

    number: int
    name: str
    kind: str
    label: str
    hint: str
    choices: list[str]
    is_required: bool
    when: str
    bounds: str
    line: str


@dataclass(frozen=True)
class Part:
    title: str
    asked: list[Asked]


def languages_of(questions: dict[str, Any]) -> list[str]:
    """Chinese first, then the others as they come."""
    found = {code: None for each in questions["questions"] for code in each.get("label", {})}
    return sorted(found, key=lambda code: code != "zh")


def preview(questions: dict[str, Any], language: str) -> list[Part]:
    by_name = {each["name"]: each for each in questions["questions"]}
    parts: list[Part] = []
    number = 0
    for question in questions["questions"]:
        title = said(question.get("group", {}), language)
        if not parts or parts[-1].title != title:
            parts.append(Part(title, []))
        if question["type"] != "note":
            number += 1
        parts[-1].asked.append(_asked(question, number, by_name, language))
    return parts


def said(words: dict[str, str], language: str) -> str:
    """In the language, else in Chinese, else in whichever there is."""
    return words.get(language) or words.get("zh") or next(iter(words.values()), "")


def _asked(
    question: Question, number: int, by_name: dict[str, Question], language: str
) -> Asked:
    return Asked(
        number=number,
        name=question["name"],
        kind=question["type"],
        label=said(question.get("label", {}), language),
        hint=said(question.get("hint", {}), language),
        choices=[
            said(each["label"], language) or each["name"]
            for each in question.get("choices", [])
        ],
        is_required=question.get("required", False),
        when=_when(question, by_name, language),
        bounds=" · ".join(_bounds(question)),
        line=question.get("line", ""),
    )


def _when(question: Question, by_name: dict[str, Question], language: str) -> str:
    told = question.get("relevant")
    other = by_name.get(told["question"]) if told else None
    if told is None or other is None:
        return str(question.get("relevant_xpath", ""))
    chosen = next(
        (said(each["label"], language) for each in other.get("choices", [])
         if each["name"] == told["is"]),
        told["is"],
    )  # fmt: skip
    label = said(other.get("label", {}), language) or other["name"]
    return _("Shown when “%(question)s” is “%(answer)s”.") % {
        "question": label, "answer": chosen,
    }  # fmt: skip


def _bounds(question: Question) -> Iterator[str]:
    if "min" in question:
        yield _("at least %(least)s") % {"least": question["min"]}
    if "max" in question:
        yield _("at most %(most)s") % {"most": question["max"]}
    if "constraint_xpath" in question and not {"min", "max"} & question.keys():
        yield question["constraint_xpath"]

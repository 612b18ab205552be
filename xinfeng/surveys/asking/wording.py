"""What could be asked better: warnings beside a questionnaire, never refusals.

A double-barrelled, leading or muddled question gives numbers that mean nothing, however well
the sample was drawn. Each remark says what it found and how to put it better.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext as _

from xinfeng.base.words import Words

from . import phrases
from .bank import Bank, Block, Kind, Option, Question, Scale

# Signs of a Chinese question that is heard once, and words of an English one.
LONGEST_ZH = 40
LONGEST_EN = 30
MOST_STEPS = 7
# Beyond it people begin to answer anything.
LONGEST_SECONDS = 300
_SIGNS_A_SECOND = 4
_SECONDS_TO_CHOOSE = 4


class About(StrEnum):
    WHOLE = "whole"
    SCALE = "scale"
    BLOCK = "block"
    QUESTION = "question"


@dataclass(frozen=True)
class Remark:
    """One thing that could be better: of the whole, or of the part with this code."""

    about: About
    code: str
    sign: str
    what: str
    better: str


def seconds(bank: Bank) -> int:
    """How long it takes to read and answer everything, roughly."""
    signs = sum(len(each.text.zh) for each in bank.questions.values())
    return signs // _SIGNS_A_SECOND + _SECONDS_TO_CHOOSE * len(bank.questions)


def remarks(bank: Bank) -> list[Remark]:
    """All remarks, in the order of the document: the whole, its scales, its questions."""
    found = [*_of_whole(bank)]
    for scale in bank.scales.values():
        found += _of_scale(bank, scale)
    for block in bank.blocks:
        found += _of_block(block)
        for question in block.questions:
            found += _of_question(bank, question)
    return found


def _of_whole(bank: Bank) -> Iterator[Remark]:
    yield from _no_english(About.WHOLE, "", [bank.title, bank.welcome, bank.thanks])
    if seconds(bank) > LONGEST_SECONDS:
        minutes = round(seconds(bank) / 60)
        yield Remark(
            About.WHOLE, "", "long",
            _("It takes about %(minutes)s minutes.") % {"minutes": minutes},
            _("After five minutes people begin to answer anything: leave some questions out."),
        )  # fmt: skip


def _of_scale(bank: Bank, scale: Scale) -> Iterator[Remark]:
    yield from _no_english(About.SCALE, scale.code, [each.text for each in scale.options])
    upper = sum(each.satisfied for each in scale.steps)
    lower = len(scale.steps) - upper
    if abs(upper - lower) > 1:
        yield Remark(
            About.SCALE, scale.code, "unbalanced",
            _("%(upper)s steps count as satisfied, %(lower)s do not.")
            % {"upper": upper, "lower": lower},
            _("Offer about as many of either, or the scale itself decides the result."),
        )  # fmt: skip
    if len(scale.steps) > MOST_STEPS:
        yield Remark(
            About.SCALE, scale.code, "steps",
            _("The scale has %(count)s steps.") % {"count": len(scale.steps)},
            _("Nobody tells more than seven apart; five are usual."),
        )  # fmt: skip
    if not any(each.no_opinion for each in scale.options):
        yield _cannot_say(About.SCALE, scale.code)
    if not any(each.scale == scale.code for each in bank.questions.values()):
        yield Remark(
            About.SCALE, scale.code, "unused", _("No question uses this scale."),
            _("Use it, or remove it."),
        )  # fmt: skip


def _of_block(block: Block) -> Iterator[Remark]:
    yield from _no_english(About.BLOCK, block.code, [block.title])


def _of_question(bank: Bank, question: Question) -> Iterator[Remark]:
    own = () if question.scale else question.options
    said = [question.text, question.hint or Words("", ""), *(each.text for each in own)]
    yield from _no_english(About.QUESTION, question.code, said)
    for sign, found in _of_text(question):
        what, better = _told(sign, found)
        yield Remark(About.QUESTION, question.code, sign, what, better)
    if _wants_cannot_say(bank, question):
        yield _cannot_say(About.QUESTION, question.code)


def _of_text(question: Question) -> Iterator[tuple[str, str]]:
    """Signs of trouble with the words that show them; each sign once, Chinese first."""
    zh, en = question.text.zh, question.text.en
    seen: set[str] = set()
    for sign, look_zh, look_en in phrases.SIGNS:
        if sign == "double" and question.kind is not Kind.SCALE:
            # Choices may enumerate; a scale judges one thing.
            continue
        found = look_zh(zh) or look_en(en)
        if found and sign not in seen:
            seen.add(sign)
            yield sign, found
    if len("".join(zh.split())) > LONGEST_ZH:
        yield "long", str(len("".join(zh.split())))
    elif len(en.split()) > LONGEST_EN:
        yield "long", str(len(en.split()))


def _told(sign: str, found: str) -> tuple[str, str]:
    words = {"found": found}
    match sign:
        case "double":
            return (
                _("It asks two things at once: “%(found)s”.") % words,
                _("Make two questions of it: whoever likes one only cannot answer."),
            )
        case "leading":
            return (
                _("It leads to an answer: “%(found)s”.") % words,
                _("Ask without praise or blame: How satisfied are you with …?"),
            )
        case "negatives":
            return (
                _("It denies twice: “%(found)s”.") % words,
                _("Say it without “not”, so that yes means yes."),
            )
        case "absolute":
            return (
                _("It leaves no middle: “%(found)s”.") % words,
                _("Ask how often or how much, or leave the word out."),
            )
        case "jargon":
            return (
                _("Not everybody knows the term: “%(found)s”.") % words,
                _("Say it as people say it at home."),
            )
        case _:
            return (
                _("It is long: %(found)s signs or words.") % words,
                _("Up to 40 Chinese signs are understood when heard once."),
            )


def _wants_cannot_say(bank: Bank, question: Question) -> bool:
    """Whoever sees nothing that fits chooses anything; facts like sex and age always fit."""
    if question.kind not in (Kind.ONE, Kind.SEVERAL):
        return False
    known = {*(bank.margins or {}).values(), *(each.question for each in bank.screening)}
    yes_or_no = question.kind is Kind.ONE and len(question.options) == 2
    return question.code not in known and not yes_or_no and not _has_way_out(question.options)


def _has_way_out(options: tuple[Option, ...]) -> bool:
    return any(each.no_opinion or phrases.way_out(each.text) for each in options)


def _cannot_say(about: About, code: str) -> Remark:
    return Remark(
        about, code, "cannot_say", _("“Cannot say” is not among the answers."),
        _("Add it: whoever has no opinion would invent one."),
    )  # fmt: skip


def _no_english(about: About, code: str, said: list[Words]) -> Iterator[Remark]:
    missing = [each.zh for each in said if each.zh and not each.en]
    if missing:
        yield Remark(
            about, code, "english",
            _("English is missing: “%(found)s”.") % {"found": missing[0].splitlines()[0]}
            if len(missing) == 1
            else _("English is missing in %(count)s texts.") % {"count": len(missing)},
            _("Add it, or people who read English see Chinese."),
        )  # fmt: skip

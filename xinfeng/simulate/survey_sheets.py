"""Answers of people who live near each other and are alike in that: sheets of one sample.

How content people are with what is ours to invent, question by question; only what the city has
stated of all in all is met afterwards (`survey_meeting`). Whoever is content with one thing is
rather content with the others, and neighbours share much of it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from xinfeng.surveys.asking import Bank, Kind, Option, Question, checked
from xinfeng.surveys.asking.flow import ARRANGEMENTS

from .copy_binary import Flags
from .ground import Floats, Ints

# Satisfied in the last year, of those with an opinion; the others: `_USUAL`.
_SATISFIED = {
    "overall": 0.985, "estate": 0.862, "safety": 0.988, "hotline": 0.79, "culture_sport": 0.917,
    "clean_government": 0.947, "volunteering": 0.962, "support": 0.951, "parents": 0.934,
    "minors": 0.953, "core_values": 0.929,
}  # fmt: skip
_USUAL = 0.93
# How much less, in logits, in earlier years.
_EARLIER = {2019: 0.75, 2020: 0.25}
# What people share with their community, and what is their own.
_NEAR, _OWN = 0.4, 0.9
# Those open to all on the web come with a complaint more often.
OPEN_SHIFT = -0.9
_BLANK, _NO_OPINION = 0.012, 0.035
_BEST, _WORST = 0.52, 0.2
_SEX = {"f": 0.51, "m": 0.49}
# How many give the first answer to a question that leads to others.
_FIRST = {"used_hotline": 0.27, "schoolchild": 0.38}
_LANGUAGES = ("zh", "en")
_ENGLISH = 0.004


@dataclass(frozen=True)
class Sheets:
    """One row for each sheet."""

    answers: list[dict[str, Any]]
    arrangement: Ints
    is_complete: Flags
    language: list[str]

    def __len__(self) -> int:
        return len(self.answers)


def made(
    bank: Bank, year: int, community: Ints, is_complete: Flags, rng: np.random.Generator,
    shift: float = 0.0,
) -> Sheets:  # fmt: skip
    """`community`: a number for each sheet; people of one share something."""
    n = len(community)
    near = rng.normal(0, _NEAR, int(community.max(initial=0)) + 1)[community]
    latent = near + rng.normal(0, _OWN, n)
    columns = {
        question.code: _column(bank, question, year, latent, shift, rng)
        for question in bank.questions.values()
        if question.kind is not Kind.TEXT
    }
    said = [
        {code: column[row] for code, column in columns.items() if column[row] is not None}
        for row in range(n)
    ]
    for row in np.flatnonzero(~is_complete).tolist():
        _broken_off(said[row], bank, int(rng.integers(1, max(2, len(columns) // 2))))
    language = [_LANGUAGES[int(each)] for each in rng.random(n) < _ENGLISH]
    answers = [checked(bank, each)[0] for each in said]
    return Sheets(answers, rng.integers(0, ARRANGEMENTS, n), is_complete, language)


def copied(sheets: Sheets, rows: Ints, rng: np.random.Generator) -> None:
    """Somebody who filled in a few sheets, and the others from them."""
    if len(rows) < 4:
        return
    few = rows[: max(1, len(rows) // 8)]
    for row in rows[len(few) :].tolist():
        sheets.answers[row] = dict(sheets.answers[int(rng.choice(few))])


def _column(
    bank: Bank, question: Question, year: int, latent: Floats, shift: float,
    rng: np.random.Generator,
) -> Sequence[Any]:  # fmt: skip
    n = len(latent)
    if question.kind is Kind.SCALE:
        return _rated(question, year, latent, shift, rng)
    if question.kind is Kind.NUMBER:
        low, high = question.lowest or 0, question.highest or 100
        return [int(each) for each in rng.integers(low, high + 1, n)]
    shares = _shares(bank, question)
    options = [each.code for each in question.options]
    if question.kind is Kind.ONE:
        return [options[each] for each in rng.choice(len(options), n, p=shares).tolist()]
    most = question.most or len(options)
    picked = rng.random((n, len(options))).argsort(axis=1)
    count = rng.integers(1, most + 1, n)
    return [
        [options[k] for k in sorted(row[:size])]
        for row, size in zip(picked.tolist(), count.tolist(), strict=True)
    ]


def _shares(bank: Bank, question: Question) -> Floats:
    """Of the options of a choice: sexes as they are, others fewer and fewer down the list."""
    options = question.options
    margin = {of: name for name, of in (bank.margins or {}).items()}.get(question.code)
    asked = asked_of(bank, question.code)
    found = 0.75 ** np.arange(len(options))
    if margin is not None:
        found = np.array([share_of(margin, asked, each) for each in options])
    elif question.code in _FIRST:
        first = _FIRST[question.code]
        found = np.array([first, *[(1 - first) / (len(options) - 1)] * (len(options) - 1)])
    silent = [0.1 if each.no_opinion else 1.0 for each in options]
    found = found * silent * [each in asked for each in options]
    return np.asarray(found / found.sum(), np.float64)


def asked_of(bank: Bank, code: str) -> tuple[Option, ...]:
    """The answers of those who are asked further: nobody else gives a sheet."""
    options = bank.questions[code].options
    among = [set(each.among) for each in bank.screening if each.question == code]
    return tuple(each for each in options if all(each.code in one for one in among))


def share_of(margin: str, options: Sequence[Option], option: Option) -> float:
    """Of all adults; ages by how many classes there are, the middle ones larger."""
    if margin == "sex":
        return _SEX.get(option.code, 0.01)
    if option not in options:
        return 0.0
    place, width = options.index(option), len(options)
    return (1.3 if 0 < place < width - 1 else 0.9) / width


def _rated(
    question: Question, year: int, latent: Floats, shift: float, rng: np.random.Generator
) -> Sequence[Any]:
    n = len(latent)
    rate = _SATISFIED.get(question.code, _USUAL)
    level = np.log(rate / (1 - rate)) - _EARLIER.get(year, 0.0) + shift
    chance = 1 / (1 + np.exp(-(_centred(level, latent) + latent)))
    is_good = rng.random(n) < chance
    said = np.where(is_good, _step(_good(question), _BEST, rng, n), "")
    said = np.where(is_good, said, _step(_bad(question), 1 - _WORST, rng, n))
    silent = [each.code for each in question.options if each.no_opinion]
    drawn = rng.random(n)
    found: list[str | None] = said.tolist()
    for row in np.flatnonzero(drawn < _BLANK + _NO_OPINION).tolist():
        gives = silent and drawn[row] >= _BLANK
        found[row] = silent[0] if gives else None
    if question.required:
        return [silent[0] if each is None and silent else each for each in found]
    return found


def _centred(level: float, latent: Floats) -> float:
    """What to add to everybody's own, so that the mean chance is the one meant."""
    wanted, low, high = 1 / (1 + np.exp(-level)), level - 4.0, level + 4.0
    for _step_on in range(40):
        middle = (low + high) / 2
        if (1 / (1 + np.exp(-(middle + latent)))).mean() < wanted:
            low = middle
        else:
            high = middle
    return float((low + high) / 2)


def _good(question: Question) -> list[str]:
    return [each.code for each in question.options if each.satisfied]


def _bad(question: Question) -> list[str]:
    return [e.code for e in question.options if not e.satisfied and not e.no_opinion]


def _step(codes: list[str], first: float, rng: np.random.Generator, n: int) -> Any:
    """The first so often, and each further one as often of what is left."""
    shares = np.array([first * (1 - first) ** k for k in range(len(codes))])
    return np.array(codes)[rng.choice(len(codes), n, p=shares / shares.sum())]


def turned(question: Question, answer: str) -> str:
    """The nearest answer on the other side: just satisfied, or just not."""
    good = _good(question)
    return _bad(question)[0] if answer in good else good[-1]


def is_satisfied(question: Question, answers: Mapping[str, Any]) -> bool | None:
    """None: blank, or no opinion."""
    said = answers.get(question.code)
    option = next((each for each in question.options if each.code == said), None)
    return None if option is None or option.no_opinion else option.satisfied


def _broken_off(said: dict[str, Any], bank: Bank, after: int) -> None:
    for code in list(bank.questions)[after:]:
        said.pop(code, None)

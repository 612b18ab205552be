"""The same answer to everything, and the same answer from everybody."""

import numpy as np

from xinfeng.surveys.estimates.labels import Floats, Ints

from .chance import as_many_of
from .sheets import BLANK, Kind, Sheets, Sign

# The same answer to two questions is no line yet.
LEAST = 3


def straight_lined(sheets: Sheets) -> Sign:
    """Sheets with one answer to all questions (Herzog and Bachman 1981, POQ 45).

    By chance: if each question were answered on its own, as often as all answered it. Whoever
    is content is so with much, so more than that is normal and no test is made of it; see which
    surveyors have more than others by `surveyor_effect`.
    """
    answered = (sheets.answers != BLANK).sum(axis=1)
    used = np.flatnonzero(answered >= LEAST)
    if not len(used):
        return Sign(Kind.STRAIGHT, 0, 0, None, None, ())
    rows = used[is_straight(sheets)[used]]
    answers = sheets.answers[used]
    shares = _shares(answers)
    expected = np.zeros(len(used))
    for share in shares:
        # A blank fits any line.
        expected += np.where(answers == BLANK, 1.0, share).prod(axis=1)
    return Sign(
        Kind.STRAIGHT, len(rows), len(used), float(expected.sum()), None,
        tuple(int(row) for row in rows),
    )  # fmt: skip


def is_straight(sheets: Sheets) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    known = sheets.answers != BLANK
    high = sheets.answers.max(axis=1)
    low = np.where(known, sheets.answers, np.iinfo(np.int64).max).min(axis=1)
    return np.asarray((known.sum(axis=1) >= LEAST) & (low == high))


def all_alike(sheets: Sheets, question: int, least: int = 5) -> Sign:
    """Communities in which everybody gave the same answer; `rows` are communities.

    By chance: as often as independent answers with the shares of their block would agree.
    Neighbours are somewhat alike by nature, so a few more are no alarm.
    """
    answers = sheets.answers[:, question]
    alike, chances = [], []
    for community in np.unique(sheets.community):
        inside = (sheets.community == community) & (answers != BLANK)
        count = int(inside.sum())
        if count < least:
            continue
        block = sheets.block[np.flatnonzero(inside)[0]]
        around = answers[(sheets.block == block) & (answers != BLANK)]
        chances.append(float((_frequencies(around) ** count).sum()))
        if len(np.unique(answers[inside])) == 1:
            alike.append(int(community))
    if not chances:
        return Sign(Kind.ALIKE, 0, 0, None, None, ())
    return Sign(
        Kind.ALIKE, len(alike), len(chances), sum(chances),
        as_many_of(len(alike), np.array(chances)), tuple(alike),
    )  # fmt: skip


def _shares(answers: Ints) -> Floats:
    """Of each answer the share that each question got: answers × questions."""
    width = int(answers.max()) + 1
    counts = np.stack([np.bincount(c[c != BLANK], minlength=width) for c in answers.T], axis=1)
    found: Floats = counts / np.maximum(counts.sum(axis=0), 1)
    return found


def _frequencies(answers: Ints) -> Floats:
    counts = np.bincount(answers)
    found: Floats = counts / counts.sum()
    return found

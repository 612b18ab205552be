"""Answers that could be told from all others are made coarse before anything is estimated.

After the close everybody may work out which communities were drawn, and neighbours know who
was asked. A sheet is then known by sex and age if nobody else of its stratum and chance shares
them. Its age is left blank, and where that is not enough its sex: for the published numbers
too, so that what is given out repeats them exactly.
"""

from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from .rows import Inputs, Sheet


def coarsened(inputs: Inputs) -> tuple[Inputs, dict[str, int]]:
    """The inputs to estimate from, and of how many sheets which margin was left blank."""
    margins = inputs.bank.margins or {}
    steps = [margins[name] for name in ("age", "sex") if name in margins]
    place = places(inputs)
    sheets = list(inputs.sheets)
    told: dict[str, int] = {}
    for question in steps:
        alone = _alone(sheets, place, steps)
        hidden = [row for row in alone if sheets[row].answers.get(question) is not None]
        for row in hidden:
            sheets[row] = _without(sheets[row], question)
        told[question] = len(hidden)
    return replace(inputs, sheets=sheets), told


def places(inputs: Inputs) -> Mapping[str, Hashable]:
    """What an outsider can tell of a community: its stratum, and its households' chance."""
    return {
        each.code: (each.stratum, each.chance * Fraction(each.taken, each.households))
        for each in inputs.communities
    }


def _alone(
    sheets: Sequence[Sheet], place: Mapping[str, Hashable], steps: Sequence[str]
) -> list[int]:
    cells = [
        (place.get(each.community, each.county), *(each.answers.get(q) for q in steps))
        for each in sheets
    ]
    found = Counter(cells)
    return [row for row, cell in enumerate(cells) if found[cell] == 1]


def _without(sheet: Sheet, question: str) -> Sheet:
    left = {code: said for code, said in sheet.answers.items() if code != question}
    return replace(sheet, answers=left)

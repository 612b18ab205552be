"""What the city has stated of itself is met: the fewest answers are changed that do it.

The weights are made by the program's own estimator from the same rows that it will read again;
answers to the question are no part of them, so changing a few leaves them as they are.
"""

import numpy as np

from xinfeng.surveys.estimating import Inputs, Settings, weigh
from xinfeng.surveys.estimating.rows import COUNTY

from . import survey_sheets
from .copy_binary import Flags
from .ground import Floats, Ints
from .survey_sheets import Sheets

# Well inside what is rounded to the tenth of a percent.
_NEAR, _ENOUGH = 0.0001, 0.0004


def meet(sheets: Sheets, rows: Ints, inputs: Inputs, stated: float, fixed: Flags) -> None:
    """`rows` are the sheets of the inputs, in their order; `fixed` ones are left alone."""
    question = inputs.bank.questions[inputs.bank.headline]
    margins = (COUNTY, *sorted(inputs.bank.margins or {}))
    weights = weigh(inputs, Settings(margins=margins)).design.weights
    told = [survey_sheets.is_satisfied(question, sheets.answers[row]) for row in rows.tolist()]
    rated = np.array([each is not None for each in told])
    good = np.array([bool(each) for each in told])
    wanted = _wanted(weights * rated, good, rated & ~fixed[rows], stated)
    for place in np.flatnonzero(wanted != good).tolist():
        answers = sheets.answers[int(rows[place])]
        answers[question.code] = survey_sheets.turned(question, answers[question.code])


def _wanted(weights: Floats, good: Flags, free: Flags, stated: float) -> Flags:
    """Who has to be satisfied: answers are turned, the heaviest first, until it is so many."""
    whole, found = float(weights.sum()), good.copy()
    gap = stated - float(weights[found].sum()) / whole
    while abs(gap) > _NEAR:
        tried = found.copy()
        step = np.where(found, -weights, weights) / whole
        for place in _best(step, free, gap):
            tried[place] = not tried[place]
        nearer = stated - float(weights[tried].sum()) / whole
        if abs(nearer) >= abs(gap):
            break
        found, gap = tried, nearer
    if abs(gap) > _ENOUGH:
        raise ArithmeticError(f"no answers of this sample bring its share to {stated}")
    return found


def _best(step: Floats, free: Flags, gap: float) -> tuple[int, ...]:
    """The one that goes furthest without going past, or the pair that comes nearest."""
    rows = np.flatnonzero(free)
    ahead = rows[(step[rows] * gap > 0) & (np.abs(step[rows]) <= abs(gap) + _NEAR)]
    if len(ahead):
        return (int(ahead[np.abs(step[ahead]).argmax()]),)
    # One forth and one back: what is left of both is small.
    back, forth = rows[step[rows] < 0], rows[step[rows] > 0]
    if not len(back) or not len(forth):
        return ()
    both = step[back][:, None] + step[forth][None, :]
    first, second = np.unravel_index(int(np.abs(both - gap).argmin()), both.shape)
    return int(back[first]), int(forth[second])

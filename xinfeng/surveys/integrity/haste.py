"""Interviews too short to have been held, at the same time as another, or timed afterwards."""

from math import log

import numpy as np
from scipy.special import ndtr

from .chance import as_many
from .sheets import Kind, Sheets, Sign

# Faster than half of the median, as in Greszki, Meyer and Schoen (2015), POQ 79.
FAST = 0.5
# The quartiles of a normal distribution stand so many standard deviations apart.
QUARTILES = 1.349
ROUND_MINUTES = 5


def speeders(sheets: Sheets, fast: float = FAST) -> Sign:
    """Sheets done in less than a part of the median time.

    By chance: so many as logarithms of times would bring that are normal with the median and
    the quartiles seen, which a few speeders do not move.
    """
    known = np.flatnonzero(sheets.seconds > 0)
    if len(known) < 2:
        return Sign(Kind.SPEEDER, 0, len(known), None, None, ())
    logs = np.log(sheets.seconds[known])
    low, middle, high = np.quantile(logs, (0.25, 0.5, 0.75))
    rows = known[logs < middle + log(fast)]
    spread = (high - low) / QUARTILES
    rate = float(ndtr(log(fast) / spread)) if spread > 0 else 0.0
    return Sign(
        Kind.SPEEDER, len(rows), len(known), rate * len(known),
        as_many(len(rows), len(known), rate), tuple(int(row) for row in rows),
    )  # fmt: skip


def overlapping(sheets: Sheets) -> Sign:
    """Interviews begun before the same surveyor's one before had ended: chance brings none."""
    known = np.flatnonzero(sheets.ended >= sheets.started)
    order = known[np.lexsort((sheets.started[known], sheets.surveyor[known]))]
    rows, latest = [], -np.inf
    for place, row in enumerate(order):
        same = place > 0 and sheets.surveyor[row] == sheets.surveyor[order[place - 1]]
        if same and sheets.started[row] < latest:
            rows.append(int(row))
        latest = max(latest, sheets.ended[row]) if same else sheets.ended[row]
    return Sign(Kind.OVERLAP, len(rows), len(known), 0.0, None, tuple(rows))


def round_times(sheets: Sheets) -> Sign:
    """Beginnings on a minute that ends in 0 or 5: a fifth by the clock, more from memory.

    Only where people write the time themselves; a phone's clock knows no round minutes. Times
    count from a full hour.
    """
    known = np.flatnonzero(~np.isnan(sheets.started))
    minutes = np.floor(sheets.started[known] / 60).astype(np.int64)
    rows = known[minutes % ROUND_MINUTES == 0]
    rate = 1 / ROUND_MINUTES
    return Sign(
        Kind.ROUND_TIME, len(rows), len(known), rate * len(known),
        as_many(len(rows), len(known), rate), tuple(int(row) for row in rows),
    )  # fmt: skip

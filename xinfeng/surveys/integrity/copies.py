"""Sheets that are the same in every answer.

People who are content with everything fill in the same sheet honestly, so not sameness counts
but more of it on one surveyor's sheets than when these are dealt out anew among colleagues. Kin
to Kuriakose and Robbins (2016), "Don't get duped", Statistical Journal of the IAOS 32, without
their fixed limit of 85 %, which Simmons and others (2016) showed to accuse the honest.
"""

import numpy as np

from xinfeng.surveys.estimates.labels import Floats, Ints

from .chance import at_least, by_shuffling
from .sheets import BLANK, Kind, Sheets, Sign

# Sheets with fewer answers are alike because they are empty.
LEAST = 5


def identical(sheets: Sheets, seed: int, least: int = LEAST) -> Sign:
    """Pairs of the same surveyor's sheets that agree in every answer, blanks too."""
    used = np.flatnonzero((sheets.answers != BLANK).sum(axis=1) >= least)
    surveyor, block = sheets.surveyor[used], sheets.block[used]
    if not len(used):
        return Sign(Kind.IDENTICAL, 0, 0, None, None, ())
    _, group = np.unique(sheets.answers[used], axis=0, return_inverse=True)
    group = group.reshape(-1)
    width = int(surveyor.max()) + 1

    def pairs(labels: Ints) -> Floats:
        counts = np.unique(group * width + labels, return_counts=True)[1]
        return np.array([(counts * (counts - 1)).sum() / 2])

    observed, sizes = int(pairs(surveyor)[0]), np.bincount(surveyor)
    shuffled = by_shuffling(pairs, surveyor, block, seed)
    _, place, counts = np.unique(
        group * width + surveyor, return_inverse=True, return_counts=True
    )
    rows = used[counts[place.reshape(-1)] > 1]
    return Sign(
        Kind.IDENTICAL, observed, int((sizes * (sizes - 1)).sum() // 2),
        None if shuffled is None else float(shuffled.mean()),
        None if shuffled is None else at_least(observed, shuffled[:, 0]),
        tuple(int(row) for row in rows),
    )  # fmt: skip

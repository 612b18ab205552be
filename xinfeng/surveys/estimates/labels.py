"""Labels as numbers: every column of names becomes 0, 1, 2 … once, and sums go by number."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Labels = Sequence[Any] | NDArray[Any]
# A table of counts up to this many times the rows is quicker than sorting them.
WIDTH = 4


def coded(labels: Labels) -> tuple[Ints, list[Any]]:
    """The number of each label, and the labels by number, sorted."""
    values = np.asarray(labels)
    if np.issubdtype(values.dtype, np.integer):
        codes, present = compact(values.astype(np.int64))
        return codes, present.tolist()
    if np.issubdtype(values.dtype, np.floating):
        numbers, codes = np.unique(values, return_inverse=True)
        return codes.reshape(-1).astype(np.int64), numbers.tolist()
    # A dictionary is several times as quick as sorting a million texts.
    texts = [str(value) for value in values.tolist()]
    names = sorted(set(texts))
    rank = {name: code for code, name in enumerate(names)}
    return np.fromiter((rank[text] for text in texts), np.int64, len(texts)), names


def compact(keys: Ints) -> tuple[Ints, Ints]:
    """The rank of each key among those present, and the keys present, in order."""
    low = int(keys.min())
    width = int(keys.max()) - low + 1
    if width > WIDTH * len(keys) + 1024:
        present, codes = np.unique(keys, return_inverse=True)
        return codes.reshape(-1).astype(np.int64), present
    there = np.zeros(width, dtype=bool)
    there[keys - low] = True
    rank = np.cumsum(there) - 1
    return rank[keys - low], np.flatnonzero(there) + low


def blank(labels: Labels) -> NDArray[np.bool_]:
    """Where a label is missing: None, NaN or an empty text."""
    values = np.asarray(labels)
    if values.dtype == object:
        told = [value is None or value != value or value == "" for value in values]
        return np.array(told, dtype=np.bool_)
    if np.issubdtype(values.dtype, np.floating):
        return np.asarray(np.isnan(values), dtype=np.bool_)
    if values.dtype.kind in "US":
        return np.asarray(values == "", dtype=np.bool_)
    return np.zeros(len(values), dtype=bool)


def first_of(codes: Ints, count: int) -> Ints:
    """A row in which each number stands."""
    rows = np.zeros(count, dtype=np.int64)
    rows[codes] = np.arange(len(codes))
    return rows


def added(codes: Ints, amounts: Floats, count: int) -> Floats:
    """The amounts added up by number."""
    # NumPy's types forget that weighted counts are floats.
    return np.asarray(np.bincount(codes, amounts, count), dtype=np.float64)


def sums(codes: Ints, matrix: Floats, count: int) -> Floats:
    """Rows of the matrix added up by number."""
    columns = [added(codes, column, count) for column in matrix.T]
    return np.stack(columns, axis=1) if columns else np.zeros((count, 0))

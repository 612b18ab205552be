"""A standard as a workbook that an office reads and changes, out and in again.

One sheet a kind of thing, one row a thing; what a line has many of (types of points, units,
amounts of its rule) stands on sheets of its own, a row each. The values are those of the
document; the checks are those of its reader, told by sheet, row and column.
"""

from .taking_in import BadCell, Draft, taken_in
from .writing import workbook

__all__ = ["BadCell", "Draft", "taken_in", "workbook"]

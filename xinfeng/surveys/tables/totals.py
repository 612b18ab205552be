"""A table of how many adults of each kind there are, as counted elsewhere."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from xinfeng.base import previews
from xinfeng.base.previews import lines
from xinfeng.base.table_cells import Cells

from .columns import MARGINS, TOTALS, said_rows
from .frames import whole

NEEDED = ("margin", "key", "people")
MOST_PEOPLE = 2_000_000_000
_CODE = re.compile(r"[a-z0-9_]{1,30}")


@dataclass(frozen=True)
class Total:
    margin: str
    key: str
    people: int
    source: str
    # Of a total that the frame has already.
    known_id: int | None = None
    differs: bool = True


def read_totals(
    data: bytes, counties: Mapping[str, int], known: Mapping[tuple[str, str], tuple[int, int]]
) -> previews.Preview[Total]:
    """`counties` of the frame by code and by name; `known` totals, each with id and people."""
    result: previews.Preview[Total] = previews.Preview()
    seen: dict[tuple[str, str], int] = {}
    for cells in lines(data, TOTALS, NEEDED, result.problems):
        before = len(result.problems)
        row = _row(cells, counties, known, seen)
        if row is not None and len(result.problems) == before:
            result.rows.append(row)
    return result


def totals_in(
    rows: Sequence[Mapping[str, str]],
    counties: Mapping[str, int],
    known: Mapping[tuple[str, str], tuple[int, int]],
) -> previews.Preview[Total]:
    """The same of rows that no table holds."""
    result: previews.Preview[Total] = previews.Preview()
    seen: dict[tuple[str, str], int] = {}
    for cells in said_rows(rows, TOTALS, result.problems):
        row = _row(cells, counties, known, seen)
        if row is not None:
            result.rows.append(row)
    return result


def _row(
    cells: Cells,
    counties: Mapping[str, int],
    known: Mapping[tuple[str, str], tuple[int, int]],
    seen: dict[tuple[str, str], int],
) -> Total | None:
    margin = _coded(cells, "margin", MARGINS)
    key = _county(cells, counties) if margin == "county" else _coded(cells, "key", {})
    people = whole(cells, "people", MOST_PEOPLE)
    source = cells.text("source", most=200)
    if not margin or not key or people is None:
        return None
    first = seen.setdefault((margin, key), cells.number)
    if first != cells.number:
        cells.wrong("key", _("This stands in row %(row)s already.") % {"row": first})
    total_id, before = known.get((margin, key), (None, None))
    if total_id is not None and before != people:
        cells.wrong(
            "people",
            _("The frame says %(people)s already, and a frame never changes.")
            % {"people": before},
            _("Take the list in again as a new frame."),
        )
    return Total(margin, key, people, source, total_id, total_id is None)


def _coded(cells: Cells, column: str, words: Mapping[str, str]) -> str:
    said = cells.text(column, required=True, most=30)
    code = words.get(said, said)
    if said and not _CODE.fullmatch(code):
        cells.wrong(
            column,
            _("“%(value)s” is no code of the questionnaire.") % {"value": said},
            _("Write the code that the question or its option has there."),
        )
        return ""
    return code


def _county(cells: Cells, counties: Mapping[str, int]) -> str:
    said = cells.text("key", required=True, most=30)
    county = counties.get(said)
    if said and county is None:
        cells.wrong("key", _("The frame has no such county."))
    return "" if county is None else str(county)

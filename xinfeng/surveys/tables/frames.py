"""A table of communities with their households."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from xinfeng.base import previews
from xinfeng.base.codes import Level, level_of
from xinfeng.base.previews import lines
from xinfeng.base.table_cells import Cells
from xinfeng.places.told_divisions import ToldDivisions, told_in

from .columns import FRAME, URBAN, said_rows

NEEDED = ("area", "households")
# More than any community has; a slip of the pen shows at once.
MOST_HOUSEHOLDS = 100_000


@dataclass(frozen=True)
class Listed:
    """A community as the table tells it; all rows of a frame are new."""

    division_id: int
    is_urban: bool
    households: int
    name: str = ""
    known_id: None = None
    differs: bool = True


def read_frame(
    data: bytes, span: tuple[int, int], as_of: date | None
) -> previews.Preview[Listed]:
    """Two queries, whatever the length of the table; communities outside `span` are refused."""
    result: previews.Preview[Listed] = previews.Preview()
    divisions, seen = ToldDivisions(as_of), dict[int, int]()
    for cells in lines(data, FRAME, NEEDED, result.problems):
        before = len(result.problems)
        row = _row(cells, divisions, seen, span)
        if row is not None and len(result.problems) == before:
            result.rows.append(row)
    return result


def listed_in(
    rows: Sequence[Mapping[str, str]], span: tuple[int, int], as_of: date | None
) -> previews.Preview[Listed]:
    """The same of rows that no table holds: problems name a row by its number from 1."""
    result: previews.Preview[Listed] = previews.Preview()
    divisions, seen = ToldDivisions(as_of), dict[int, int]()
    for cells in said_rows(rows, FRAME, result.problems):
        row = _row(cells, divisions, seen, span)
        if row is not None:
            result.rows.append(row)
    return result


def _row(
    cells: Cells, divisions: ToldDivisions, seen: dict[int, int], span: tuple[int, int]
) -> Listed | None:
    division = divisions.told(cells)
    is_urban = cells.one_of("area", URBAN)
    households = whole(cells, "households", MOST_HOUSEHOLDS)
    if division is None:
        return None
    if level_of(division.pk) is not Level.VILLAGE:
        cells.wrong(told_in(cells), _("A frame lists villages and communities."))
        return None
    if not span[0] <= division.pk < span[1]:
        cells.wrong(told_in(cells), _("This community lies outside the frame’s area."))
    first = seen.setdefault(division.pk, cells.number)
    if first != cells.number:
        cells.wrong(
            told_in(cells),
            _("This community stands in row %(row)s already.") % {"row": first},
            _("Put both rows together."),
        )
    if is_urban is None or households is None:
        return None
    return Listed(division.pk, is_urban, households, division.name)


def whole(cells: Cells, column: str, most: int) -> int | None:
    """A whole number of at least one."""
    said = cells.text(column, required=True, most=20).replace(",", "").removesuffix("户")
    if not said:
        return None
    if not (said.isascii() and said.isdigit()):
        cells.wrong(column, _("This is not a whole number."))
        return None
    number = int(said)
    if not 1 <= number <= most:
        cells.wrong(column, _("A number from 1 to %(most)s is expected here.") % {"most": most})
        return None
    return number

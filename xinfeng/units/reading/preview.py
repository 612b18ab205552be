"""What importing a table would do, whatever the table is about."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from xinfeng.base import tables
from xinfeng.base.sheets import BadTable
from xinfeng.base.table_cells import Cells, Columns, Problem

LARGEST = 8 * 2**20
MOST_ROWS = 20_000


@dataclass(frozen=True)
class Row:
    """One line that is right: what it says, where it counts, and what is known already."""

    number: int
    name: str
    division_id: int
    said: dict[str, Any]
    known_id: int | None = None
    differs: bool = True


@dataclass
class Preview:
    """Rows and problems; with a single problem nothing would be imported."""

    rows: list[Row] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @property
    def new(self) -> int:
        return sum(row.known_id is None for row in self.rows)

    @property
    def changed(self) -> int:
        return sum(row.known_id is not None and row.differs for row in self.rows)

    @property
    def same(self) -> int:
        return len(self.rows) - self.new - self.changed


def lines(
    data: bytes, columns: Columns, needed: Sequence[str], preview: Preview
) -> Iterator[Cells]:
    """Each row of the table to be asked; problems of the whole file are noted at once."""
    try:
        table = tables.read(data, columns, needed)
    except BadTable as error:
        preview.problems.append(Problem(error.row, "", str(error), error.mend))
        return
    if len(table.rows) > MOST_ROWS:
        reason = _("A table may hold at most %(most)s rows.") % {"most": MOST_ROWS}
        preview.problems.append(Problem(table.first, "", reason, _("Split it.")))
        return
    for number, cells in table.rows:
        yield Cells(preview.problems, number, cells, table.titles, columns)

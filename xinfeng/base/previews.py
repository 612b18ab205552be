"""What importing an office's table would do, whatever the table is about."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Generic, Protocol, TypeVar

from django.utils.translation import gettext as _

from . import tables
from .sheets import BadTable
from .table_cells import Cells, Columns, Problem

LARGEST = 8 * 2**20
MOST_ROWS = 20_000


class Told(Protocol):
    """One line that is right: what is known of it already, and whether it changes that."""

    @property
    def known_id(self) -> int | None: ...

    @property
    def differs(self) -> bool: ...


R = TypeVar("R", bound=Told)


@dataclass
class Preview(Generic[R]):
    """Rows and problems; with a single problem nothing would be imported."""

    rows: list[R] = field(default_factory=list)
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
    data: bytes, columns: Columns, needed: Sequence[str], problems: list[Problem]
) -> Iterator[Cells]:
    """Each row of the table to be asked; problems of the whole file are noted at once."""
    try:
        table = tables.read(data, columns, needed)
    except BadTable as error:
        problems.append(Problem(error.row, "", str(error), error.mend))
        return
    if len(table.rows) > MOST_ROWS:
        reason = _("A table may hold at most %(most)s rows.") % {"most": MOST_ROWS}
        problems.append(Problem(table.first, "", reason, _("Split it.")))
        return
    for number, cells in table.rows:
        yield Cells(problems, number, cells, table.titles, columns)

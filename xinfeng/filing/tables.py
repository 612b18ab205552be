"""The table of tasks as a workbook: one row for each line and unit, out and in again."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from xinfeng.base import books, previews
from xinfeng.base.sheets import plain, text
from xinfeng.base.table_cells import Cells, Problem
from xinfeng.inspections import reading
from xinfeng.inspections.models import Standard
from xinfeng.units.models import Unit

from .commands import NewTask
from .models import Part, Task
from .queries import matrix

# Column → title in Chinese, and the English one that is read as well.
_TITLES = {
    "line": ("编号", "Line"),
    "title": ("测评标准", "What is looked at"),
    "method": ("测评方法", "Method"),
    "unit": ("单位编号", "Code of the unit"),
    "unit_name": ("单位名称", "Name of the unit"),
    "part": ("分工", "Part"),
    "due_on": ("截止日期", "File until"),
}
_HEADS = {column: " ".join(titles) for column, titles in _TITLES.items()}
_COLUMNS = {column: (_HEADS[column], *titles) for column, titles in _TITLES.items()}
_NEEDED = ("line", "unit", "part")
_WIDTHS = {"title": 50, "unit_name": 28}
_PARTS = {
    "牵头": Part.LEAD,
    "责任": Part.RESPONSIBLE,
    "lead": Part.LEAD,
    "responsible": Part.RESPONSIBLE,
}
_WRITTEN = {Part.LEAD: "牵头/lead", Part.RESPONSIBLE: "责任/responsible"}


def workbook(standard: Standard) -> bytes:
    """Every line, with a row for each unit it is given to and one row when there is none."""
    return books.table("tasks", _HEADS, _rows(standard), _WIDTHS)


def read(standard: Standard, data: bytes) -> tuple[list[NewTask], list[Problem]]:
    """The tasks of a filled table, or everything that is wrong with it; never both."""
    if len(data) > previews.LARGEST:
        said = _("At most %(most)s MB are read as a table.") % {"most": previews.LARGEST >> 20}
        return [], [Problem(1, "", said)]
    problems: list[Problem] = []
    told = previews.lines(data, _COLUMNS, _NEEDED, problems)
    found = _Reading(standard)
    # A line that nobody was given yet stands there with an empty unit.
    tasks = [found.task(cells) for cells in told if cells.cells.get("unit")]
    return ([], problems) if problems else ([task for task in tasks if task], [])


def _rows(standard: Standard) -> Iterator[dict[str, Any]]:
    for row in matrix(standard):
        line = {
            "line": row.line.code, "title": str(row.line.title), "method": row.line.method,
        }  # fmt: skip
        for task in row.tasks:
            yield line | _given(task)
        if not row.tasks:
            yield line


def _given(task: Task) -> dict[str, str]:
    return {
        "unit": task.unit.code, "unit_name": task.unit.name,
        "part": _WRITTEN[Part(task.part)],
        "due_on": task.due_on.isoformat() if task.due_on else "",
    }  # fmt: skip


class _Reading:
    """One table against the lines and units that are known."""

    def __init__(self, standard: Standard) -> None:
        # Sheets fold Ⅲ to III; so are the codes they are compared with.
        self.lines = {text(code): code for code in reading.tree_of(standard).lines}
        self.units = dict(Unit.objects.active().values_list("code", "pk"))
        self.leads: dict[str, int] = {}

    def task(self, told: Cells) -> NewTask | None:
        before = len(told.problems)
        line, unit, part = (told.cells.get(column, "") for column in _NEEDED)
        if line not in self.lines:
            told.wrong("line", _("The standard has no line “%(code)s”.") % {"code": line})
        if unit not in self.units:
            told.wrong("unit", _("There is no unit “%(code)s”.") % {"code": unit})
        chosen = _PARTS.get(plain(part).split("/")[0])
        if chosen is None:
            told.wrong("part", _("Write 牵头 (lead) or 责任 (responsible)."))
        if chosen == Part.LEAD and self.leads.setdefault(line, told.number) != told.number:
            said = _("Row %(row)s names another lead of this line.")
            told.wrong("part", said % {"row": self.leads[line]})
        due_on = told.day("due_on")
        if len(told.problems) > before or chosen is None:
            return None
        return NewTask(self.lines[line], self.units[unit], chosen, due_on=due_on)

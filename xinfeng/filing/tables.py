"""The table of tasks as a workbook: one row for each line and unit, out and in again."""

import io
from dataclasses import dataclass
from datetime import date

import xlsxwriter
from django.utils.translation import gettext as _

from xinfeng.base.exports import plain
from xinfeng.base.sheets import BadTable, grid
from xinfeng.base.sheets import plain as folded
from xinfeng.base.sheets import text as folded_text
from xinfeng.inspections import reading
from xinfeng.inspections.models import Standard
from xinfeng.units.models import Unit

from .commands import NewTask
from .models import Part, Task
from .queries import matrix

LARGEST = 8 << 20
# Field → title in Chinese, and the English one that is read as well.
_TITLES = {
    "line": ("编号", "Line"),
    "title": ("测评标准", "What is looked at"),
    "method": ("测评方法", "Method"),
    "unit": ("单位编号", "Code of the unit"),
    "unit_name": ("单位名称", "Name of the unit"),
    "part": ("分工", "Part"),
    "due_on": ("截止日期", "File until"),
}
_PARTS = {
    "牵头": Part.LEAD,
    "责任": Part.RESPONSIBLE,
    "lead": Part.LEAD,
    "responsible": Part.RESPONSIBLE,
}
_WRITTEN = {Part.LEAD: ("牵头", "lead"), Part.RESPONSIBLE: ("责任", "responsible")}


@dataclass(frozen=True)
class RowProblem:
    """What is wrong in a row of the table, counted as the sheet counts."""

    row: int
    column: str
    reason: str


def workbook(standard: Standard) -> bytes:
    """Every line, with a row for each unit it is given to and one row when there is none."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet("tasks")
        head = book.add_format({"bold": True, "text_wrap": True, "bottom": 1})
        for column, (zh, en) in enumerate(_TITLES.values()):
            sheet.write_string(0, column, f"{zh} {en}", head)
        number = 1
        for row in matrix(standard):
            given: list[Task | None] = [*row.tasks]
            for task in given or [None]:
                cells = _cells(row.line.code, str(row.line.title), row.line.method, task)
                for column, cell in enumerate(cells):
                    sheet.write_string(number, column, str(plain(cell)))
                number += 1
        sheet.freeze_panes(1, 2)
        sheet.autofilter(0, 0, max(1, number - 1), len(_TITLES) - 1)
        sheet.set_column(1, 1, 50)
        sheet.set_column(4, 4, 28)
    return out.getvalue()


def read(standard: Standard, data: bytes) -> tuple[list[NewTask], list[RowProblem]]:
    """The tasks of a filled table, or everything that is wrong with it; never both."""
    if len(data) > LARGEST:
        said = _("At most %(most)s MB are read as a table.") % {"most": LARGEST >> 20}
        return [], [RowProblem(1, "", said)]
    try:
        rows = grid(data)
    except BadTable as error:
        return [], [RowProblem(error.row, "", f"{error} {error.mend}".strip())]
    reader = _Reader(standard, rows)
    return ([], reader.wrong) if reader.wrong else (reader.tasks, [])


def _cells(code: str, title: str, method: str, task: Task | None) -> list[str]:
    if task is None:
        return [code, title, method, "", "", "", ""]
    due = task.due_on.isoformat() if task.due_on else ""
    return [
        code, title, method, task.unit.code, task.unit.name,
        "/".join(_WRITTEN[Part(task.part)]), due,
    ]  # fmt: skip


class _Reader:
    """One table being read; notes what is wrong by row and goes on."""

    def __init__(self, standard: Standard, rows: list[list[str]]) -> None:
        # Sheets fold Ⅲ to III; so are the codes they are compared with.
        self.lines = {folded_text(code): code for code in reading.tree_of(standard).lines}
        self.units = dict(Unit.objects.active().values_list("code", "pk"))
        self.tasks: list[NewTask] = []
        self.wrong: list[RowProblem] = []
        self.leads: dict[str, int] = {}
        self.columns = _columns(rows[0] if rows else [])
        missing = [name for name in ("line", "unit", "part") if name not in self.columns]
        for name in missing:
            self._note(1, name, _("This column is missing."))
        if not missing:
            for number, row in enumerate(rows[1:], start=2):
                self._row(number, row)

    def _row(self, number: int, row: list[str]) -> None:
        line, unit, part = (self._cell(row, name) for name in ("line", "unit", "part"))
        if not unit:
            return
        before = len(self.wrong)
        if line not in self.lines:
            self._note(
                number, "line", _("The standard has no line “%(code)s”.") % {"code": line}
            )
        if unit not in self.units:
            self._note(number, "unit", _("There is no unit “%(code)s”.") % {"code": unit})
        chosen = _PARTS.get(folded(part).split("/")[0])
        if chosen is None:
            self._note(number, "part", _("Write 牵头 (lead) or 责任 (responsible)."))
        if chosen == Part.LEAD and self.leads.setdefault(line, number) != number:
            said = _("Row %(row)s names another lead of this line.")
            self._note(number, "part", said % {"row": self.leads[line]})
        due_on = self._day(number, row)
        if len(self.wrong) == before and chosen is not None:
            self.tasks.append(
                NewTask(self.lines[line], self.units[unit], chosen, due_on=due_on)
            )

    def _day(self, number: int, row: list[str]) -> date | None:
        said = self._cell(row, "due_on")
        if not said:
            return None
        try:
            return date.fromisoformat(said.replace("/", "-"))
        except ValueError:
            self._note(number, "due_on", _("Write the day as 2022-07-17."))
            return None

    def _cell(self, row: list[str], name: str) -> str:
        column = self.columns.get(name)
        return row[column] if column is not None and column < len(row) else ""

    def _note(self, row: int, name: str, reason: str) -> None:
        self.wrong.append(RowProblem(row, " ".join(_TITLES[name]), reason))


def _columns(head: list[str]) -> dict[str, int]:
    found = {}
    for column, title in enumerate(head):
        said = folded(title)
        for name, titles in _TITLES.items():
            if said in {folded(" ".join(titles)), *(folded(each) for each in titles)}:
                found[name] = column
    return found

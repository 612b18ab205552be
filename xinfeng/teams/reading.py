"""Tables of people to be invited: read with all their mess, every problem named by its row.

Nothing is written here, and a problem never says what stands in the cell.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from xinfeng.base import id_number, phone, sheets
from xinfeng.base.id_number import BadIdNumber
from xinfeng.base.phone import BadPhone
from xinfeng.base.sheets import BadTable, Grid, plain

LARGEST = 20 * 2**20
MOST_ROWS = 100_000
HEAD_WITHIN = 10
LONGEST_NAME = 60

# The first title is the one of the template; all of them are read.
COLUMNS: dict[str, tuple[str, ...]] = {
    "name": ("姓名", "名字", "队员姓名", "志愿者姓名", "name"),
    "phone": ("手机号", "手机", "手机号码", "联系电话", "联系方式", "电话", "phone", "mobile"),
    "id_number": ("身份证号", "身份证号码", "证件号码", "身份证", "id number"),
    "remark": ("备注", "说明", "remarks"),
}
NEEDED = ("name", "phone")

# Why a row cannot be used, and how to mend it.
REASONS: dict[str, tuple[str | Promise, str | Promise]] = {
    "name_missing": (_("The name is missing."), _("Fill it in.")),
    "name_long": (_("The name has more than 60 signs."), _("Enter the name alone.")),
    "phone_missing": (
        _("The mobile number is missing."),
        _("Fill it in; a cell with a formula must show its value."),
    ),
    "phone_digits": (_("A mobile number consists of digits only."), _("Correct the number.")),
    "phone_length": (_("A mobile number has 11 digits."), _("Correct the number.")),
    "phone_begin": (_("A mobile number begins with 13 to 19."), _("Correct the number.")),
    "phone_double": (
        _("This mobile number stands in row %(row)s already."),
        _("Remove one of the two rows."),
    ),
    "id_old": (
        _("This is an old ID number of 15 digits."),
        _("Enter the 18 signs of the present card, or leave the cell empty."),
    ),
    "id_length": (
        _("An ID number has 18 signs."),
        _("Compare it with the card, or leave the cell empty."),
    ),
    "id_rounded": (
        _("The spreadsheet has rounded this ID number."),
        _("Format the column as text, then enter the numbers again."),
    ),
    "id_wrong": (
        _("The last sign of the ID number does not fit."),
        _("Compare it with the card, or leave the cell empty."),
    ),
    "member": (_("Is a member already; left out."), ""),
    "invited": (_("Is invited already; left out."), ""),
    # Of the file as a whole.
    "no_head": (
        _("No row of the first ten is a head with the columns 姓名 and 手机号."),
        _("Use the template."),
    ),
    "no_rows": (_("There is no row under the head of the table."), _("Use the template.")),
    "too_many_rows": (_("A table may hold at most 100,000 people."), _("Split it.")),
    "unreadable": (
        _("This is neither an Excel file nor a CSV file that can be read."),
        _("Save it anew as .xlsx and send that."),
    ),
}
# Rows that need nothing: told, but not wrong.
NEEDS_NOTHING = frozenset({"member", "invited"})


@dataclass(frozen=True)
class Problem:
    """One thing to be told of a row; `first` is the row where a double stands first."""

    row: int
    column: str
    code: str
    first: int | None = None

    def kept(self) -> list[int | str | None]:
        return [self.row, self.column, self.code, self.first]


@dataclass(frozen=True, slots=True)
class Row:
    """One person to be invited; `index` counts the rows under the head, empty ones not."""

    index: int
    number: int
    name: str
    phone: str
    id_number: str


@dataclass
class Reading:
    total: int = 0
    rows: list[Row] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


class Unreadable(Exception):
    """The file as a whole is of no use; `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def read(data: bytes, *, on: date) -> Reading:
    """A whole table; `on` is the day by which births are judged."""
    try:
        grid = sheets.grid(data)
    except BadTable:
        raise Unreadable("unreadable") from None
    head, columns = _head(grid)
    lines = [(number, line) for number, line in enumerate(grid[head:], head + 1) if any(line)]
    if not lines:
        raise Unreadable("no_rows")
    if len(lines) > MOST_ROWS:
        raise Unreadable("too_many_rows")
    return _rows(lines, columns, on)


def known_by(
    reading: Reading, digest: Callable[[str], bytes], members: set[bytes], invited: set[bytes]
) -> Reading:
    """The same without those who need no invitation; they are told by row."""
    kept = Reading(reading.total, [], list(reading.problems))
    for row in reading.rows:
        key = digest(row.phone)
        if key in members or key in invited:
            code = "member" if key in members else "invited"
            kept.problems.append(Problem(row.number, "phone", code))
        else:
            kept.rows.append(row)
    kept.problems.sort(key=lambda problem: problem.row)
    return kept


def _head(grid: Grid) -> tuple[int, dict[str, int]]:
    """How many rows stand above the people, and where each column is."""
    for number, line in enumerate(grid[:HEAD_WITHIN], 1):
        found: dict[str, int] = {}
        for index, cell in enumerate(line):
            column = _KNOWN.get(plain(cell))
            if column:
                found.setdefault(column, index)
        if all(column in found for column in NEEDED):
            return number, found
    raise Unreadable("no_head")


def _rows(lines: list[tuple[int, list[str]]], columns: dict[str, int], on: date) -> Reading:
    reading, seen = Reading(total=len(lines)), dict[str, int]()
    place = [columns.get(name, -1) for name in ("name", "phone", "id_number")]
    for index, (number, line) in enumerate(lines, 1):
        name, typed, card = (line[i] if 0 <= i < len(line) else "" for i in place)
        found = _problems_of(number, name, card, on)
        dialled, code = _phone(typed)
        if code:
            found.append(Problem(number, "phone", code))
        elif (first := seen.setdefault(dialled, number)) != number:
            found.append(Problem(number, "phone", "phone_double", first))
        if found:
            reading.problems += found
        else:
            reading.rows.append(Row(index, number, name, dialled, id_number.normal(card)))
    return reading


def _problems_of(number: int, name: str, card: str, on: date) -> list[Problem]:
    found = []
    if not name:
        found.append(Problem(number, "name", "name_missing"))
    elif len(name) > LONGEST_NAME:
        found.append(Problem(number, "name", "name_long"))
    if card and (code := _card(card, on)):
        found.append(Problem(number, "id_number", code))
    return found


def _phone(typed: str) -> tuple[str, str]:
    """The number, or why it is none."""
    if not typed:
        return "", "phone_missing"
    try:
        return phone.parse(typed), ""
    except BadPhone:
        text = phone.normal(typed)
        if not (text.isascii() and text.isdigit()):
            return "", "phone_digits"
        return "", "phone_length" if len(text) != 11 else "phone_begin"


def _card(typed: str, on: date) -> str:
    """Why an ID number is none; empty: it is right."""
    try:
        id_number.parse(typed, on=on)
    except BadIdNumber:
        text = id_number.normal(typed)
        if len(text) == 15 and text.isdigit():
            return "id_old"
        if "E+" in text or (len(text) == 18 and text.endswith("000")):
            return "id_rounded"
        return "id_length" if len(text) != id_number.LENGTH else "id_wrong"
    return ""


_KNOWN = {plain(title): column for column, titles in COLUMNS.items() for title in titles}

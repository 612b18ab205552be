"""One row of an office's table: each question that finds something wrong notes it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from django.utils.translation import gettext as _

T = TypeVar("T")
Columns = Mapping[str, tuple[str, ...]]
# Where the country lies, in degrees; a longitude in the place of a latitude shows at once.
LON, LAT = (73.0, 136.0), (3.0, 54.0)


@dataclass(frozen=True)
class Problem:
    """One thing wrong in a table: row as the office sees it, column by its title."""

    row: int
    column: str
    reason: str
    mend: str = ""


@dataclass
class Cells:
    """One row's cells by column; every question that finds something wrong notes it."""

    problems: list[Problem]
    number: int
    cells: dict[str, str]
    titles: dict[str, str]
    # The columns of such tables: how each may be headed.
    columns: Columns

    def wrong(self, column: str, reason: str, mend: str = "") -> None:
        title = self.titles.get(column) or self.columns[column][0]
        self.problems.append(Problem(self.number, title, reason, mend))

    def text(self, column: str, *, required: bool = False, most: int) -> str:
        value = self.cells.get(column, "")
        if required and not value:
            self.wrong(column, _("This cell is empty."), _("Fill it in."))
        if len(value) > most:
            self.wrong(column, _("At most %(most)s characters.") % {"most": most})
        return value

    def code(self, seen: dict[str, int]) -> str:
        """The row's own code, which no row before it bears."""
        code = self.text("code", required=True, most=20)
        if code and not all(c.isascii() and (c.isalnum() or c in "-_") for c in code):
            self.wrong("code", _("A code holds letters, digits and hyphens only."))
        first = seen.setdefault(code, self.number) if code else self.number
        if first != self.number:
            reason = _("The code %(code)s stands in row %(row)s already.")
            self.wrong(
                "code",
                reason % {"code": code, "row": first},
                _("Give one of them another code."),
            )
        return code

    def one_of(self, column: str, words: dict[str, Any], default: Any = None) -> Any:
        value = self.cells.get(column, "")
        if not value and default is not None:
            return default
        if value not in words:
            allowed = ", ".join(dict.fromkeys(words))
            reason = _("“%(value)s” is not known here.") % {"value": value[:30]}
            self.wrong(column, reason, _("Write one of: %(words)s.") % {"words": allowed})
        return words.get(value)

    def day(self, column: str) -> date | None:
        value = self.cells.get(column, "")[:10].replace("/", "-").replace(".", "-")
        if not value:
            return None
        try:
            year, month, day = (int(part) for part in value.split("-"))
            return date(year, month, day)
        except ValueError:
            self.wrong(column, _("This is not a day."), _("Write it as 2022-06-30."))
            return None

    def position(self) -> tuple[int | None, int | None]:
        """Micro-degrees; both or none, and in the right order."""
        lon, lat = self._degrees("lon"), self._degrees("lat")
        if lon is None and lat is None:
            return None, None
        if lon is None or lat is None:
            if not self._told_about("lon", "lat"):
                self.wrong(
                    "lat" if lat is None else "lon",
                    _("A position needs longitude and latitude."),
                )
            return None, None
        if _in(lon, LON) and _in(lat, LAT):
            return round(lon * 1e6), round(lat * 1e6)
        if _in(lat, LON) and _in(lon, LAT):
            reason = _("Longitude and latitude are the wrong way round.")
            self.wrong("lon", reason, _("Longitude is the larger number, about 112."))
        else:
            self.wrong("lon", _("This position does not lie in the country."))
        return None, None

    def _degrees(self, column: str) -> float | None:
        value = self.cells.get(column, "").rstrip("°EN东北经纬")
        if not value:
            return None
        try:
            return float(value)
        except ValueError:
            reason = _("This is not a number of degrees.")
            self.wrong(column, reason, _("Write it as 112.572."))
            return None

    def _told_about(self, *columns: str) -> bool:
        titles = {self.titles.get(c) or self.columns[c][0] for c in columns}
        return any(p.row == self.number and p.column in titles for p in self.problems)


def word_of(words: Mapping[str, T], meaning: T) -> str:
    """The word an export writes: the first that is read with this meaning."""
    return next(word for word, meant in words.items() if meant == meaning)


def _in(value: float, bounds: Sequence[float]) -> bool:
    return bounds[0] <= value <= bounds[1]

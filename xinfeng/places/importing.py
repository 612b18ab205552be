"""Tables of places as offices keep them: read with all their mess, every problem named.

Nothing is written here. A table is Excel or CSV; its head may stand under titles, span merged
cells and two rows; digits may be full-width; columns bear the titles that offices give them.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from xinfeng.base import codes
from xinfeng.base.codes import Level
from xinfeng.base.sheets import BadTable

from . import tables
from .columns import COLUMNS, STATES, TIERS
from .models import LEVELS, Division, Place, PlaceState, Tier

LARGEST = 8 * 2**20
MOST_ROWS = 20_000
# Where the country lies, in degrees; a longitude in the place of a latitude shows at once.
LON, LAT = (73.0, 136.0), (3.0, 54.0)


@dataclass(frozen=True)
class Problem:
    """One thing wrong in a table: row as the office sees it, column by its title."""

    row: int
    column: str
    reason: str
    mend: str = ""


@dataclass(frozen=True)
class Row:
    """One place as the table says it; `place_id` None: it is new."""

    number: int
    code: str
    tier: Tier
    state: PlaceState
    division_id: int
    wish: dict[str, Any]
    opened_on: date | None = None
    place_id: int | None = None
    differs: bool = True

    @property
    def name(self) -> str:
        return str(self.wish["name"])


@dataclass
class Preview:
    """What importing a table would do; with a single problem it would do nothing."""

    city: int | None = None
    rows: list[Row] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @property
    def new(self) -> int:
        return sum(row.place_id is None for row in self.rows)

    @property
    def changed(self) -> int:
        return sum(row.place_id is not None and row.differs for row in self.rows)

    @property
    def same(self) -> int:
        return len(self.rows) - self.new - self.changed


def preview(data: bytes, name: str, *, today: date | None = None) -> Preview:
    """Read a whole table; three queries, whatever its length."""
    try:
        table = tables.read(data, name)
    except BadTable as error:
        return Preview(problems=[Problem(error.row, "", str(error), error.mend)])
    if len(table.rows) > MOST_ROWS:
        reason = _("A table may hold at most %(most)s places.") % {"most": MOST_ROWS}
        return Preview(problems=[Problem(table.first, "", reason, _("Split it."))])
    return _Reading(today or date.max).table(table)


class _Reading:
    """One table against the divisions and places that are known."""

    def __init__(self, today: date) -> None:
        day = None if today == date.max else today
        found = Division.objects.all() if day is None else Division.objects.as_of(day)
        self.divisions = {division.code: division for division in found}
        self.by_name: dict[tuple[int, str], int] = {}
        for division in self.divisions.values():
            above = codes.parent(division.code, Level(division.level))
            self.by_name.setdefault((above or 0, division.name), division.code)
        self.places = {place.code: place for place in Place.objects.all()}
        self.seen: dict[str, int] = {}
        self.result = Preview(
            city=next((c for c, d in self.divisions.items() if d.level == Level.CITY), None)
        )

    def table(self, table: tables.Table) -> Preview:
        for number, cells in table.rows:
            row = self._row(number, cells, table.titles)
            if row is not None:
                self.result.rows.append(row)
        return self.result

    def _row(self, number: int, cells: dict[str, str], titles: dict[str, str]) -> Row | None:
        before = len(self.result.problems)
        told = _Cells(self.result.problems, number, cells, titles)
        code = self._code(told)
        tier = told.one_of("tier", TIERS)
        state = told.one_of("state", STATES, default=PlaceState.OPEN)
        division = self._division(told, tier)
        lon, lat = told.position()
        wish = {
            "name": told.text("name", required=True, most=120),
            "name_en": told.text("name_en", most=160),
            "kind": told.text("kind", most=40),
            "address": told.text("address", most=200),
            "lon_e6": lon,
            "lat_e6": lat,
        }
        opened = told.day("opened_on")
        if len(self.result.problems) > before or tier is None or state is None:
            return None
        known = self.places.get(code)
        if known is not None:
            self._refuse_silent_moves(told, known, state, division)
            if len(self.result.problems) > before:
                return None
        differs = known is None or any(getattr(known, k) != v for k, v in wish.items())
        return Row(
            number, code, tier, state, division, wish, opened,
            known.pk if known else None, differs,
        )  # fmt: skip

    def _code(self, told: "_Cells") -> str:
        code = told.text("code", required=True, most=20)
        if code and not all(c.isascii() and (c.isalnum() or c in "-_") for c in code):
            told.wrong("code", _("A code holds letters, digits and hyphens only."))
        first = self.seen.setdefault(code, told.number) if code else told.number
        if first != told.number:
            reason = _("The code %(code)s stands in row %(row)s already.")
            told.wrong(
                "code",
                reason % {"code": code, "row": first},
                _("Give one of them another code."),
            )
        return code

    def _division(self, told: "_Cells", tier: Tier | None) -> int:
        column = "division" if told.cells.get("division") else _deepest(told)
        code = self._by_code(told) if column == "division" else self._by_names(told)
        division = self.divisions.get(code)
        if division is None:
            if code >= 0:
                told.wrong(
                    column,
                    _("There is no such division in this city."),
                    _("Look the village up in the list of divisions; check the spelling."),
                )
            return 0
        if tier is not None and division.level not in LEVELS[tier]:
            reason = _("A place of the tier “%(tier)s” does not belong to %(division)s.")
            told.wrong(column, reason % {"tier": tier.label, "division": division.name})
        return code

    def _by_code(self, told: "_Cells") -> int:
        try:
            return codes.pad(told.cells["division"].removesuffix(".0"))
        except ValueError:
            told.wrong("division", _("A division code has 4, 6, 9 or 12 digits."))
            return -1

    def _by_names(self, told: "_Cells") -> int:
        """From the city down by name; empty cells end the way."""
        code = self.result.city or 0
        for column in ("county", "township", "village"):
            name = told.cells.get(column, "")
            if not name:
                break
            below = self.by_name.get((code, name))
            if below is None:
                return 0
            code = below
        return code

    def _refuse_silent_moves(
        self, told: "_Cells", known: Place, state: PlaceState, division: int
    ) -> None:
        if known.state != state:
            told.wrong(
                "state",
                _("The place is “%(state)s”.") % {"state": known.get_state_display()},
                _("Open, suspend or close it on its own page."),
            )
        if known.division_id != division:
            told.wrong(
                "division" if told.cells.get("division") else _deepest(told),
                _("The place lies in another division."),
                _("Move it on its own page, so that the day is known."),
            )


def _deepest(told: "_Cells") -> str:
    named = [c for c in ("village", "township", "county") if told.cells.get(c)]
    return named[0] if named else "division"


@dataclass
class _Cells:
    """One row's cells by column; every question that finds something wrong notes it."""

    problems: list[Problem]
    number: int
    cells: dict[str, str]
    titles: dict[str, str]

    def wrong(self, column: str, reason: str, mend: str = "") -> None:
        title = self.titles.get(column) or COLUMNS[column][0]
        self.problems.append(Problem(self.number, title, reason, mend))

    def text(self, column: str, *, required: bool = False, most: int) -> str:
        value = self.cells.get(column, "")
        if required and not value:
            self.wrong(column, _("This cell is empty."), _("Fill it in."))
        if len(value) > most:
            self.wrong(column, _("At most %(most)s characters.") % {"most": most})
        return value

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
        titles = {self.titles.get(c) or COLUMNS[c][0] for c in columns}
        return any(p.row == self.number and p.column in titles for p in self.problems)


def _in(value: float, bounds: Sequence[float]) -> bool:
    return bounds[0] <= value <= bounds[1]

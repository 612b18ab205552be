"""A city pack: the folder of plain files that makes the program one city's own.

city.yaml, rules.yaml, honesty.yaml, divisions.csv, categories.yaml, programmes.yaml,
place_kinds.yaml, figures.yaml, seats.yaml, skills.yaml, qualifications.yaml, languages.yaml,
policies.yaml, menu.yaml, point_types.yaml, snap_classes.yaml, standards/*.yaml and
questionnaires/*.yaml. Everything wrong in it is told at once, by file and line.
"""

import csv
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.utils.translation import gettext as _

from . import city_rules, codes
from .city_rules import CityRules
from .codes import Level
from .document import BadDocument, Document, read, written
from .entries import need, number, only
from .point_types import PointTerm, read_point_type
from .policies import Policy, read_policy
from .service_menu import NO_MENU, Menu, Terms, read_menu
from .snap_classes import SnapClass, read_snap_class

T = TypeVar("T")


@dataclass(frozen=True)
class DivisionRow:
    """One line of divisions.csv: 12-digit code, level, names, first day."""

    code: int
    level: Level
    name: str
    name_en: str
    valid_from: date


@dataclass(frozen=True)
class Term:
    """A category, programme or kind of place: a stable code and its names."""

    code: str
    name: str
    name_en: str = ""
    weight: int = 1


@dataclass(frozen=True)
class PublishedFigure:
    """A figure on the board; the target of a share is in permille.

    `stated` is what the city itself has stated, to compare a demo with: equal, or at least. Of
    an estimate `stated_in` says it by year. Shares are in permille.
    """

    name: str
    target: int | None = None
    stated: int | None = None
    at_least: bool = False
    stated_in: Mapping[int, int] = field(default_factory=dict)


@dataclass(frozen=True)
class HonestyChoice:
    """What a city changes of one rule of honest hours; see docs/honesty.md."""

    name: str
    is_used: bool
    parameters: dict[str, int]


@dataclass(frozen=True)
class Seat:
    """Roughly where a county's seat and the middle of its area lie (WGS84), and its size."""

    code: int
    lon: float
    lat: float
    km2: int
    middle: tuple[float, float]


@dataclass(frozen=True)
class Pack:
    """A city as its folder says it."""

    folder: Path
    code: int
    name: str
    name_en: str
    time_zone: ZoneInfo
    demo_start: datetime
    population: int
    divisions: tuple[DivisionRow, ...]
    categories: tuple[Term, ...]
    programmes: tuple[Term, ...]
    place_kinds: tuple[Term, ...]
    figures: tuple[PublishedFigure, ...]
    seats: tuple[Seat, ...]
    skills: tuple[Term, ...]
    qualifications: tuple[Term, ...]
    languages: tuple[Term, ...]
    policies: tuple[Policy, ...]
    rules: CityRules
    honesty: tuple[HonestyChoice, ...] = ()
    point_types: tuple[PointTerm, ...] = ()
    menu: Menu = NO_MENU
    snap_classes: tuple[SnapClass, ...] = ()

    @property
    def standards(self) -> list[Path]:
        return sorted((self.folder / "standards").glob("*.yaml"))

    @property
    def questionnaires(self) -> list[Path]:
        return sorted((self.folder / "questionnaires").glob("*.yaml"))

    def positions(self) -> dict[int, tuple[float, float]]:
        """Longitude and latitude of each village that positions.csv places."""
        file = self.folder / "positions.csv"
        if not file.is_file():
            return {}
        with file.open(encoding="utf-8-sig", newline="") as lines:
            return {
                int(line["code"]): (float(line["lon"]), float(line["lat"]))
                for line in csv.DictReader(lines)
            }


class PackError(Exception):
    """A pack with everything that is wrong with it."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__("\n".join(problems))


@cache
def load(folder: str | Path) -> Pack:
    """Read a city's folder; PackError lists all problems by file and line."""
    return _Reader(Path(folder)).pack()


class _Reader:
    """Reads one folder and gathers its problems."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.problems: list[str] = []

    def pack(self) -> Pack:
        if not (self.folder / "city.yaml").is_file():
            reason = _("%(folder)s is no city pack: it has no city.yaml.")
            raise PackError([reason % {"folder": self.folder}])
        city = self._city()
        divisions = self._divisions(city.get("code"))
        counties = {row.code for row in divisions if row.level is Level.COUNTY}
        parts: dict[str, Any] = {
            "divisions": tuple(divisions),
            "categories": self._entries("categories", _term),
            "programmes": self._entries("programmes", _term),
            "place_kinds": self._entries("place_kinds", _term),
            "figures": self._entries("figures", _figure),
            "seats": self._entries("seats", lambda entry: _seat(entry, counties)),
            "skills": self._entries("skills", _term),
            "qualifications": self._entries("qualifications", _term),
            "languages": self._entries("languages", _term),
            "policies": self._entries("policies", read_policy),
            "rules": self._rules(),
            "honesty": self._entries("honesty", _honesty),
            "point_types": self._entries("point_types", read_point_type),
            "snap_classes": self._entries("snap_classes", read_snap_class),
        }
        parts["menu"] = self._menu(parts)
        if self.problems:
            raise PackError(self.problems)
        return Pack(folder=self.folder, **city, **parts)

    def _tell(self, file: str, line: int, reason: object, mend: str = "") -> None:
        text = f"{self.folder / file}:{line}: {reason}"
        self.problems.append(f"{text} {mend}".rstrip())

    def _city(self) -> dict[str, Any]:
        document = self._read("city.yaml")
        if document is None:
            return {}
        values = document.values if isinstance(document.values, dict) else {}
        city: dict[str, Any] = {}
        for key, make in _CITY.items():
            try:
                city[key] = make(need(values, key))
            except (TypeError, ValueError, ZoneInfoNotFoundError) as error:
                self._tell("city.yaml", document.line_of((key,)), f"{key}: {error}")
        for key in sorted(set(values) - set(_CITY)):
            reason = _("unknown key “%(key)s”; known are %(known)s")
            known = {"key": key, "known": ", ".join(_CITY)}
            self._tell("city.yaml", document.line_of((key,)), reason % known)
        if "demo_start" in city and "time_zone" in city:
            city["demo_start"] = city["demo_start"].replace(tzinfo=city["time_zone"])
        return city

    def _rules(self) -> CityRules:
        file = "rules.yaml"
        if not (self.folder / file).is_file():
            return CityRules()
        if (document := self._read(file)) is None:
            return CityRules()
        top = document.values if isinstance(document.values, dict) else {}
        values = top.get("rules")
        if not isinstance(values, dict):
            reason = _("the file must hold a list called “%(what)s”.") % {"what": "rules"}
            self._tell(file, 1, reason)
            return CityRules()
        given: dict[str, int] = {}
        for name, value in values.items():
            try:
                if name not in city_rules.NAMES:
                    raise ValueError(city_rules.unknown(name))
                given[name] = city_rules.number(value)
            except ValueError as error:
                self._tell(file, document.line_of(("rules", name)), f"{name}: {error}")
        rules = CityRules(**given)
        try:
            _hours = rules.office_hours
        except ValueError as error:
            self._tell(file, document.line_of(("rules",)), error)
        return rules

    def _menu(self, parts: dict[str, Any]) -> Menu:
        file = "menu.yaml"
        if not (self.folder / file).is_file():
            return NO_MENU
        if (document := self._read(file)) is None:
            return NO_MENU
        names = ("categories", "skills", "qualifications")
        terms = Terms(*({term.code for term in parts[name]} for name in names))
        return read_menu(
            document,
            terms,
            lambda path, reason: self._tell(file, document.line_of(path), reason),
        )

    def _divisions(self, city: int | None) -> list[DivisionRow]:
        file = "divisions.csv"
        if not (self.folder / file).is_file():
            mend = _("Make it with `xinfeng import divisions`.")
            self._tell(file, 1, _("the file is missing."), mend)
            return []
        rows = self._division_lines(file)
        known = {row.code for _line, row in rows}
        if rows and city is not None and city not in known:
            reason = _("there is no line for the city %(city)s itself.")
            self._tell(file, 1, reason % {"city": city}, _("Add one with level 1."))
        for line, row in rows:
            above = codes.parent(row.code, row.level)
            if city is not None and not _within(row.code, city):
                reason = _("%(code)s does not lie in the city %(city)s.")
                mend = _("Remove the line, or correct the code.")
                self._tell(file, line, reason % {"code": row.code, "city": city}, mend)
            elif above is not None and above not in known:
                reason = _("%(code)s has no parent %(above)s in the file.")
                mend = _("Add the parent's line.")
                self._tell(file, line, reason % {"code": row.code, "above": above}, mend)
        return [row for _line, row in rows]

    def _division_lines(self, file: str) -> list[tuple[int, DivisionRow]]:
        """Each division with its line; a code that stands twice is told and left out."""
        rows: dict[int, tuple[int, DivisionRow]] = {}
        text = self._text(file)
        if text is None:
            return []
        table = csv.DictReader(text.splitlines())
        absent = [name for name in _COLUMNS if name not in (table.fieldnames or [])]
        if absent:
            reason = _("the columns %(names)s are missing.") % {"names": ", ".join(absent)}
            self._tell(file, 1, reason)
            return []
        for line in table:
            try:
                row = _division(line)
                if row.code in rows:
                    reason = _("the code %(code)s stands already on line %(line)s.")
                    raise ValueError(reason % {"code": row.code, "line": rows[row.code][0]})
                rows[row.code] = (table.line_num, row)
            except (TypeError, ValueError) as error:
                self._tell(file, table.line_num, error)
        return list(rows.values())

    def _entries(self, what: str, make: Callable[[dict[str, Any]], T]) -> tuple[T, ...]:
        """The list of one file, each entry made by `make`; doubles and mistakes are told."""
        file = f"{what}.yaml"
        if not (self.folder / file).is_file():
            return ()
        document = self._read(file)
        if document is None:
            return ()
        values = document.values.get(what) if isinstance(document.values, dict) else None
        if not isinstance(values, list):
            reason = _("the file must hold a list called “%(what)s”.") % {"what": what}
            self._tell(file, 1, reason)
            return ()
        seen: set[str] = set()
        made: list[T] = []
        for index, entry in enumerate(values):
            path = (what, index)
            try:
                made.append(make(_once(entry, seen)))
            except (TypeError, ValueError) as error:
                self._tell(file, document.line_of(path), f"{written(path)}: {error}")
        return tuple(made)

    def _read(self, file: str) -> Document | None:
        """A file's values; None when it cannot be read, which is then told."""
        text = self._text(file)
        if text is None:
            return None
        try:
            document = read(text, str(self.folder / file))
        except BadDocument as bad:
            self.problems.extend(bad.lines())
            return None
        for problem in document.problems:
            self._tell(file, problem.line, problem)
        return document

    def _text(self, file: str) -> str | None:
        try:
            return (self.folder / file).read_text(encoding="utf-8-sig")
        except UnicodeDecodeError:
            self._tell(file, 1, _("The file is not UTF-8 text."), _("Save it as UTF-8."))
            return None


_LEVELS = {str(level.value): level for level in Level}
_COLUMNS = ("code", "level", "name", "valid_from")


def _division(line: dict[str, str]) -> DivisionRow:
    code = codes.pad(line["code"] or "")
    if line["level"] not in _LEVELS:
        raise ValueError(_("the level is 1 (city), 2 (county), 3 (township) or 4 (village)."))
    level = _LEVELS[line["level"]]
    if codes.level_of(code) is not level:
        reason = _("the code %(code)s does not fit the level %(level)s.")
        raise ValueError(reason % {"code": code, "level": level.value})
    if not (line["name"] or "").strip():
        raise ValueError(_("the division %(code)s has no name.") % {"code": code})
    return DivisionRow(
        code=code,
        level=level,
        name=line["name"].strip(),
        name_en=(line.get("name_en") or "").strip(),
        valid_from=date.fromisoformat(line["valid_from"] or ""),
    )


def _within(code: int, city: int) -> bool:
    lo, hi = codes.span(city, Level.CITY)
    return lo <= code < hi


def _city_code(value: str) -> int:
    code = codes.pad(value)
    if codes.level_of(code) is not Level.CITY:
        raise ValueError(_("“%(value)s” is not the code of a city.") % {"value": value})
    return code


def _moment(value: str) -> datetime:
    return datetime.strptime(value, "%Y-%m-%d %H:%M")  # noqa: DTZ007


_CITY: dict[str, Callable[[Any], Any]] = {
    "code": lambda value: _city_code(str(value)),
    "name": str,
    "name_en": str,
    "time_zone": ZoneInfo,
    "demo_start": _moment,
    "population": lambda value: number({"population": value}, "population", 0),
}


def _once(entry: Any, seen: set[str]) -> dict[str, Any]:
    """The entry, if it is one and its code or name has not been there before."""
    if not isinstance(entry, dict):
        raise TypeError(_("an entry is written as {code: …, name: …}."))
    key = str(entry.get("code") or entry.get("name"))
    if key in seen:
        raise ValueError(_("“%(key)s” stands twice.") % {"key": key})
    seen.add(key)
    return entry


def _term(entry: dict[str, Any]) -> Term:
    only(entry, "code", "name", "name_en", "weight")
    return Term(
        code=str(need(entry, "code")),
        name=str(need(entry, "name")),
        name_en=str(entry.get("name_en") or ""),
        weight=number(entry, "weight", 1),
    )


def _figure(entry: dict[str, Any]) -> PublishedFigure:
    only(entry, "name", "target", "stated", "at_least", "stated_in")
    by_year = entry.get("stated_in") or {}
    if not isinstance(by_year, dict):
        raise TypeError(_("an entry is written as {code: …, name: …}."))
    return PublishedFigure(
        name=str(need(entry, "name")),
        target=number(entry, "target", 0) if "target" in entry else None,
        stated=number(entry, "stated", 0) if "stated" in entry else None,
        at_least=entry.get("at_least") is True,
        stated_in={int(year): number(by_year, year, 0) for year in by_year},
    )


def _honesty(entry: dict[str, Any]) -> HonestyChoice:
    only(entry, "name", "used", "parameters")
    parameters = entry.get("parameters") or {}
    if not isinstance(parameters, dict):
        raise TypeError(_("an entry is written as {code: …, name: …}."))
    return HonestyChoice(
        name=str(need(entry, "name")),
        is_used=entry.get("used") is not False,
        parameters={key: number(parameters, key, 0) for key in parameters},
    )


def _seat(entry: dict[str, Any], counties: set[int]) -> Seat:
    only(entry, "code", "lon", "lat", "km2", "middle")
    code = codes.pad(str(need(entry, "code")))
    if counties and code not in counties:
        raise ValueError(_("%(code)s is no county in divisions.csv.") % {"code": code})
    lon, lat = _degrees([need(entry, "lon"), need(entry, "lat")])
    return Seat(
        code=code,
        lon=lon,
        lat=lat,
        km2=number(entry, "km2", 1) or 1,
        middle=_degrees(entry.get("middle", [lon, lat])),
    )


def _degrees(pair: Any) -> tuple[float, float]:
    try:
        lon, lat = (float(value) for value in pair)
    except (TypeError, ValueError):
        raise ValueError(_("a position is two numbers, longitude and latitude.")) from None
    if not (-180 <= lon <= 180 and -90 <= lat <= 90):
        reason = _("%(lon)s, %(lat)s is not a longitude and a latitude, in this order.")
        raise ValueError(reason % {"lon": lon, "lat": lat})
    return lon, lat

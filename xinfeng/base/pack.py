"""A city pack: the folder of plain files that makes the program one city's own.

city.yaml, divisions.csv, categories.yaml, programmes.yaml, place_kinds.yaml, figures.yaml,
seats.yaml and standards/*.yaml. Everything wrong in it is told at once, by file and line.
"""

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from . import codes
from .codes import Level
from .document import BadDocument, Document, Problem, read, written


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
    """A figure on the board; the target of a share is in permille."""

    name: str
    target: int | None = None


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
    divisions: tuple[DivisionRow, ...]
    categories: tuple[Term, ...]
    programmes: tuple[Term, ...]
    place_kinds: tuple[Term, ...]
    figures: tuple[PublishedFigure, ...]
    seats: tuple[Seat, ...]

    @property
    def standards(self) -> list[Path]:
        return sorted((self.folder / "standards").glob("*.yaml"))


class PackError(Exception):
    """A pack with everything that is wrong with it."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__("\n".join(problems))


@cache
def load(folder: str | Path) -> Pack:
    """Read a city's folder; PackError lists all problems by file and line."""
    return _Reader(Path(folder)).pack()


def read_divisions(file: Path, problems: list[str]) -> list[DivisionRow]:
    """divisions.csv; what is wrong is added to `problems` by line."""
    rows: dict[int, DivisionRow] = {}
    with file.open(encoding="utf-8-sig", newline="") as lines:
        for number, line in enumerate(csv.DictReader(lines), start=2):
            try:
                row = _division(line)
                if row.code in rows:
                    raise ValueError(_("the code %(code)s stands twice") % {"code": row.code})
                rows[row.code] = row
            except (KeyError, ValueError, TypeError) as error:
                problems.append(f"{file}:{number}: {error}")
    return list(rows.values())


def _division(line: dict[str, str]) -> DivisionRow:
    code = codes.pad(line["code"])
    if not line["name"].strip():
        raise ValueError(_("the division %(code)s has no name") % {"code": code})
    return DivisionRow(
        code=code,
        level=Level(int(line["level"])),
        name=line["name"].strip(),
        name_en=(line.get("name_en") or "").strip(),
        valid_from=date.fromisoformat(line["valid_from"]),
    )


class _Reader:
    """Reads one folder and gathers its problems."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.problems: list[str] = []

    def pack(self) -> Pack:
        if not (self.folder / "city.yaml").is_file():
            raise PackError(
                [
                    _("%(folder)s is no city pack: it has no city.yaml.")
                    % {"folder": self.folder}
                ]
            )
        city = self._city()
        divisions = self._divisions(city["code"])
        pack = Pack(
            folder=self.folder,
            divisions=tuple(divisions),
            categories=tuple(self._terms("categories")),
            programmes=tuple(self._terms("programmes")),
            place_kinds=tuple(self._terms("place_kinds")),
            figures=tuple(self._entries("figures", _figure)),
            seats=tuple(self._entries("seats", _seat)),
            **city,
        )
        if self.problems:
            raise PackError(self.problems)
        return pack

    def _city(self) -> dict[str, Any]:
        document = self._read("city.yaml")
        values = document.values if document and isinstance(document.values, dict) else {}
        try:
            zone = ZoneInfo(values["time_zone"])
            start = datetime.strptime(values["demo_start"], "%Y-%m-%d %H:%M")  # noqa: DTZ007
            return {
                "code": codes.pad(str(values["code"])),
                "name": values["name"],
                "name_en": values["name_en"],
                "time_zone": zone,
                "demo_start": start.replace(tzinfo=zone),
            }
        except (KeyError, ValueError) as error:
            # Without the city nothing else can be judged.
            reason = _("missing or wrong: %(what)s") % {"what": error}
            raise PackError(
                [*self.problems, f"{self.folder / 'city.yaml'}: {reason}"]
            ) from None

    def _divisions(self, city: int) -> list[DivisionRow]:
        file = self.folder / "divisions.csv"
        if not file.is_file():
            self.problems.append(f"{file}: " + _("the file is missing"))
            return []
        rows = read_divisions(file, self.problems)
        lo, hi = codes.span(city, Level.CITY)
        known = {row.code for row in rows}
        for row in rows:
            above = codes.parent(row.code, row.level)
            if not lo <= row.code < hi:
                reason = _("%(code)s does not lie in the city %(city)s")
                self.problems.append(f"{file}: {reason % {'code': row.code, 'city': city}}")
            elif above is not None and above not in known:
                reason = _("%(code)s has no parent %(above)s in the file")
                self.problems.append(f"{file}: {reason % {'code': row.code, 'above': above}}")
        return rows

    def _terms(self, what: str) -> Iterator[Term]:
        return self._entries(what, _term)

    def _entries(self, what: str, make: Callable[[dict[str, Any]], Any]) -> Iterator[Any]:
        """The list of one file, each entry made by `make`; doubles and mistakes are told."""
        file = f"{what}.yaml"
        if not (self.folder / file).is_file():
            return
        document = self._read(file)
        if document is None:
            return
        values = document.values.get(what) if isinstance(document.values, dict) else None
        if not isinstance(values, list):
            reason = _("the file must hold a list called “%(what)s”") % {"what": what}
            self.problems.append(f"{self.folder / file}:1: {reason}")
            return
        seen: set[str] = set()
        for index, entry in enumerate(values):
            path = (what, index)
            try:
                made = make(entry)
                key = str(entry.get("code") or entry.get("name"))
                if key in seen:
                    raise ValueError(_("“%(key)s” stands twice") % {"key": key})
                seen.add(key)
                yield made
            except (KeyError, TypeError, ValueError, AttributeError) as error:
                line = document.line_of(path)
                self.problems.append(f"{self.folder / file}:{line}: {written(path)}: {error}")

    def _read(self, name: str) -> Document | None:
        """A file's values; None when it cannot be read, which is then told."""
        file = self.folder / name
        try:
            document = read(file.read_text(encoding="utf-8"), str(file))
        except BadDocument as bad:
            self.problems.extend(bad.lines())
            return None
        except UnicodeDecodeError:
            self.problems.extend(BadDocument(str(file), [_NOT_UTF8]).lines())
            return None
        self.problems.extend(
            f"{file}:{problem.line}: {problem}" for problem in document.problems
        )
        return document


_NOT_UTF8 = Problem(1, "", "The file is not UTF-8 text.", "Save it as UTF-8.")


def _only(entry: dict[str, Any], *known: str) -> None:
    unknown = sorted(set(entry) - set(known))
    if unknown:
        raise ValueError(
            _("unknown key “%(key)s”; known are %(known)s")
            % {"key": unknown[0], "known": ", ".join(known)}
        )


def _need(entry: dict[str, Any], key: str) -> Any:
    value = entry.get(key)
    if value is None or value == "":
        raise ValueError(_("“%(key)s” is missing") % {"key": key})
    return value


def _term(entry: dict[str, Any]) -> Term:
    _only(entry, "code", "name", "name_en", "weight")
    return Term(
        code=str(_need(entry, "code")),
        name=str(_need(entry, "name")),
        name_en=str(entry.get("name_en") or ""),
        weight=_number(entry, "weight", 1),
    )


def _figure(entry: dict[str, Any]) -> PublishedFigure:
    _only(entry, "name", "target")
    target = _number(entry, "target", 0) if entry.get("target") is not None else None
    return PublishedFigure(str(_need(entry, "name")), target)


def _seat(entry: dict[str, Any]) -> Seat:
    _only(entry, "code", "lon", "lat", "km2", "middle")
    lon, lat = _degrees([_need(entry, "lon"), _need(entry, "lat")])
    return Seat(
        code=codes.pad(str(_need(entry, "code"))),
        lon=lon,
        lat=lat,
        km2=_number(entry, "km2", 1),
        middle=_degrees(entry.get("middle", [lon, lat])),
    )


def _degrees(pair: Any) -> tuple[float, float]:
    try:
        lon, lat = (float(value) for value in pair)
    except (TypeError, ValueError):
        raise ValueError(_("a position is two numbers, longitude and latitude")) from None
    if not (-180 <= lon <= 180 and -90 <= lat <= 90):
        reason = _("%(lon)s, %(lat)s is not a longitude and a latitude, in this order")
        raise ValueError(reason % {"lon": lon, "lat": lat})
    return lon, lat


def _number(entry: dict[str, Any], key: str, default: int) -> int:
    value = entry.get(key, default)
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise ValueError(_("“%(key)s” must be a whole number") % {"key": key})
    return value

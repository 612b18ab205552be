"""The course menu of the city pack, `courses.yaml`: fields, special topics, courses.

Everything wrong in it is told at once, by file and line, as for the rest of the pack.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from django.conf import settings
from django.utils.translation import gettext as _

from xinfeng.base import pack
from xinfeng.base.document import BadDocument, Document, read, written
from xinfeng.base.pack import PackError

T = TypeVar("T")
FILE = "courses.yaml"
_WORDS = ("code", "title", "title_en", "outline")
_NUMBERS = {"sessions": (1, 30), "minutes": (30, 180)}


@dataclass(frozen=True)
class FieldOfMenu:
    """A field, and the category of service that giving its classes counts as."""

    code: str
    name: str
    name_en: str
    category: str


@dataclass(frozen=True)
class Topic:
    """A special topic under which several courses stand."""

    code: str
    title: str
    title_en: str
    outline: str


@dataclass(frozen=True)
class CourseOfMenu:
    """A course as the pack offers it to every station of the city."""

    code: str
    field: str
    title: str
    title_en: str
    outline: str
    sessions: int
    minutes: int
    needs: str
    audience: str
    qualifications: tuple[str, ...]
    min_age: int | None
    topic: str


@dataclass(frozen=True)
class Menu:
    """All that stations may order, as the city's folder says it."""

    fields: tuple[FieldOfMenu, ...] = ()
    topics: tuple[Topic, ...] = ()
    courses: tuple[CourseOfMenu, ...] = ()


def of_the_city() -> Menu:
    return load(settings.CITY_PACK)


@cache
def load(folder: str | Path) -> Menu:
    """Read a city's menu; PackError lists all problems. A city without the file has none."""
    file = Path(folder) / FILE
    if not file.is_file():
        return Menu()
    try:
        document = read(file.read_text(encoding="utf-8-sig"), str(file))
    except BadDocument as bad:
        raise PackError(bad.lines()) from None
    reader = _Reader(file, document, pack.load(folder))
    menu = reader.menu()
    if reader.problems:
        raise PackError(reader.problems)
    return menu


class _Reader:
    """Reads one file against the rest of its pack and gathers the problems."""

    def __init__(self, file: Path, document: Document, city: pack.Pack) -> None:
        self.file, self.document = file, document
        self.problems = [f"{file}:{problem.line}: {problem}" for problem in document.problems]
        self.known = {
            "category": {term.code for term in city.categories},
            "qualifications": {term.code for term in city.qualifications},
        }

    def menu(self) -> Menu:
        fields = self._entries("fields", self._field)
        self.known["field"] = {one.code for one in fields}
        topics = self._entries("topics", self._topic)
        self.known["topic"] = {one.code for one in topics}
        return Menu(fields, topics, self._entries("courses", self._course))

    def _entries(self, what: str, make: Callable[[dict[str, Any]], T]) -> tuple[T, ...]:
        values = self.document.values if isinstance(self.document.values, dict) else {}
        made: list[T] = []
        seen: set[str] = set()
        for index, entry in enumerate(values.get(what) or []):
            try:
                if not isinstance(entry, dict):
                    raise TypeError(_("an entry is written as {code: …, name: …}."))
                code = str(entry.get("code"))
                if code in seen:
                    raise ValueError(_("“%(key)s” stands twice.") % {"key": code})
                seen.add(code)
                made.append(make(entry))
            except (TypeError, ValueError) as error:
                path = (what, index)
                line = self.document.line_of(path)
                self.problems.append(f"{self.file}:{line}: {written(path)}: {error}")
        return tuple(made)

    def _field(self, entry: dict[str, Any]) -> FieldOfMenu:
        _only(entry, "code", "name", "name_en", "category")
        return FieldOfMenu(
            code=_text(entry, "code"),
            name=_text(entry, "name"),
            name_en=_text(entry, "name_en", ""),
            category=self._one_of("category", _text(entry, "category")),
        )

    def _topic(self, entry: dict[str, Any]) -> Topic:
        _only(entry, *_WORDS)
        return Topic(*(_text(entry, key, *_optional(key)) for key in _WORDS))

    def _course(self, entry: dict[str, Any]) -> CourseOfMenu:
        _only(
            entry, *_WORDS, *_NUMBERS, "field", "needs", "audience", "qualifications",
            "min_age", "topic",
        )  # fmt: skip
        topic = _text(entry, "topic", "")
        held = entry.get("qualifications") or []
        if not isinstance(held, list):
            raise TypeError(_("“%(key)s” is a list of codes.") % {"key": "qualifications"})
        return CourseOfMenu(
            **{key: _text(entry, key, *_optional(key)) for key in _WORDS},
            field=self._one_of("field", _text(entry, "field")),
            sessions=_number(entry, "sessions"),
            minutes=_number(entry, "minutes"),
            needs=_text(entry, "needs", ""),
            audience=_text(entry, "audience", ""),
            qualifications=tuple(self._one_of("qualifications", str(one)) for one in held),
            min_age=_age(entry),
            topic=self._one_of("topic", topic) if topic else "",
        )

    def _one_of(self, what: str, code: str) -> str:
        if code not in self.known[what]:
            reason = _("“%(code)s” is not one of the codes of “%(what)s”.")
            raise ValueError(reason % {"code": code, "what": what})
        return code


def _optional(key: str) -> tuple[str, ...]:
    return ("",) if key == "title_en" else ()


def _only(entry: dict[str, Any], *known: str) -> None:
    for key in sorted(set(entry) - set(known)):
        reason = _("unknown key “%(key)s”; known are %(known)s")
        raise ValueError(reason % {"key": key, "known": ", ".join(known)})


def _text(entry: dict[str, Any], key: str, *default: str) -> str:
    value = str(entry.get(key) or "").strip()
    if not value and not default:
        raise ValueError(_("“%(key)s” is missing.") % {"key": key})
    return value


def _number(entry: dict[str, Any], key: str) -> int:
    value, (least, most) = entry.get(key), _NUMBERS[key]
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        reason = _("“%(key)s” is a whole number from %(least)s to %(most)s.")
        raise ValueError(reason % {"key": key, "least": least, "most": most})
    return value


def _age(entry: dict[str, Any]) -> int | None:
    value = entry.get("min_age")
    if value is None:
        return None
    if not isinstance(value, int) or isinstance(value, bool) or not 0 < value < 100:
        raise ValueError(_("“%(key)s” must be a whole number.") % {"key": "min_age"})
    return value

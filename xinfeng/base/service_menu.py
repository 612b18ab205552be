"""The menu of services that a city offers, and how long each step of an order may take.

`menu.yaml` of a city pack: deadlines that hold for all, shorter ones for what is urgent, and
classes with their items and, where they differ, deadlines of their own.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext as _

from .document import Document, written
from .worktime import Span, Unit

_DEFAULT_YELLOW = 75
Tell = Callable[[tuple[Any, ...], object], None]


class Step(StrEnum):
    """What somebody has to do with an order by a day; of a complaint: answer it."""

    VERIFY = "verify"
    DISPATCH = "dispatch"
    ACCEPT = "accept"
    CONTACT = "contact"
    FINISH = "finish"
    CONFIRM = "confirm"
    RATE = "rate"
    CALL_BACK = "call_back"
    HOLD = "hold"
    ANSWER = "answer"


@dataclass(frozen=True)
class Deadline:
    """How long a step may take, and after which part of that time it is warned of."""

    span: Span
    yellow_percent: int = _DEFAULT_YELLOW


Deadlines = Mapping[Step, Deadline]

# Where a city's file says nothing. Ours: no rule sets them.
DEFAULTS: Deadlines = {
    Step.VERIFY: Deadline(Span(1, Unit.WORKING_DAYS), 50),
    Step.DISPATCH: Deadline(Span(1, Unit.WORKING_DAYS), 50),
    Step.ACCEPT: Deadline(Span(24, Unit.HOURS)),
    Step.CONTACT: Deadline(Span(48, Unit.HOURS)),
    Step.FINISH: Deadline(Span(168, Unit.HOURS)),
    Step.CONFIRM: Deadline(Span(3, Unit.WORKING_DAYS)),
    Step.RATE: Deadline(Span(168, Unit.HOURS)),
    Step.CALL_BACK: Deadline(Span(2, Unit.WORKING_DAYS), 50),
    Step.HOLD: Deadline(Span(10, Unit.WORKING_DAYS)),
    Step.ANSWER: Deadline(Span(5, Unit.WORKING_DAYS), 60),
}


@dataclass(frozen=True)
class Item:
    """One service, and what it needs."""

    code: str
    name: str
    category: str
    minutes: int
    name_en: str = ""
    hint: str = ""
    hint_en: str = ""
    mode: str = "ASSIGN"
    skills: tuple[str, ...] = ()
    qualifications: tuple[str, ...] = ()
    people: int = 1
    risk: str = "LOW"
    min_age: int | None = None
    at_home: bool = True
    months: tuple[int, ...] = ()


@dataclass(frozen=True)
class ItemClass:
    code: str
    name: str
    name_en: str = ""
    deadlines: Deadlines = field(default_factory=dict)
    items: tuple[Item, ...] = ()


@dataclass(frozen=True)
class Menu:
    classes: tuple[ItemClass, ...] = ()
    deadlines: Deadlines = field(default_factory=dict)
    urgent: Deadlines = field(default_factory=dict)
    # The accident insurance of whoever serves; needed from medium risk on.
    insurance: str = ""

    def deadline(self, step: Step, *, of_class: str, is_urgent: bool) -> Deadline:
        """What is urgent goes first, then what the class says, then what holds for all."""
        if is_urgent and step in self.urgent:
            return self.urgent[step]
        own = next((c.deadlines for c in self.classes if c.code == of_class), {})
        return own.get(step) or self.deadlines.get(step) or DEFAULTS[step]


NO_MENU = Menu()


@dataclass(frozen=True)
class Terms:
    """Codes that the city's other files name."""

    categories: Collection[str]
    skills: Collection[str]
    qualifications: Collection[str]


def read_menu(document: Document, terms: Terms, tell: Tell) -> Menu:
    """The menu of a file; what is wrong in it is told by its path."""
    values = document.values
    if not isinstance(values, dict) or not isinstance(values.get("classes"), list):
        tell((), _("the file must hold a list called “%(what)s”.") % {"what": "classes"})
        return NO_MENU
    _only(values, ("insurance", "deadlines", "urgent", "classes"), (), tell)
    reader = _Reader(terms, tell)
    classes = [
        reader.item_class(entry, ("classes", at)) for at, entry in enumerate(values["classes"])
    ]
    return Menu(
        classes=tuple(made for made in classes if made),
        deadlines=reader.deadlines(values.get("deadlines"), ("deadlines",)),
        urgent=reader.deadlines(values.get("urgent"), ("urgent",)),
        insurance=str(values.get("insurance") or "").strip(),
    )


class _Reader:
    """Reads entries and tells what is wrong with each."""

    def __init__(self, terms: Terms, tell: Tell) -> None:
        self.known = {
            "category": terms.categories,
            "skills": terms.skills,
            "qualifications": terms.qualifications,
        }
        self.tell = tell
        self.seen: set[str] = set()

    def item_class(self, entry: Any, path: tuple[Any, ...]) -> ItemClass | None:
        if not isinstance(entry, dict) or not isinstance(entry.get("items"), list):
            self.tell(path, _("a class is written as {code: …, name: …, items: […]}."))
            return None
        _only(entry, ("code", "name", "name_en", "deadlines", "items"), path, self.tell)
        items = [self.item(one, (*path, "items", at)) for at, one in enumerate(entry["items"])]
        try:
            return ItemClass(
                code=self._once(entry),
                name=_need(entry, "name"),
                name_en=str(entry.get("name_en") or ""),
                deadlines=self.deadlines(entry.get("deadlines"), (*path, "deadlines")),
                items=tuple(item for item in items if item),
            )
        except (TypeError, ValueError) as error:
            self.tell(path, f"{written(path)}: {error}")
        return None

    def item(self, entry: Any, path: tuple[Any, ...]) -> Item | None:
        try:
            if not isinstance(entry, dict):
                raise TypeError(_("an entry is written as {code: …, name: …}."))
            unknown = sorted(set(entry) - set(Item.__dataclass_fields__))
            if unknown:
                raise ValueError(_unknown(unknown[0], Item.__dataclass_fields__))
            return self._checked(entry)
        except (TypeError, ValueError) as error:
            self.tell(path, f"{written(path)}: {error}")
        return None

    def deadlines(self, entry: Any, path: tuple[Any, ...]) -> Deadlines:
        if entry is None:
            return {}
        if not isinstance(entry, dict):
            self.tell(path, _("deadlines are written as {verify: {working_days: 1}}."))
            return {}
        made = {}
        for name, value in entry.items():
            try:
                if name not in set(Step):
                    raise ValueError(_unknown(name, list(Step)))
                made[Step(name)] = _deadline(value)
            except (TypeError, ValueError) as error:
                self.tell((*path, name), f"{name}: {error}")
        return made

    def _checked(self, entry: dict[str, Any]) -> Item:
        for key in ("skills", "qualifications"):
            for code in entry.get(key) or ():
                self._refuse_unknown(key, code)
        self._refuse_unknown("category", _need(entry, "category"))
        mode, risk = str(entry.get("mode", "ASSIGN")), str(entry.get("risk", "LOW"))
        _one_of("mode", mode, ("ASSIGN", "GRAB"))
        _one_of("risk", risk, ("LOW", "MEDIUM", "HIGH"))
        return Item(
            code=self._once(entry),
            name=_need(entry, "name"),
            category=str(entry["category"]),
            minutes=_number(entry, "minutes", 0),
            name_en=str(entry.get("name_en") or ""),
            hint=str(entry.get("hint") or ""),
            hint_en=str(entry.get("hint_en") or ""),
            mode=mode,
            skills=tuple(entry.get("skills") or ()),
            qualifications=tuple(entry.get("qualifications") or ()),
            people=_number(entry, "people", 1),
            risk=risk,
            min_age=_number(entry, "min_age", 0) if "min_age" in entry else None,
            at_home=entry.get("at_home") is not False,
            months=_months(entry.get("months") or ()),
        )

    def _once(self, entry: dict[str, Any]) -> str:
        """The code, if nothing else on the menu has it."""
        code = _need(entry, "code")
        if code in self.seen:
            raise ValueError(_("“%(key)s” stands twice.") % {"key": code})
        self.seen.add(code)
        return code

    def _refuse_unknown(self, key: str, code: str) -> None:
        if code not in self.known[key]:
            reason = _("“%(code)s” is none of the city's %(file)s.")
            files = {"category": "categories.yaml"}
            raise ValueError(reason % {"code": code, "file": files.get(key, f"{key}.yaml")})


def _deadline(entry: Any) -> Deadline:
    if not isinstance(entry, dict):
        raise TypeError(_("deadlines are written as {verify: {working_days: 1}}."))
    units = [unit for unit in Unit if unit in entry]
    known = (*Unit, "yellow_percent")
    unknown = sorted(set(entry) - set(known))
    if unknown:
        raise ValueError(_unknown(unknown[0], known))
    if len(units) != 1:
        raise ValueError(_("name one of %(known)s.") % {"known": ", ".join(Unit)})
    yellow = _number(entry, "yellow_percent", _DEFAULT_YELLOW)
    if yellow > 100:
        raise ValueError(_("“%(key)s” must be a whole number.") % {"key": "yellow_percent"})
    return Deadline(Span(_number(entry, units[0], 0), units[0]), yellow)


def _months(given: Any) -> tuple[int, ...]:
    if not isinstance(given, list | tuple) or not set(given) <= set(range(1, 13)):
        raise ValueError(_("months are numbers from 1 to 12."))
    return tuple(sorted(set(given)))


def _number(entry: dict[str, Any], key: str, default: int) -> int:
    value = entry.get(key, default)
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise ValueError(_("“%(key)s” must be a whole number.") % {"key": key})
    return value


def _need(entry: dict[str, Any], key: str) -> str:
    if not entry.get(key):
        raise ValueError(_("“%(key)s” is missing.") % {"key": key})
    return str(entry[key])


def _one_of(key: str, value: str, known: Collection[str]) -> None:
    if value not in known:
        raise ValueError(f"{key}: {_unknown(value, known)}")


def _unknown(key: str, known: Collection[str]) -> str:
    words = _("unknown key “%(key)s”; known are %(known)s")
    return words % {"key": key, "known": ", ".join(known)}


def _only(entry: dict[str, Any], known: Collection[str], path: Any, tell: Tell) -> None:
    for key in sorted(set(entry) - set(known)):
        tell((*path, key), _unknown(key, known))

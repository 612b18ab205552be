"""The rules of honest hours: each is a question to the ledger, with the words that explain it.

A rule IS SQL over the temporary table `looked`: the valid credits that somebody looks at, with
the columns of a credit. It selects

    credit_id bigint · reason jsonb

one row for each credit to be held, with ids and numbers as the reason; `team_id` among them is
kept apart. Its parameters are %(so)s, each with a default that the city pack may change; the
definition names them too, so that what the public reads is what the program does.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from functools import cache
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from xinfeng.base import pack
from xinfeng.people import notices

Text = str | Promise


class Severity(StrEnum):
    """Whether a credit waits for the decision, or is only shown to those who decide."""

    HOLD = "hold"
    SOFT = "soft"


@dataclass(frozen=True)
class Look:
    """Which days of service are looked at, half-open, in the city's own zone."""

    since: date
    until: date

    @property
    def zone(self) -> str:
        return timezone.get_default_timezone_name()


Given = Callable[[Look], Mapping[str, Any]]


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One declared rule, as the public reads it and as the database asks it."""

    name: str
    title: Text
    definition: Text
    # One sentence about a single credit, with the names of its reason in it.
    because: Text
    # The evidence it reads, in words.
    reads: Text
    sql: str
    severity: Severity = Severity.HOLD
    parameters: Mapping[str, int] = field(default_factory=dict)
    # Further values that are worked out for the days looked at, e.g. the working days.
    given: Given | None = None
    # Names of the scenes whose tables it reads beside `looked`.
    scenes: tuple[str, ...] = ()

    @property
    def is_soft(self) -> bool:
        return self.severity is Severity.SOFT

    @property
    def words(self) -> str:
        """The definition with this city's numbers in it."""
        return str(self.definition) % self.parameters

    def said(self, reason: Mapping[str, Any]) -> str:
        """Why this rule holds one credit; the reason's numbers come from the rule itself."""
        return str(self.because) % {**self.parameters, **reason}

    def values(self, look: Look) -> dict[str, Any]:
        days = {"since": look.since, "until": look.until, "zone": look.zone}
        return {**days, **self.parameters, **(self.given(look) if self.given else {})}


@dataclass(frozen=True, kw_only=True)
class Scene:
    """A temporary table that several rules share: made once a look, `sql` after `looked`."""

    name: str
    sql: str
    key: str


_PLACED = _(
    "Hours of yours are under review: {title}. They stay on your record; see why, and object if"
    " it is wrong."
)
_declared: dict[str, Rule] = {}
_scenes: dict[str, Scene] = {}


def declare(rule: Rule) -> Rule:
    assert rule.name not in _declared, f"rule {rule.name} is declared twice"
    _declared[rule.name] = rule
    if not rule.is_soft:
        notices.declare({notice_of(rule): format_lazy(_PLACED, title=rule.title)})
    return rule


def notice_of(rule: Rule) -> str:
    """The kind of notice that tells volunteers of new holds by a rule."""
    return f"hold.{rule.name}"


def scene(given: Scene) -> Scene:
    assert given.name not in _scenes, f"scene {given.name} is declared twice"
    _scenes[given.name] = given
    return given


def get(name: str) -> Rule:
    """The rule as this city has it."""
    return _for_this_city()[name]


def find(name: str) -> Rule | None:
    """The rule as this city has it, or as it was declared; None when it is gone."""
    return _for_this_city().get(name) or _declared.get(name)


def title_of(name: str) -> Text:
    """What a rule is called; a rule that is gone since keeps its name."""
    rule = _declared.get(name)
    return rule.title if rule else name


def declared() -> list[Rule]:
    """All rules that this city uses, in the order in which they were declared."""
    return list(_for_this_city().values())


def scenes_of(rules: list[Rule]) -> list[Scene]:
    wanted = {name for rule in rules for name in rule.scenes}
    return [given for name, given in _scenes.items() if name in wanted]


class UnknownRule(Exception):
    """The city pack names a rule or a parameter that no room declares."""


@cache
def _for_this_city() -> dict[str, Rule]:
    """Read once per process: a pack changes with a restart."""
    choices = {choice.name: choice for choice in pack.load(settings.CITY_PACK).honesty}
    if unknown := sorted(choices.keys() - _declared.keys()):
        raise UnknownRule(f"honesty.yaml: no rule is called {unknown[0]}")
    chosen: dict[str, Rule] = {}
    for name, rule in _declared.items():
        choice = choices.get(name)
        if choice is None:
            chosen[name] = rule
        elif choice.is_used:
            chosen[name] = _changed(rule, choice.parameters)
    return chosen


def _changed(rule: Rule, parameters: Mapping[str, int]) -> Rule:
    if unknown := sorted(parameters.keys() - rule.parameters.keys()):
        known = ", ".join(rule.parameters)
        raise UnknownRule(f"honesty.yaml: {rule.name} has no {unknown[0]}; it has: {known}")
    return replace(rule, parameters={**rule.parameters, **parameters})

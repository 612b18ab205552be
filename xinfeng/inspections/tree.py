"""A standard as the program reads it: project → content → check line, frozen."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from dataclasses import field as kept
from enum import StrEnum
from functools import cached_property
from typing import Any

from xinfeng.base.words import Words


class Method(StrEnum):
    """How a line is looked at: papers filed online, a visit, a survey, or a figure."""

    FILING = "filing"
    FIELD = "field"
    SURVEY = "survey"
    FIGURE = "figure"


class Answer(StrEnum):
    """What an inspector writes down at a point; the verdict follows from all but the first."""

    VERDICT = "verdict"
    COUNT = "count"
    MINUTES = "minutes"
    NUMBER = "number"
    # So many of so many; what is asked is in percent.
    SHARE = "share"


# A standard of points knows no tiers: its weights stand under this nameless one.
NO_TIER = ""
# The kind of rule of a line that no figure decides: it is read by people.
READ = "read"


class Deadline(StrEnum):
    """How long a unit has to put right what is not met, in the five classes that cities use."""

    ON_THE_SPOT = "on_the_spot"
    H24 = "h24"
    WD3 = "wd3"
    D7 = "d7"
    D30 = "d30"


class Policy(StrEnum):
    """What a value that nobody knows means for the verdict; said by every standard."""

    NOT_KNOWN = "not_known"
    NOT_MET = "not_met"


@dataclass(frozen=True)
class RuleText:
    """The rule of a line: its kind, the figure it reads, and its amounts, some per tier."""

    kind: str
    figure: str
    # How many months before the period's end are read; None: the period itself.
    over_months: int | None
    missing: Policy
    amounts: Mapping[str, Any]

    def for_tier(self, tier: str) -> dict[str, Any]:
        """The amounts that hold for a place of this tier."""
        chosen = {
            name: amount.get(tier) if isinstance(amount, Mapping) else amount
            for name, amount in self.amounts.items()
        }
        return {name: amount for name, amount in chosen.items() if amount is not None}


@dataclass(frozen=True)
class FieldText:
    """How a line is read at points: of which types, what is written down, what it must be."""

    types: tuple[str, ...]
    answer: Answer
    at_least: int | None = None
    at_most: int | None = None
    # A picture is asked for when the line is not met.
    photo: bool = True
    # Work to put one point right, in person-minutes; None: nobody has said.
    effort_minutes: int | None = None
    # None: as long as a unit has where the standard does not say.
    deadline: Deadline | None = None

    def is_met(self, value: int, out_of: int | None = None) -> bool:
        """Whether what was counted or measured is within what is asked."""
        # Of a share both sides are multiplied, so that nothing is rounded.
        one = 1
        if self.answer is Answer.SHARE:
            assert out_of, "a share is of something"
            value, one = 100 * value, out_of
        return (self.at_least is None or value >= self.at_least * one) and (
            self.at_most is None or value <= self.at_most * one
        )


@dataclass(frozen=True)
class Papers:
    """What is filed online: how many papers, how old they may be, and whether stamped."""

    at_least: int
    window_months: int
    is_stamped: bool


@dataclass(frozen=True)
class Asked:
    """What residents are asked, and the share of them that must be content, in permille."""

    question: str
    at_least_permille: int


@dataclass(frozen=True)
class Line:
    code: str
    title: Words
    mend: Words
    method: Method
    unit: Words | None
    weight: Mapping[str, int]
    rule: RuleText
    project: str
    content: str
    # Only lines that are read at points have it.
    field: FieldText | None = None
    # Only lines that are filed have the one, only lines that residents are asked the other.
    papers: Papers | None = None
    asked: Asked | None = None
    # Who is responsible beside the leading unit.
    units: tuple[Words, ...] = ()

    @property
    def is_bonus(self) -> bool:
        return self.rule.kind == "bonus"

    def applies_to(self, tier: str) -> bool:
        return tier in self.weight

    @cached_property
    def digest(self) -> str:
        """Changes when, and only when, the way this line is decided changes."""
        rule = self.rule
        said: list[Any] = [
            self.code,
            rule.kind,
            rule.figure,
            rule.over_months,
            rule.missing,
            dict(rule.amounts),
        ]
        # Lines of places say none of these, and keep the digest they had.
        for each in (self.field, self.papers, self.asked):
            if each is not None:
                part = asdict(each)
                # How long the repair may take decides nothing about the line.
                part.pop("deadline", None)
                said.append(part)
        return _sha256(said)


@dataclass(frozen=True)
class Content:
    code: str
    title: Words
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Project:
    code: str
    title: Words
    weight: Mapping[str, int]
    contents: tuple[Content, ...]

    @property
    def lines(self) -> tuple[Line, ...]:
        return tuple(line for content in self.contents for line in content.lines)


@dataclass(frozen=True)
class Module:
    """A part beside the projects: below its gate nobody may apply, and it takes a share."""

    code: str
    title: Words
    # Points of 100, and percent of the whole.
    gate: int
    share: int
    contents: tuple[Content, ...]

    @property
    def lines(self) -> tuple[Line, ...]:
        return tuple(line for content in self.contents for line in content.lines)


@dataclass(frozen=True)
class NegativeEntry:
    """One entry of the negative list; `deduct` None: it suspends."""

    code: str
    title: Words
    window_months: int
    deduct: int | None


@dataclass(frozen=True)
class Tree:
    """One version of a standard, whole.

    A standard of points may share 100 out over its `methods`, and over the years of a `cycle`.
    """

    name: str
    version: str
    title: Words
    source: Words
    is_example: bool
    tiers: tuple[str, ...]
    missing: Policy
    projects: tuple[Project, ...]
    grain: str = "place"
    methods: Mapping[Method, int] = kept(default_factory=dict)
    cycle: tuple[int, ...] = ()
    modules: tuple[Module, ...] = ()
    negative: tuple[NegativeEntry, ...] = ()

    @property
    def parts(self) -> tuple[Project | Module, ...]:
        """The projects, and the modules beside them."""
        return (*self.projects, *self.modules)

    @cached_property
    def lines(self) -> dict[str, Line]:
        """Every check line by its code, in the order of the document, modules at the end."""
        return {line.code: line for part in self.parts for line in part.lines}

    def lines_by(self, method: Method) -> list[Line]:
        return [line for line in self.lines.values() if line.method is method]

    def lines_for(self, tier: str) -> Iterator[Line]:
        return (line for line in self.lines.values() if line.applies_to(tier))

    def lines_at(self, point_type: str) -> Iterator[Line]:
        """What is read at points of this type, in the order of the document."""
        return (
            line
            for line in self.lines.values()
            if line.field is not None and point_type in line.field.types
        )

    @cached_property
    def module_of(self) -> dict[str, str]:
        """By line the module it belongs to; lines of projects are not there."""
        return {line.code: module.code for module in self.modules for line in module.lines}

    def project(self, code: str) -> Project | None:
        return next((project for project in self.projects if project.code == code), None)


def digest_of(parsed: Any) -> str:
    """sha256 over the values of a document, whatever their order and layout."""
    return _sha256(parsed)


def _sha256(value: Any) -> str:
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()

"""How a city stands by a standard: what is reached, what is known, and what nobody looked at.

Points are exact fractions. A line that nobody graded, visited or asked about adds nothing and
is not known; its weight is shown and never shared out among the others.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from xinfeng.inspections.tree import NO_TIER, Line, Method, Module, Tree

WHOLE = 100
# Shares of lines, 0 to 1; a line without one is not known.
Shares = Mapping[str, Fraction]


@dataclass(frozen=True)
class Reached:
    """Points got out of those that are known, out of all there are."""

    got: Fraction
    known: Fraction
    whole: Fraction

    @property
    def open(self) -> Fraction:
        return self.whole - self.known

    @property
    def share(self) -> Fraction | None:
        """Of what is known; None when nothing is."""
        return self.got / self.known if self.known else None


@dataclass(frozen=True)
class OfMethod:
    method: Method
    lines: int
    lines_known: int
    reached: Reached


class Gate(StrEnum):
    PASSED = "PASSED"
    MISSED = "MISSED"
    OPEN = "OPEN"


@dataclass(frozen=True)
class OfModule:
    module: Module
    lines_known: int
    reached: Reached

    @property
    def gate(self) -> Gate:
        """Open while what is not known could still decide it."""
        if self.reached.got >= self.module.gate:
            return Gate.PASSED
        if self.reached.got + self.reached.open < self.module.gate:
            return Gate.MISSED
        return Gate.OPEN


@dataclass(frozen=True)
class Taken:
    """What the negative list takes; `suspends` names the entries that suspend."""

    points: int
    suspends: tuple[str, ...] = ()


@dataclass(frozen=True)
class Standing:
    methods: Sequence[OfMethod]
    modules: Sequence[OfModule]
    taken: Taken
    whole: Reached


def standing(tree: Tree, shares: Shares, taken: Taken) -> Standing:
    """The city by a standard of points that shares 100 out over its methods."""
    own = [line for project in tree.projects for line in project.lines]
    methods = [
        _of_method(method, share, [line for line in own if line.method is method], shares)
        for method, share in tree.methods.items()
    ]
    modules = [_of_module(module, shares) for module in tree.modules]
    parts = [
        *((WHOLE - sum(each.share for each in tree.modules), each.reached) for each in methods),
        *((each.module.share, each.reached) for each in modules),
    ]
    summed = _sum(_scaled(reached, Fraction(share, WHOLE)) for share, reached in parts)
    got = max(Fraction(0), summed.got - taken.points)
    return Standing(methods, modules, taken, Reached(got, summed.known, summed.whole))


def mean(shares: Iterable[Fraction | None]) -> Fraction | None:
    """Of the units that a line was given to: of those graded; None while none is."""
    known = [share for share in shares if share is not None]
    return sum(known, Fraction(0)) / len(known) if known else None


def over_cycle(years: Sequence[Fraction | None], weights: Sequence[int]) -> Reached:
    """The years of a cycle by their weights; a year that is not scored stays open.

    `years` are points of 100, the first year first.
    """
    known = [
        (weight, year) for weight, year in zip(weights, years, strict=True) if year is not None
    ]
    got = sum((Fraction(weight) * year / WHOLE for weight, year in known), Fraction(0))
    return Reached(
        got, Fraction(sum(weight for weight, _year in known)), Fraction(sum(weights))
    )


def _of_method(method: Method, share: int, lines: Sequence[Line], shares: Shares) -> OfMethod:
    known = sum(line.code in shares for line in lines)
    return OfMethod(method, len(lines), known, _reached(lines, shares, Fraction(share)))


def _of_module(module: Module, shares: Shares) -> OfModule:
    known = sum(line.code in shares for line in module.lines)
    return OfModule(module, known, _reached(module.lines, shares, Fraction(WHOLE)))


def _reached(lines: Sequence[Line], shares: Shares, worth: Fraction) -> Reached:
    """`worth` shared out over the lines by their weights."""
    weights = sum(line.weight.get(NO_TIER, 0) for line in lines)
    if not weights:
        return Reached(Fraction(0), Fraction(0), worth)
    got = known = Fraction(0)
    for line in lines:
        share = shares.get(line.code)
        if share is not None:
            part = worth * line.weight.get(NO_TIER, 0) / weights
            got, known = got + part * share, known + part
    return Reached(got, known, worth)


def _scaled(reached: Reached, by: Fraction) -> Reached:
    return Reached(reached.got * by, reached.known * by, reached.whole * by)


def _sum(parts: Iterable[Reached]) -> Reached:
    got = known = whole = Fraction(0)
    for part in parts:
        got, known, whole = got + part.got, known + part.known, whole + part.whole
    return Reached(got, known, whole)

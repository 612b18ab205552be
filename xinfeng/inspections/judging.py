"""From inputs to outcomes and scores: pure, the same for every evaluation."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from xinfeng.base.figures import Window

from . import periods
from .models import WHOLE, Verdict
from .rules import FULL, RULES, Inputs, Outcome, strictly
from .tree import Line, Policy, Project, Tree


def decision(line: Line, tier: str, window: Window) -> "partial[Outcome]":
    """How a line is decided for places of a tier, with everything but the inputs filled in."""
    amounts = line.rule.for_tier(tier)
    if line.rule.kind == "events":
        amounts["stretches"] = _stretches(amounts, window)
    return partial(_decide, line.rule.kind, line.rule.missing, amounts)


def _decide(kind: str, missing: Policy, amounts: Mapping[str, Any], inputs: Inputs) -> Outcome:
    outcome = RULES[kind](amounts, inputs)
    return strictly(outcome) if missing is Policy.NOT_MET else outcome


def _stretches(amounts: Mapping[str, Any], window: Window) -> list[tuple[int, int]]:
    """First and last day of each stretch, counted back from the window's last day."""
    found = periods.stretches(
        window, months=amounts.get("every_months", 0), weeks=amounts.get("every_weeks", 0)
    )
    return [
        ((window.until - each.until).days, (window.until - each.since).days - 1)
        for each in found
    ]


@dataclass
class Standing:
    """How a place stands in one project, or on the whole (project "")."""

    project: str
    applicable: int = 0
    known: int = 0
    met: int = 0
    not_met: list[str] = field(default_factory=list)
    not_known: list[str] = field(default_factory=list)
    score: int | None = None


def standings(tree: Tree, tier: str, outcomes: Mapping[str, Outcome]) -> list[Standing]:
    """One for each project that weighs something for the tier, and the whole at the end."""
    parts = [
        (project.weight[tier], _of_project(project, tier, outcomes))
        for project in tree.projects
        if tier in project.weight
    ]
    return [*(part for _weight, part in parts), _whole(parts)]


def _of_project(project: Project, tier: str, outcomes: Mapping[str, Outcome]) -> Standing:
    standing = Standing(project.code)
    weighed: list[tuple[int, int]] = []
    extra = 0
    for line in project.lines:
        outcome = outcomes.get(line.code)
        if outcome is None or outcome.verdict is Verdict.NOT_APPLICABLE:
            continue
        if line.is_bonus:
            extra += outcome.score or 0
            continue
        standing.applicable += 1
        if outcome.score is None:
            standing.not_known.append(line.code)
            continue
        weighed.append((line.weight[tier], outcome.score))
        standing.known += 1
        if outcome.verdict is Verdict.MET:
            standing.met += 1
        else:
            standing.not_met.append(line.code)
    mean = _mean(weighed)
    standing.score = None if mean is None else min(FULL, mean + extra)
    return standing


def _whole(parts: Sequence[tuple[int, Standing]]) -> Standing:
    """The projects' scores by weight; what is not known weighs nothing."""
    whole = Standing(WHOLE)
    for _weight, part in parts:
        whole.applicable += part.applicable
        whole.known += part.known
        whole.met += part.met
        whole.not_met += part.not_met
        whole.not_known += part.not_known
    whole.score = _mean(
        (weight, part.score) for weight, part in parts if part.score is not None
    )
    return whole


def _mean(weighed: Iterable[tuple[int, int]]) -> int | None:
    pairs = list(weighed)
    weights = sum(weight for weight, _score in pairs)
    if not weights:
        return None
    # Half a permille is rounded up, in whole numbers.
    return (2 * sum(weight * score for weight, score in pairs) + weights) // (2 * weights)

"""The rules a check line can be decided by: small pure functions from inputs to an outcome.

Each takes the amounts a line asks for (already chosen for the place's tier) and what the
figure's rows say of one place. None of them fills in what is missing.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from .models import Verdict

FULL = 1000
# 100 / 66 / 33 / 0 %: the grades in use.
GRADE_PERMILLE = {"A": 1000, "B": 660, "C": 330, "C#": 0}


@dataclass(frozen=True, slots=True)
class Inputs:
    """What a figure says of one place in a window; `numerator` None: nobody knows.

    `values` are the numerators of the rows, `days` their first days counted from the end of
    the window backwards (0 = its last day); both only where the rule asks for them.
    """

    numerator: int | None
    denominator: int | None = None
    rows: int = 0
    values: tuple[int, ...] = ()
    days: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """A verdict with its score; `value` (of `whole`) was compared with `threshold`."""

    verdict: Verdict
    score: int | None
    value: int | None = None
    whole: int | None = None
    threshold: int | None = None


Amounts = Mapping[str, Any]
Rule = Callable[[Amounts, Inputs], Outcome]

NOT_APPLICABLE = Outcome(Verdict.NOT_APPLICABLE, None)


def binary(amounts: Amounts, inputs: Inputs) -> Outcome:
    """There is at least one."""
    if inputs.numerator is None:
        return _not_known(1)
    return _judged(inputs.numerator >= 1, inputs.numerator, 1)


def count(amounts: Amounts, inputs: Inputs) -> Outcome:
    """At least so many."""
    wanted = amounts["at_least"]
    if inputs.numerator is None:
        return _not_known(wanted)
    return _judged(inputs.numerator >= wanted, inputs.numerator, wanted)


def threshold(amounts: Amounts, inputs: Inputs) -> Outcome:
    """A figure is not under, or not over, a bound; a share is compared in permille."""
    if "at_most" in amounts:
        highest = amounts["at_most"]
        value = _value(inputs, round_up=1)
        return (
            _not_known(highest) if value is None else _judged(value <= highest, value, highest)
        )
    lowest, value = amounts["at_least"], _value(inputs)
    return _not_known(lowest) if value is None else _judged(value >= lowest, value, lowest)


def rate(amounts: Amounts, inputs: Inputs) -> Outcome:
    """A share of a whole reaches a permille; an empty whole is not known."""
    wanted = amounts["at_least_permille"]
    if inputs.numerator is None or not inputs.denominator:
        return _not_known(wanted)
    met = inputs.numerator * FULL >= wanted * inputs.denominator
    return _judged(met, inputs.numerator, wanted, whole=inputs.denominator)


def ratio(amounts: Amounts, inputs: Inputs) -> Outcome:
    """As much of the score as of the target is reached, and no more than all of it."""
    target = amounts["target"]
    value = _value(inputs)
    if value is None:
        return _not_known(target)
    score = _bounded(value * FULL // target)
    return _graded(score, met=value >= target, value=value, threshold=target)


def all_of(amounts: Amounts, inputs: Inputs) -> Outcome:
    """Every one of at least n samples passes; with fewer samples nothing is known."""
    least, samples = amounts.get("at_least", 1), amounts["samples"]
    passed = _passing(inputs, least)
    failed = len(inputs.values) - passed
    # One failure decides, however many samples are still to come.
    if not failed and len(inputs.values) < samples:
        return _not_known(samples, value=passed)
    return _judged(not failed, passed, samples, whole=len(inputs.values))


def grades(amounts: Amounts, inputs: Inputs) -> Outcome:
    """How many of n samples pass gives A, B or C (100, 66, 33 %), below that C# (0 %)."""
    least, samples = amounts.get("at_least", 1), amounts["samples"]
    passing_grade = amounts.get("pass", "A")
    wanted = amounts[passing_grade]
    if len(inputs.values) < samples:
        return _not_known(wanted)
    passed = _passing(inputs, least)
    grade = next((g for g in "ABC" if passed >= amounts[g]), "C#")
    return _graded(
        GRADE_PERMILLE[grade],
        met=passed >= wanted,
        value=passed,
        whole=len(inputs.values),
        threshold=wanted,
    )


def count_per_distance(amounts: Amounts, inputs: Inputs) -> Outcome:
    """At least k for every so many metres; the figure's denominator is the length in metres."""
    wanted = amounts["at_least"]
    if inputs.numerator is None or not inputs.denominator:
        return _not_known(wanted)
    met = inputs.numerator * amounts["per_m"] >= wanted * inputs.denominator
    return _judged(met, inputs.numerator, wanted, whole=inputs.denominator)


def deduction(amounts: Amounts, inputs: Inputs) -> Outcome:
    """Each missing one costs points: always as many, or growing with each further one."""
    target = amounts["target"]
    if inputs.numerator is None:
        return _not_known(target)
    missing = max(0, target - inputs.numerator)
    cost = missing * amounts["each_permille"]
    cost += missing * (missing - 1) // 2 * amounts.get("growth_permille", 0)
    return _graded(
        _bounded(FULL - cost), met=not missing, value=inputs.numerator, threshold=target
    )


def events(amounts: Amounts, inputs: Inputs) -> Outcome:
    """At least k in each stretch, or in most; the score is the share of such stretches."""
    least, stretches = amounts["at_least"], amounts["stretches"]
    wanted = -(-len(stretches) * amounts.get("pass_permille", FULL) // FULL)
    if inputs.numerator is None:
        return _not_known(wanted)
    good = sum(_enough(inputs.days, first, last, least) for first, last in stretches)
    return _graded(
        good * FULL // len(stretches),
        met=good >= wanted,
        value=good,
        whole=len(stretches),
        threshold=wanted,
    )


def spacing(amounts: Amounts, inputs: Inputs) -> Outcome:
    """No two are nearer than so many metres; each row's value is the way to its neighbour."""
    wanted = amounts["at_least"]
    if not inputs.values:
        return _not_known(wanted)
    nearest = min(inputs.values)
    return _judged(nearest >= wanted, nearest, wanted)


def bonus(amounts: Amounts, inputs: Inputs) -> Outcome:
    """Each one above a number adds points, up to a cap; having none takes nothing away."""
    above = amounts.get("above", 0)
    if inputs.numerator is None:
        return _not_known(above)
    extra = max(0, inputs.numerator - above)
    points = min(amounts["at_most"], extra * amounts["each_permille"])
    return _graded(points, met=points > 0, value=inputs.numerator, threshold=above + 1)


RULES: dict[str, Rule] = {
    rule.__name__: rule
    for rule in (
        binary, all_of, grades, count, count_per_distance, rate, deduction, ratio, events,
        threshold, spacing, bonus,
    )
}  # fmt: skip

READS_VALUES = frozenset({"all_of", "grades", "spacing"})
READS_DAYS = frozenset({"events"})
READS_SHARES = frozenset({"rate", "count_per_distance"})


def strictly(outcome: Outcome) -> Outcome:
    """The policy "what nobody knows is not met": said by the standard, never by default."""
    if outcome.verdict is not Verdict.NOT_KNOWN:
        return outcome
    return Outcome(
        Verdict.NOT_MET,
        0,
        value=outcome.value,
        whole=outcome.whole,
        threshold=outcome.threshold,
    )


def _value(inputs: Inputs, round_up: int = 0) -> int | None:
    # A share is rounded against the place, so that 50.1 ‰ is never "at most 50 ‰".
    if inputs.numerator is None or inputs.denominator == 0:
        return None
    if inputs.denominator is None:
        return inputs.numerator
    share = inputs.numerator * FULL
    return -(-share // inputs.denominator) if round_up else share // inputs.denominator


def _passing(inputs: Inputs, least: int) -> int:
    return sum(value >= least for value in inputs.values)


def _enough(days: tuple[int, ...], first: int, last: int, least: int) -> bool:
    return sum(first <= day <= last for day in days) >= least


def _bounded(score: int) -> int:
    return max(0, min(FULL, score))


def _not_known(wanted: int | None, value: int | None = None) -> Outcome:
    return Outcome(Verdict.NOT_KNOWN, None, value=value, threshold=wanted)


def _judged(met: bool, value: int, wanted: int, whole: int | None = None) -> Outcome:
    return _graded(FULL if met else 0, met=met, value=value, whole=whole, threshold=wanted)


def _graded(
    score: int, *, met: bool, value: int, threshold: int, whole: int | None = None
) -> Outcome:
    return Outcome(Verdict.MET if met else Verdict.NOT_MET, score, value, whole, threshold)

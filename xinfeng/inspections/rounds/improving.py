"""What if: which open lines give the most points for the least work before the next round.

A knapsack: each open line gains points if it is put right and takes minutes of work; the work
has a limit, in all and for each unit. Solved with OR-Tools' CP-SAT to the proven best, or to a
bound that nothing can pass.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

# Gains are compared to a ten-thousandth of the largest one.
_STEPS = 10_000
# The solver's own count of work, not a clock: the same question has the same answer.
EFFORT = 6.0


@dataclass(frozen=True)
class OpenLine:
    """One line that is not met at one point: what it would gain, and what it takes."""

    key: tuple[str, str]
    unit: str
    gain: float
    minutes: int


@dataclass(frozen=True)
class Improvement:
    """The lines to put right, best value first; `bound` is what no choice can gain more than.

    `worth` is the least gain for an hour of what was chosen, `missed` the most of what was not:
    together they say where the line was drawn.
    """

    chosen: tuple[OpenLine, ...]
    gain: float
    bound: float
    minutes: int
    is_best: bool
    worth: float | None
    missed: float | None


def improve(
    lines: Sequence[OpenLine], minutes: int, *, per_unit: Mapping[str, int] | None = None
) -> Improvement:
    """The best choice for so many minutes of work; deterministic."""
    open_lines = [line for line in lines if line.gain > 0]
    if not open_lines:
        return Improvement((), 0.0, 0.0, 0, is_best=True, worth=None, missed=None)
    scale = _STEPS / max(line.gain for line in open_lines)
    # Alike in everything that counts: one whole number instead of hundreds of yes or no.
    kinds: dict[tuple[str, int, int], list[OpenLine]] = defaultdict(list)
    limits = per_unit or {}
    for line in sorted(open_lines, key=lambda each: (-each.gain, each.minutes, each.key)):
        unit = line.unit if line.unit in limits else ""
        kinds[unit, round(line.gain * scale), line.minutes].append(line)
    counts, bound, is_best = _solve(kinds, minutes, limits)
    chosen = [line for kind, number in counts.items() for line in kinds[kind][:number]]
    left = [line for kind, number in counts.items() for line in kinds[kind][number:]]
    chosen.sort(key=lambda line: (-_value(line), line.key))
    gain = sum(line.gain for line in chosen)
    return Improvement(
        chosen=tuple(chosen),
        gain=gain,
        # Rounding to steps may hide half a step for each line that could be chosen.
        bound=gain if is_best else max(gain, (bound + len(open_lines) / 2) / scale),
        minutes=sum(line.minutes for line in chosen),
        is_best=is_best,
        worth=min((_value(line) for line in chosen), default=None),
        missed=max((_value(line) for line in left), default=None),
    )


def _value(line: OpenLine) -> float:
    """Gain for an hour of work; what takes no time comes first."""
    return 60 * line.gain / max(line.minutes, 1)


def _solve(
    kinds: Mapping[tuple[str, int, int], Sequence[OpenLine]],
    minutes: int,
    limits: Mapping[str, int],
) -> tuple[dict[tuple[str, int, int], int], float, bool]:
    # A second of every start, pandas with it, for what few processes ever ask.
    from ortools.sat.python import cp_model  # noqa: PLC0415

    model = cp_model.CpModel()
    number = {
        kind: model.new_int_var(0, len(lines), f"{kind}") for kind, lines in kinds.items()
    }
    model.add(sum(kind[2] * count for kind, count in number.items()) <= minutes)
    for unit, limit in limits.items():
        own = [kind[2] * count for kind, count in number.items() if kind[0] == unit]
        if own:
            model.add(sum(own) <= limit)
    model.maximize(sum(kind[1] * count for kind, count in number.items()))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = 1
    solver.parameters.max_deterministic_time = EFFORT
    state = solver.solve(model)
    found = {kind: solver.value(count) for kind, count in number.items()}
    return found, solver.best_objective_bound, state == cp_model.OPTIMAL

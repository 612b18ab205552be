"""Which amounts each kind of rule takes, and between which bounds; the grammar of `rule:`."""

from dataclasses import dataclass

from .rules import FULL

MANY = 10**9


@dataclass(frozen=True)
class Amount:
    """A whole number in a rule, the same for all or one per tier."""

    lowest: int = 1
    highest: int = MANY
    required: bool = True


_OPTIONAL = Amount(required=False)
_PERMILLE = Amount(1, FULL)
_SAMPLE = {"samples": Amount(1, 10_000), "at_least": Amount(0, MANY, required=False)}

AMOUNTS: dict[str, dict[str, Amount]] = {
    "binary": {},
    "count": {"at_least": Amount()},
    "threshold": {"at_least": _OPTIONAL, "at_most": Amount(0, MANY, required=False)},
    "rate": {"at_least_permille": _PERMILLE},
    "ratio": {"target": Amount()},
    "all_of": _SAMPLE,
    "grades": {**_SAMPLE, "A": Amount(), "B": Amount(), "C": Amount(0)},
    "count_per_distance": {"at_least": Amount(), "per_m": Amount()},
    "deduction": {
        "target": Amount(),
        "each_permille": _PERMILLE,
        "growth_permille": Amount(0, FULL, required=False),
    },
    "events": {
        "at_least": Amount(),
        "every_months": Amount(1, 36, required=False),
        "every_weeks": Amount(1, 52, required=False),
        "pass_permille": Amount(1, FULL, required=False),
    },
    "spacing": {"at_least": Amount()},
    "bonus": {
        "each_permille": _PERMILLE,
        "at_most": _PERMILLE,
        "above": Amount(0, MANY, required=False),
    },
}
# Of these, exactly one must be said.
ONE_OF = {"threshold": ("at_least", "at_most"), "events": ("every_months", "every_weeks")}

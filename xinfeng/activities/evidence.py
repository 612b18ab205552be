"""How well an attendance is witnessed: a grade from what was shown, by a table."""

from dataclasses import dataclass

# Of a position only these are kept: how far from the meeting point, and how exact, at most.
BANDS_M = (20, 50, 100, 200, 500, 1000, 5000)


@dataclass(frozen=True, slots=True)
class Evidence:
    """What stands behind being there: the code, a place or an own device, the leader's word."""

    code: bool = False
    presence: bool = False
    leader: bool = False

    def __or__(self, other: "Evidence") -> "Evidence":
        return Evidence(
            self.code or other.code,
            self.presence or other.presence,
            self.leader or other.leader,
        )


def grade(evidence: Evidence) -> str:
    """A: all three. B: two. C: the leader alone, by hand. Empty: nobody else saw it."""
    match evidence.code + evidence.presence + evidence.leader:
        case 3:
            return "A"
        case 2:
            return "B"
        case 1 if evidence.leader:
            # Two persons stand for it: the leader says so of somebody else.
            return "C"
        case _:
            return ""


def band(metres: float) -> int | None:
    """The band a length falls into, named by its upper end; None beyond the last."""
    return next((upper for upper in BANDS_M if metres <= upper), None)

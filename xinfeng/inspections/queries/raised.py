"""The findings of a round, as its own page counts them."""

from dataclasses import dataclass

from django.db.models import Count

from xinfeng.findings.models import OPEN, Finding, State
from xinfeng.inspections.models import Round, Verdict

from .results import questions


@dataclass(frozen=True)
class RoundFindings:
    """How many lines are not met, how many findings of them there are, and how far they are."""

    not_met: int
    raised: int
    # Confirmed, and no unit has been told.
    to_order: int
    ended: int

    @property
    def is_behind(self) -> bool:
        """Some lines not met have no finding yet."""
        return self.raised < self.not_met


def prefix(held: Round) -> str:
    """What the origins of a round's findings begin with."""
    return f"round:{held.code}:"


def findings_of(held: Round) -> RoundFindings:
    rows = Finding.objects.filter(origin__startswith=prefix(held)).values("state")
    counts = {row["state"]: row["n"] for row in rows.annotate(n=Count("pk")).order_by("state")}
    return RoundFindings(
        not_met=len(questions(held, only=[Verdict.NOT_MET])),
        raised=sum(counts.values()),
        to_order=counts.get(State.CONFIRMED, 0),
        ended=sum(n for state, n in counts.items() if state not in OPEN),
    )

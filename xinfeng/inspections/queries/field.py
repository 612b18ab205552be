"""What an inspector has sent, by whichever phone."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, OuterRef, Subquery

from xinfeng.base import scope
from xinfeng.fieldwork.models import Submission
from xinfeng.inspections.models import Intake, IntakeState, WhyNot


@dataclass(frozen=True)
class Sent:
    """The newest of what somebody sent of a point, how much of it is here, and if it counts."""

    instance_id: str
    at: datetime
    arrived: int
    expected: int
    # Why it does not count; empty while nobody has looked, too.
    why_not: WhyNot | None


def sent_by(person_id: int, round_codes: Iterable[str]) -> dict[tuple[str, str], Sent]:
    """By the codes of round and point, as the answers name them; one query."""
    left = Intake.objects.filter(
        submission=OuterRef("pk"), state__in=[IntakeState.NOT_COUNTED, IntakeState.LEFT_OUT]
    )
    rows = (
        Submission.objects.standing()
        .filter(person_id=person_id, subjects__round__in=list(round_codes))
        .order_by("pk")
        .values_list(
            "subjects", "instance_id", "received_at", Count("files"), "expects",
            Subquery(left.values("why")[:1]),
        )
    )  # fmt: skip
    with scope.whole_city():
        return {
            (subjects["round"], subjects.get("point", "")): Sent(
                name, at, files, len(expects), WhyNot(why) if why else None
            )
            for subjects, name, at, files, expects, why in rows
        }

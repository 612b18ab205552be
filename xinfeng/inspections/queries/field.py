"""What an inspector has sent, by whichever phone."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count

from xinfeng.base import scope
from xinfeng.fieldwork.models import Submission


@dataclass(frozen=True)
class Sent:
    """The newest of what somebody sent of a point, and how many of its files are here."""

    instance_id: str
    at: datetime
    arrived: int
    expected: int


def sent_by(person_id: int, round_codes: Iterable[str]) -> dict[tuple[str, str], Sent]:
    """By the codes of round and point, as the answers name them; one query."""
    rows = (
        Submission.objects.standing()
        .filter(person_id=person_id, subjects__round__in=list(round_codes))
        .order_by("pk")
        .values_list("subjects", "instance_id", "received_at", Count("files"), "expects")
    )
    with scope.whole_city():
        return {
            (subjects["round"], subjects.get("point", "")): Sent(name, at, files, len(expects))
            for subjects, name, at, files, expects in rows
        }

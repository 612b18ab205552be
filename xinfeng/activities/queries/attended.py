"""Who came, for the rooms above whose orders and classes end in shifts."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from xinfeng.activities.models import Signup
from xinfeng.base import scope


@dataclass(frozen=True, slots=True)
class Attended:
    """How one person's place on a shift stands: expected, here, gone, or not coming."""

    person_id: int
    state: str
    arrived_at: datetime | None
    left_at: datetime | None
    part: str


def attended(shift_ids: Collection[int]) -> dict[int, list[Attended]]:
    """Everybody who has or had a place, by shift, in one question; the latest word counts.

    Whoever gave a place back and took it again stands here once. A shift without anybody has
    an empty list.
    """
    ids = sorted(set(shift_ids))
    found: dict[int, dict[int, Attended]] = {pk: {} for pk in ids}
    with scope.whole_city():
        columns = ("shift_id", "person_id", "state", "arrived_at", "left_at", "part")
        rows = Signup.objects.filter(shift__in=ids).order_by("pk").values_list(*columns)
        for shift_id, person_id, state, arrived_at, left_at, part in rows:
            place = Attended(person_id, state, arrived_at, left_at, part)
            found[shift_id][person_id] = place
    return {pk: list(people.values()) for pk, people in found.items()}

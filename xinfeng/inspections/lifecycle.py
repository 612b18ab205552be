"""What this room tells of a person, and what becomes of it when accounts end or become one."""

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from xinfeng.people import leaving, merging, records
from xinfeng.people.records import Row

from .commands.leaving import end_of_visits, move_visits
from .models import Reading, RoundPoint

leaving.declare(end_of_visits)
merging.declare(move_visits)


@records.section("visits", _("My visits to points"))
def visits(person_id: int) -> Iterable[Row]:
    mine = RoundPoint.objects.filter(person_id=person_id).select_related("round", "point")
    for point in mine.order_by("pk"):
        yield {
            "round": point.round.code,
            "point": point.point.code,
            "state": point.state,
            "visited_at": point.visited_at,
        }


@records.section("readings", _("My readings at points"))
def readings(person_id: int) -> Iterable[Row]:
    mine = Reading.objects.filter(by=person_id).select_related("round_point__point")
    for each in mine.order_by("pk"):
        yield {
            "point": each.round_point.point.code,
            "line": each.line,
            "verdict": each.verdict,
            "value": each.value,
            "note": each.note,
            "at": each.at,
        }

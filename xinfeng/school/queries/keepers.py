"""Who keeps a place, and the classes there whose evenings do not know it yet."""

from dataclasses import dataclass
from datetime import date, datetime

from xinfeng.base import clock, scope
from xinfeng.people.models import Grant, Role
from xinfeng.school.models import ClassState, Session


@dataclass(frozen=True)
class Keepers:
    """Who keeps a place on a day, and who kept it once and does not then."""

    now: set[int]
    gone: set[int]


def keepers(place_id: int, on: date) -> Keepers:
    return _of_places({place_id}, on)[place_id]


def classes_with_other_keepers(at: datetime) -> list[int]:
    """Published classes of whose evenings ahead one lacks a keeper, or has a former one."""
    with scope.whole_city():
        rows = list(
            Session.objects.planned()
            .filter(
                starts_at__gt=at,
                night_class__state=ClassState.PUBLISHED,
                activity__isnull=False,
            )
            .order_by("night_class_id", "pk")
            .values_list(
                "night_class_id", "place_id", "lecturer__person_id", "activity__leader_id",
                "activity__deputies",
            )
        )  # fmt: skip
        of = _of_places({place for _class, place, *_rest in rows}, clock.local_date(at))
    stale = {
        class_id
        for class_id, place, lecturer, leader, deputies in rows
        if (of[place].now - {lecturer, leader}).difference(deputies)
        or of[place].gone.intersection(deputies)
    }
    return sorted(stale)


def _of_places(place_ids: set[int], on: date) -> dict[int, Keepers]:
    found = {place: Keepers(set(), set()) for place in place_ids}
    grants = Grant.objects.filter(place__in=place_ids, role=Role.KEEPER, starts_on__lte=on)
    for grant in grants.order_by("pk"):
        assert grant.place_id is not None
        of = found[grant.place_id]
        (of.now if grant.is_valid_on(on) else of.gone).add(grant.person_id)
    return {place: Keepers(of.now, of.gone - of.now) for place, of in found.items()}

"""Who keeps a place, and the classes there whose evenings do not know it yet."""

from collections import defaultdict
from datetime import date, datetime

from xinfeng.base import clock, scope
from xinfeng.people.models import Grant, Role
from xinfeng.school.models import ClassState, Session


def keepers(place_id: int, on: date) -> set[int]:
    valid = _grants({place_id}).valid_on(on).order_by("pk")
    return set(valid.values_list("person_id", flat=True))


def gone_keepers(place_id: int, on: date) -> set[int]:
    """Those who kept the place once and do not now."""
    ever = _grants({place_id}).filter(starts_on__lte=on).order_by("pk")
    return set(ever.values_list("person_id", flat=True)) - keepers(place_id, on)


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
        now, gone = _by_place({place for _class, place, *_rest in rows}, clock.local_date(at))
    stale = {
        class_id
        for class_id, place, lecturer, leader, deputies in rows
        if (now[place] - {lecturer, leader}).difference(deputies)
        or gone[place].intersection(deputies)
    }
    return sorted(stale)


def _grants(place_ids: set[int]):  # type: ignore[no-untyped-def]
    return Grant.objects.filter(place__in=place_ids, role=Role.KEEPER)


def _by_place(place_ids: set[int], on: date) -> tuple[dict[int, set[int]], dict[int, set[int]]]:
    now: dict[int, set[int]] = defaultdict(set)
    ever: dict[int, set[int]] = defaultdict(set)
    for grant in _grants(place_ids).filter(starts_on__lte=on).order_by("pk"):
        ever[grant.place_id].add(grant.person_id)
        if grant.ends_on is None or grant.ends_on > on:
            now[grant.place_id].add(grant.person_id)
    gone = {place: ever[place] - now[place] for place in place_ids}
    return now, gone

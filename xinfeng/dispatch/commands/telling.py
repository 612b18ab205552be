"""Who is told about an order: the resident's account, and the office whose business it is."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.utils import translation

from xinfeng.base.codes import Level, span
from xinfeng.dispatch.models import Escalation, Order, Reason
from xinfeng.people.commands import tell
from xinfeng.people.models import Grant, Role

# Which office, and which level of divisions it is over.
_OFFICES = {
    Escalation.TOWNSHIP: (Role.TOWNSHIP, Level.TOWNSHIP),
    Escalation.COUNTY: (Role.COUNTY_OFFICE, Level.COUNTY),
    Escalation.CITY: (Role.CITY_OFFICE, Level.CITY),
}


def tell_residents(kind: str, order: Order, at: datetime, **words: Any) -> int:
    """Who is served and who ordered for them, if they have accounts."""
    own = {pk for pk in (order.requester_id, order.placed_by_id) if pk is not None}
    return tell(kind, own, at=at, item=order.item.name, **words)


def offices_of(
    division_ids: Iterable[int], escalation: int, on: date
) -> dict[int, tuple[Escalation, list[int]]]:
    """For each village the people of this level's office; of the next where it has none."""
    found: dict[int, tuple[Escalation, list[int]]] = {}
    wanted = set(division_ids)
    for level in Escalation:
        if level < escalation or not wanted:
            continue
        role, over = _OFFICES[level]
        above = {code: span(code, over)[0] for code in wanted}
        grants = Grant.objects.filter(role=role, division_id__in=set(above.values()))
        held: dict[int, list[int]] = {}
        for code, person in (
            grants.valid_on(on).order_by("pk").values_list("division_id", "person_id")
        ):
            held.setdefault(code, []).append(person)
        staffed = {code for code in wanted if above[code] in held}
        found |= {code: (level, held[above[code]]) for code in staffed}
        wanted -= staffed
    return found


def said(reason: str) -> str:
    """A reason in the city's own language, whatever the page of the clerk speaks."""
    with translation.override(settings.LANGUAGE_CODE):
        return str(Reason(reason).label)

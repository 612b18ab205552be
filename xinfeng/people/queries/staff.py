"""Which people of the offices answer for a division, read by commands to tell them."""

from collections.abc import Iterable
from datetime import date

from xinfeng.base.codes import Level, span
from xinfeng.people.models import Grant, Role

# From below; each is over one level of divisions.
_OFFICES = (
    (Role.TOWNSHIP, Level.TOWNSHIP),
    (Role.COUNTY_OFFICE, Level.COUNTY),
    (Role.CITY_OFFICE, Level.CITY),
)


def offices_of(division_ids: Iterable[int], lowest: int, on: date) -> dict[int, list[int]]:
    """For each division the people of its office; of the next one above where it has none.

    `lowest` is how many of the lower offices are passed over: 0 begins at the township's.
    """
    found: dict[int, list[int]] = {}
    wanted = set(division_ids)
    for role, over in _OFFICES[lowest:]:
        if not wanted:
            break
        above = {code: span(code, over)[0] for code in wanted}
        grants = Grant.objects.filter(role=role, division_id__in=set(above.values()))
        held: dict[int, list[int]] = {}
        for code, person in (
            grants.valid_on(on).order_by("pk").values_list("division_id", "person_id")
        ):
            held.setdefault(code, []).append(person)
        staffed = {code for code in wanted if above[code] in held}
        found |= {code: held[above[code]] for code in staffed}
        wanted -= staffed
    return found

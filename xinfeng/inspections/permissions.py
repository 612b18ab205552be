"""Who may do what with standards and entries. Pure questions: no queries, no exceptions."""

from xinfeng.base.standing import Standing
from xinfeng.people.models import Role
from xinfeng.people.permissions import OFFICES
from xinfeng.places.models import Place


def may_keep_standards(standing: Standing, city: tuple[int, int]) -> bool:
    """Import, copy, change, publish and evaluate: the city office alone."""
    return standing.covers_all(*city, {Role.CITY_OFFICE})


def may_file(standing: Standing, place: Place) -> bool:
    """The keeper of the place, and the offices above it."""
    return place.pk in standing.places or standing.covers(place.division_id, OFFICES)

"""Who may do what with standards and entries. Pure questions: no queries, no exceptions."""

from xinfeng.base.standing import Standing
from xinfeng.people.models import Role
from xinfeng.people.permissions import OFFICES
from xinfeng.places.models import Place

from .models import Round


def may_keep_standards(standing: Standing, city: tuple[int, int]) -> bool:
    """Import, copy, change, publish and evaluate: the city office alone."""
    return standing.covers_all(*city, {Role.CITY_OFFICE})


def may_file(standing: Standing, place: Place) -> bool:
    """The keeper of the place, and the offices above it."""
    return place.pk in standing.places or standing.covers(place.division_id, OFFICES)


def may_run_rounds(standing: Standing, span: tuple[int, int], units: frozenset[int]) -> bool:
    """The city office over the whole area, and nobody who acts for a unit that is judged."""
    return not units and standing.covers_all(*span, {Role.CITY_OFFICE})


def may_see_points(
    standing: Standing, found: Round, span: tuple[int, int], units: frozenset[int]
) -> bool:
    """Which points were drawn: whoever runs the round; once it is over, everybody signed in."""
    return found.is_over or may_run_rounds(standing, span, units)

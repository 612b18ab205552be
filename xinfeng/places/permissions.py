"""Who may do what with places and divisions. Pure questions: no queries, no exceptions."""

from xinfeng.base.scope import Span
from xinfeng.base.standing import Standing

from .models import Place

# The names of the roles; the room of people, which keeps them, lies above this one.
CITY_OFFICE = "CITY_OFFICE"
OFFICES = frozenset({CITY_OFFICE, "COUNTY_OFFICE", "TOWNSHIP"})


def may_govern(standing: Standing, division_id: int) -> bool:
    """Add, open, suspend, move and close places: the offices above the division."""
    return standing.covers(division_id, OFFICES)


def may_describe(standing: Standing, place: Place) -> bool:
    """Say what a place has and when it is open: its keeper, and the offices above it."""
    return place.pk in standing.places or may_govern(standing, place.division_id)


def may_redraw(standing: Standing, city: Span) -> bool:
    """Import and merge divisions: the city office."""
    return standing.covers_all(*city, {CITY_OFFICE})

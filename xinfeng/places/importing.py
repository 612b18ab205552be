"""Tables of places as offices keep them: read with all their mess, every problem named.

Nothing is written here. A table is Excel or CSV; its head may stand under titles, span merged
cells and two rows; digits may be full-width; columns bear the titles that offices give them.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from xinfeng.base import previews
from xinfeng.base.table_cells import Cells

from .columns import COLUMNS, NEEDED, STATES, TIERS
from .models import LEVELS, Place, PlaceState, Tier
from .told_divisions import ToldDivisions, told_in


@dataclass(frozen=True)
class Row:
    """One place as the table says it; `known_id` None: it is new."""

    number: int
    code: str
    tier: Tier
    state: PlaceState
    division_id: int
    wish: dict[str, Any]
    opened_on: date | None = None
    known_id: int | None = None
    differs: bool = True

    @property
    def name(self) -> str:
        return str(self.wish["name"])


@dataclass
class Preview(previews.Preview[Row]):
    """What importing a table would do; with a single problem it would do nothing."""

    city: int | None = None


def preview(data: bytes, *, today: date | None = None) -> Preview:
    """Read a whole table; three queries, whatever its length."""
    reading = _Reading(today or date.max)
    for told in previews.lines(data, COLUMNS, NEEDED, reading.result.problems):
        row = reading.row(told)
        if row is not None:
            reading.result.rows.append(row)
    return reading.result


class _Reading:
    """One table against the divisions and places that are known."""

    def __init__(self, today: date) -> None:
        self.divisions = ToldDivisions(None if today == date.max else today)
        self.places = {place.code: place for place in Place.objects.all()}
        self.seen: dict[str, int] = {}
        self.result = Preview(city=self.divisions.city)

    def row(self, told: Cells) -> Row | None:
        before = len(self.result.problems)
        code = told.code(self.seen)
        tier = told.one_of("tier", TIERS)
        state = told.one_of("state", STATES, default=PlaceState.OPEN)
        division = self._division(told, tier)
        lon, lat = told.position()
        wish = {
            "name": told.text("name", required=True, most=120),
            "name_en": told.text("name_en", most=160),
            "kind": told.text("kind", most=40),
            "address": told.text("address", most=200),
            "lon_e6": lon,
            "lat_e6": lat,
        }
        opened = told.day("opened_on")
        if len(self.result.problems) > before or tier is None or state is None:
            return None
        known = self.places.get(code)
        if known is not None:
            self._refuse_silent_moves(told, known, state, division)
            if len(self.result.problems) > before:
                return None
        differs = known is None or any(getattr(known, k) != v for k, v in wish.items())
        return Row(
            told.number, code, tier, state, division, wish, opened,
            known.pk if known else None, differs,
        )  # fmt: skip

    def _division(self, told: Cells, tier: Tier | None) -> int:
        division = self.divisions.told(told)
        if division is None:
            return 0
        if tier is not None and division.level not in LEVELS[tier]:
            reason = _("A place of the tier “%(tier)s” does not belong to %(division)s.")
            told.wrong(told_in(told), reason % {"tier": tier.label, "division": division.name})
        return division.code

    def _refuse_silent_moves(
        self, told: Cells, known: Place, state: PlaceState, division: int
    ) -> None:
        if known.state != state:
            told.wrong(
                "state",
                _("The place is “%(state)s”.") % {"state": known.get_state_display()},
                _("Open, suspend or close it on its own page."),
            )
        if known.division_id != division:
            told.wrong(
                told_in(told),
                _("The place lies in another division."),
                _("Move it on its own page, so that the day is known."),
            )

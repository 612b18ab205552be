"""A table of points."""

from datetime import date

from django.db.models import Q
from django.utils.translation import gettext as _

from xinfeng.base.codes import Level, level_of
from xinfeng.base.previews import lines
from xinfeng.base.table_cells import Cells
from xinfeng.people.models import Person, PersonState
from xinfeng.places.models import Division, Place, PlaceState
from xinfeng.places.told_divisions import ToldDivisions, told_in
from xinfeng.units.models import Point, PointState, PointType, Unit

from .columns import POINTS, STATES
from .finding import unit_told
from .preview import Preview, Row

NEEDED = ("code", "name", "type")
_SAID = ("name", "address", "type_id", "unit_id", "place_id", "person_in_charge_id",
         "lat_e6", "lon_e6")  # fmt: skip


def read(data: bytes, today: date) -> Preview:
    """Six queries, whatever the length of the table."""
    result = Preview()
    cells = list(lines(data, POINTS, NEEDED, result.problems))
    reading = _Reading(result, cells, today)
    for one in cells:
        before = len(result.problems)
        row = reading.row(one)
        if row is not None and len(result.problems) == before:
            result.rows.append(row)
    return result


class _Reading:
    def __init__(self, result: Preview, cells: list[Cells], today: date) -> None:
        self.result = result
        self.divisions = ToldDivisions(today)
        self.types = {
            word: pk
            for pk, *words in PointType.objects.filter(is_active=True).values_list(
                "pk", "name", "name_en", "code"
            )
            for word in words
            if word
        }
        self.units = list(Unit.objects.active().in_reading_order())
        places = Place.objects.filter(code__in=_all(cells, "place"))
        self.places = {place.code: place for place in places}
        keepers = Q(username__in=_all(cells, "charge"), state=PersonState.ACTIVE)
        self.people = dict(Person.objects.filter(keepers).values_list("username", "pk"))
        self.known = {point.code: point for point in Point.objects.all()}
        self.taken = {
            (point.place_id, point.type_id): point.code
            for point in self.known.values()
            if point.place_id and point.state != PointState.CLOSED
        }
        self.seen: dict[str, int] = {}

    def row(self, cells: Cells) -> Row | None:
        code = cells.code(self.seen)
        division = self._division(cells)
        state = cells.one_of("state", STATES, default=PointState.OPEN)
        lon, lat = cells.position()
        unit = unit_told(cells, self.units)
        said = {
            "code": code,
            "name": cells.text("name", required=True, most=120),
            "address": cells.text("address", most=200),
            "type_id": cells.one_of("type", self.types),
            "unit_id": unit.pk if unit else None,
            "person_in_charge_id": self._keeper(cells),
            "lat_e6": lat,
            "lon_e6": lon,
            "state": state,
        }
        if division is None or unit is None or said["type_id"] is None:
            return None
        said["place_id"] = self._place(cells, division, code, said["type_id"])
        known = self.known.get(code)
        if known is not None:
            self._refuse_silent_moves(cells, known, division, state)
        elif state == PointState.CLOSED:
            cells.wrong("state", _("A new point is not closed."), _("Leave the row out."))
        return Row(
            cells.number, said["name"], division.pk, said,
            known_id=known.pk if known else None,
            differs=known is None or any(getattr(known, name) != said[name] for name in _SAID),
        )  # fmt: skip

    def _division(self, cells: Cells) -> Division | None:
        division = self.divisions.told(cells)
        if division is None:
            return None
        if level_of(division.pk) not in (Level.TOWNSHIP, Level.VILLAGE):
            cells.wrong(told_in(cells), _("A point lies in a village or a township."))
            return None
        return division

    def _place(self, cells: Cells, division: Division, code: str, type_id: int) -> int | None:
        told = cells.text("place", most=20)
        if not told:
            return None
        place = self.places.get(told)
        if place is None or place.state == PlaceState.CLOSED:
            cells.wrong("place", _("There is no such practice place."))
            return None
        if place.division_id != division.pk:
            cells.wrong("place", _("The practice place lies in another division."))
        first = self.taken.setdefault((place.pk, type_id), code)
        if first != code:
            reason = _("This practice place is such a point already: %(code)s.")
            cells.wrong("place", reason % {"code": first})
        return place.pk

    def _keeper(self, cells: Cells) -> int | None:
        username = cells.text("charge", most=40)
        if username and username not in self.people:
            cells.wrong("charge", _("There is no account with this name."))
        return self.people.get(username)

    @staticmethod
    def _refuse_silent_moves(
        cells: Cells, known: Point, division: Division, state: PointState
    ) -> None:
        if known.state != state:
            cells.wrong(
                "state",
                _("The point is “%(state)s”.") % {"state": known.get_state_display()},
                _("Suspend, resume or close it on its own page."),
            )
        if known.division_id != division.pk:
            cells.wrong(
                told_in(cells),
                _("The point lies in another division."),
                _("Close it and register it anew."),
            )


def _all(cells: list[Cells], column: str) -> set[str]:
    return {one.cells.get(column, "") for one in cells} - {""}

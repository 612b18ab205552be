"""A table of the people who act for units, by the names of their accounts."""

from datetime import date

from django.utils.translation import gettext as _

from xinfeng.base import scope
from xinfeng.base.previews import lines
from xinfeng.base.table_cells import Cells
from xinfeng.people.models import Person, PersonState
from xinfeng.units.models import MemberRole, Unit, UnitMember

from .columns import MEMBERS, ROLES
from .finding import unit_told
from .preview import Preview, Row

NEEDED = ("username", "role")


def read(data: bytes, today: date) -> Preview:
    """Three queries, whatever the length of the table."""
    result = Preview()
    cells = list(lines(data, MEMBERS, NEEDED, result.problems))
    reading = _Reading(result, {one.cells.get("username", "") for one in cells})
    for one in cells:
        before = len(result.problems)
        row = reading.row(one)
        if row is not None and len(result.problems) == before:
            result.rows.append(row)
    return result


class _Reading:
    def __init__(self, result: Preview, names: set[str]) -> None:
        self.result = result
        self.units = list(Unit.objects.active().in_reading_order())
        people = Person.objects.filter(username__in=names, state=PersonState.ACTIVE)
        self.people = dict(people.values_list("username", "pk"))
        with scope.whole_city():
            current = UnitMember.objects.current()
            self.roles = {
                (unit, person): (pk, role)
                for pk, unit, person, role in current.values_list(
                    "pk", "unit_id", "person_id", "role"
                )
            }
        self.seen: dict[tuple[int, str], int] = {}
        self.heads: dict[int, int] = {}

    def row(self, cells: Cells) -> Row | None:
        username = cells.text("username", required=True, most=40)
        role = cells.one_of("role", ROLES)
        unit = unit_told(cells, self.units)
        person_id = self.people.get(username)
        if username and person_id is None:
            cells.wrong("username", _("There is no account with this name."))
        if unit is None or role is None or person_id is None:
            return None
        self._once(cells, unit, username, role)
        known = self.roles.get((unit.pk, person_id))
        said = {"unit_id": unit.pk, "person_id": person_id, "role": role}
        return Row(
            cells.number, username, unit.division_id, said,
            known_id=known[0] if known else None, differs=known is None or known[1] != role,
        )  # fmt: skip

    def _once(self, cells: Cells, unit: Unit, username: str, role: MemberRole) -> None:
        first = self.seen.setdefault((unit.pk, username), cells.number)
        if first != cells.number:
            reason = _("This person stands in row %(row)s already.") % {"row": first}
            cells.wrong("username", reason)
        elif role == MemberRole.HEAD:
            first = self.heads.setdefault(unit.pk, cells.number)
            if first != cells.number:
                reason = _("The head of this unit stands in row %(row)s already.")
                cells.wrong("role", reason % {"row": first})

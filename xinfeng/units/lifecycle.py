"""What this room tells of a person, and what becomes of it when accounts end or become one."""

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from xinfeng.people import leaving, merging, records, sweeping
from xinfeng.people.records import Row

from . import commands
from .commands.ending import end_parts, move_parts
from .models import Point, UnitMember

merging.declare(move_parts)
leaving.declare(end_parts)
sweeping.declare("unit_sheets", _("tables of units that nobody imported: 30 days"))(
    commands.forget_sheets
)


@records.section("units", _("My units"))
def units(person_id: int) -> Iterable[Row]:
    mine = UnitMember.objects.filter(person_id=person_id).select_related("unit")
    for member in mine.order_by("since", "pk"):
        yield {
            "unit": member.unit.code,
            "name": member.unit.name,
            "role": member.role,
            "since": member.since,
            "until": member.until,
        }


@records.section("points_kept", _("Points I am in charge of"))
def points_kept(person_id: int) -> Iterable[Row]:
    for point in Point.objects.filter(person_in_charge_id=person_id).order_by("code"):
        yield {"point": point.code, "name": point.name, "state": point.state}

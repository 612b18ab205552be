"""What the commands of this room ask of whoever acts."""

from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _

from xinfeng.base import clock
from xinfeng.base.refusal import Refusal, Unknown
from xinfeng.base.standing import Standing
from xinfeng.inspections import reading
from xinfeng.inspections.models import Standard
from xinfeng.inspections.tree import Line
from xinfeng.people.models import Person
from xinfeng.people.queries import standing_of
from xinfeng.units.queries import units_of


@dataclass(frozen=True)
class Rights:
    """Grants and units of an actor on a day."""

    standing: Standing
    units: frozenset[int]
    today: date


def rights(actor: Person, at: datetime) -> Rights:
    today = clock.local_date(at)
    return Rights(standing_of(actor, today), units_of(actor.pk), today)


def line_of(standard: Standard, code: str) -> Line:
    """The line of a standard; raises Unknown, and Refusal when nobody files for it."""
    line = reading.tree_of(standard).lines.get(code)
    if line is None:
        raise Unknown(
            "line_unknown", _("This standard has no line “%(code)s”.") % {"code": code}
        )
    return line


def standard_of_points(standard_id: int) -> Standard:
    standard = Standard.objects.filter(pk=standard_id).first()
    if standard is None:
        raise Unknown("standard_unknown", _("There is no such standard."))
    if reading.tree_of(standard).grain != "point":
        raise Refusal(
            "standard_is_of_places",
            _("This standard judges places; its lines are not given to units."),
        )
    return standard

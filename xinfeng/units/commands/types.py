"""The types of points as the city pack says them now."""

from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinfeng.base import pack, scope
from xinfeng.base.point_types import PointTerm
from xinfeng.base.refusal import Forbidden
from xinfeng.journal import commands as journal
from xinfeng.people.models import Person
from xinfeng.units.models import PointType

journal.declare(
    {"point_types.renewed": gettext_lazy("took the types of points over from the city")}
)


@scope.command
def renew_point_types(*, at: datetime, actor: Person | None = None) -> int:
    """Bring the types in line with the pack; points keep a type it no longer names.

    The operator does it at the machine; nobody does it on a page.
    """
    if actor is not None:
        raise Forbidden("not_by_page", _("The types of points are renewed by the operator."))
    terms = pack.load(settings.CITY_PACK).point_types
    PointType.objects.update(is_active=False)
    rows = [_type(term, position) for position, term in enumerate(terms)]
    if rows:
        journal.record("point_types.renewed", rows[0], actor=None, at=at, types=len(rows))
    return len(rows)


def _type(term: PointTerm, position: int) -> PointType:
    said = {
        "name": term.name, "name_en": term.name_en, "charge": term.charge.upper(),
        "position": position, "is_active": True,
    }  # fmt: skip
    return PointType.objects.update_or_create(code=term.code, defaults=said)[0]

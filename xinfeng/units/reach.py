"""Who may open these pages, asked once a request."""

from django.http import Http404
from django.utils.translation import gettext as _

from xinfeng.base import clock
from xinfeng.base.refusal import Forbidden
from xinfeng.people.http import SignedInRequest
from xinfeng.people.permissions import OFFICES
from xinfeng.units import permissions, queries
from xinfeng.units.models import Point, Unit
from xinfeng.units.sections import Reader


def reader(request: SignedInRequest) -> frozenset[int]:
    """The units of whoever reads; a stranger does not read."""
    units = queries.units_of(request.user.pk)
    if not permissions.may_read(request.standing, units):
        raise Forbidden("not_for_you", _("This is for offices, inspectors and units."))
    return units


def asking(request: SignedInRequest, units: frozenset[int]) -> Reader:
    """Who looks, for the sections of upper rooms."""
    return Reader(request.user.pk, request.standing, units, clock.now())


def office(request: SignedInRequest) -> None:
    if not request.standing.spans(OFFICES):
        raise Forbidden("not_an_office", _("This is for offices only."))


def the_point(code: str) -> Point:
    rows = Point.objects.select_related("type", "unit", "division", "place")
    point = rows.filter(code=code).order_by("pk").first()
    if point is None:
        raise Http404
    return point


def the_unit(code: str) -> Unit:
    unit = Unit.objects.select_related("division", "parent").filter(code=code).first()
    if unit is None:
        raise Http404
    return unit

"""Which rounds a visitor reaches: asked alike by pages and by the interface."""

from django.http import Http404

from xinfeng.base import codes
from xinfeng.people.http import VisitorRequest
from xinfeng.people.models import Role
from xinfeng.units.permissions import may_read
from xinfeng.units.queries import units_of

from . import permissions, queries
from .models import Round, RoundState


def runs(request: VisitorRequest) -> bool:
    """Whether the visitor holds rounds at all: offices of the city who act for no unit."""
    return any(
        permissions.may_run_rounds(request.standing, span, units_of(request.user.pk))
        for span in request.standing.spans({Role.CITY_OFFICE})
    )


def held(request: VisitorRequest, round_code: str) -> Round:
    """The round, for whoever runs it; for all others there is none."""
    found = queries.round_of(round_code)
    if found is None or not may_run(request, found):
        raise Http404
    return found


def seen(request: VisitorRequest, round_code: str) -> Round:
    """The round, for whoever may know its points; before its end nobody else learns of it."""
    found = queries.round_of(round_code)
    if found is None or not may_know(request, found):
        raise Http404
    return found


def told(request: VisitorRequest, round_code: str) -> Round:
    """A published round; one that is only scored for whoever runs it."""
    found = queries.round_of(round_code)
    if found is None:
        raise Http404
    if found.state == RoundState.PUBLISHED:
        return found
    if found.state != RoundState.SCORED or not may_run(request, found):
        raise Http404
    return found


def reads(request: VisitorRequest) -> bool:
    """Whether the visitor works with units and points: their questions are no public matter."""
    return may_read(request.standing, units_of(request.user.pk))


def may_run(request: VisitorRequest, found: Round) -> bool:
    return permissions.may_run_rounds(request.standing, _span(found), units_of(request.user.pk))


def may_know(request: VisitorRequest, found: Round) -> bool:
    return permissions.may_see_points(
        request.standing, found, _span(found), units_of(request.user.pk)
    )


def _span(found: Round) -> tuple[int, int]:
    return codes.span(found.division_id, codes.level_of(found.division_id))

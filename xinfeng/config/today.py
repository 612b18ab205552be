"""Where each role begins its day."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import NoReverseMatch, reverse
from django.views.decorators.http import require_GET

from xinfeng.base import clock
from xinfeng.people.http import SignedInRequest
from xinfeng.people.models import Role
from xinfeng.people.permissions import OFFICES
from xinfeng.people.queries import roles_of
from xinfeng.units.queries import units_of


@require_GET
@login_required
def today(request: SignedInRequest) -> HttpResponse:
    """Send the person to the first page of the part they play."""
    return redirect(_first_page(request))


def _first_page(request: SignedInRequest) -> str:
    spans = request.standing.spans(OFFICES)
    if spans:
        # The widest reach is the office a person mostly works in.
        lo, _hi = max(spans, key=lambda span: span[1] - span[0])
        return _address("insight:division", lo)
    roles = roles_of(request.user, clock.today())
    if Role.KEEPER in roles:
        return _address("inspections:worklist")
    if Role.INSPECTOR in roles or units_of(request.user.pk):
        return _address("insight:assessment")
    if Role.SURVEYOR in roles:
        return _address("surveys:surveys")
    if Role.AUDITOR in roles:
        return _address("insight:figures")
    return _address("activities:list")


def _address(name: str, *args: int) -> str:
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return "/"

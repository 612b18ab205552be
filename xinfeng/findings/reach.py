"""What a request reaches: asked alike by the pages and by the operations."""

from django.http import Http404

from xinfeng.base import clock
from xinfeng.base.scope import Span
from xinfeng.people.http import SignedInRequest

from . import permissions
from .models import Finding
from .permissions import Caller
from .queries.callers import caller_of
from .queries.sheet import finding_at


def spans_of(request: SignedInRequest, roles: frozenset[str]) -> list[Span]:
    """What this person reaches with one of the roles; a desk of nothing is not there."""
    spans = request.standing.spans(roles)
    if not spans:
        raise Http404
    return spans


def seen(request: SignedInRequest, code: str) -> tuple[Finding, Caller]:
    """A finding that the visitor may see; foreign and unknown are the same."""
    found = finding_at(code)
    if found is None:
        raise Http404
    caller = caller_of(request.user, clock.now(), finding=found)
    if not permissions.may_see(caller, found):
        raise Http404
    return found, caller

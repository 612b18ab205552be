"""What a page knows of its visitor."""

from collections.abc import Callable

from django.contrib.auth import SESSION_KEY
from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from xinfeng.base import clock, standing
from xinfeng.base.standing import Standing

from .models import Person


class VisitorRequest(HttpRequest):
    """What every view receives: perhaps nobody signed in, and then a standing of nothing."""

    standing: Standing


class SignedInRequest(VisitorRequest):
    """What a view behind @login_required receives."""

    user: Person


class StandingMiddleware:
    """Read the visitor's standing when first asked for; keep signed-in pages out of caches."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.standing = SimpleLazyObject(  # type: ignore[attr-defined]
            lambda: standing.of(request.user, clock.today())
        )
        response = self.get_response(request)
        if SESSION_KEY in request.session and not response.has_header("Cache-Control"):
            response["Cache-Control"] = "no-store, private"
        return response

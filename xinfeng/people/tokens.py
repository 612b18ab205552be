"""Who asks over the interface: a token with a scope, or our own page's session.

A token is looked up by its hash. The scope says which area of life the person lent to the
program that holds it; what the person may do there is still asked by every command.
"""

from typing import Any

from allauth.idp.oidc.models import Token
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from ninja.security.base import AuthBase
from ninja.utils import check_csrf

from xinfeng.base import clock, standing
from xinfeng.base.contract import NotSignedIn
from xinfeng.base.refusal import Forbidden

from .http import SignedInRequest
from .models import Person


class Scope(models.TextChoices):
    """What a person lends to a program, area by area."""

    RECORD = "record", gettext_lazy("See my record: profile, hours, certificates, points")
    PART = "part", gettext_lazy("Act for me as a volunteer: sign up, join, contest, redeem")
    LEAD = "lead", gettext_lazy("Run the teams, activities and shops that I lead")
    OFFICE = "office", gettext_lazy("Act for me in my office")


class TokenRequest(SignedInRequest):
    """What an operation behind `needs(…)` receives."""

    auth: Any


class Needs(AuthBase):
    """A token that carries one of the scopes; or the session, with a CSRF token to write."""

    openapi_type = "oauth2"

    def __init__(self, *scopes: Scope) -> None:
        self.scopes = scopes

    def __call__(self, request: HttpRequest) -> Person:
        given = request.headers.get("Authorization", "")
        person = _by_token(given, self.scopes) if given else _by_session(request)
        request.user = person
        # What the middleware would read of the session's visitor is the token's person here.
        request.standing = standing.of(person, clock.today())  # type: ignore[attr-defined]
        return person


class Welcomes(AuthBase):
    """Open to all; who shows a token or a session also reads what is theirs."""

    openapi_type = "oauth2"

    def __init__(self, *scopes: Scope) -> None:
        self.scopes = scopes

    def __call__(self, request: HttpRequest) -> Person | AnonymousUser:
        if request.headers.get("Authorization") or request.user.is_authenticated:
            return Needs(*self.scopes)(request)
        return AnonymousUser()


def needs(*scopes: Scope) -> Needs:
    return Needs(*scopes)


def welcomes(*scopes: Scope) -> Welcomes:
    return Welcomes(*scopes)


def visitor_of(request: HttpRequest) -> Person | None:
    """Who asks an operation that is open to all, when they said so."""
    return request.user if isinstance(request.user, Person) else None


def _by_token(given: str, scopes: tuple[Scope, ...]) -> Person:
    kind, _space, value = given.partition(" ")
    token = None
    if kind.lower() == "bearer" and value.strip():
        valid = Token.objects.valid().by_value(value.strip()).select_related("user", "client")
        token = valid.filter(type=Token.Type.ACCESS_TOKEN).first()
    if token is None or not isinstance(token.user, Person) or not token.user.is_active:
        raise NotSignedIn("token_invalid", _("This token is not valid, or no longer."))
    if not {scope.value for scope in scopes} & {*token.get_scopes()}:
        raise Forbidden("scope_missing", _("The token was not given for this."))
    return token.user


def _by_session(request: HttpRequest) -> Person:
    if not isinstance(request.user, Person):
        raise NotSignedIn("sign_in_first", _("Sign in first, or send a token."))
    if check_csrf(request):
        raise Forbidden("csrf_failed", _("Load the page again and repeat."))
    return request.user

"""Builders for tests of the interface: a token in its header, and the code of a refusal."""

import re
import secrets
from datetime import timedelta

from allauth.idp.oidc.models import Client, Token
from django.utils import timezone

from xinfeng.people.models import Person
from xinfeng.people.tokens import Scope


def bearer(person: Person, *scopes: Scope, lasts: int = 60) -> dict[str, str]:
    """The header that carries a token of a program for these scopes, or for all."""
    program, _made = Client.objects.get_or_create(id="program", defaults={"name": "A program"})
    value = secrets.token_urlsafe(16)
    token = Token(
        type=Token.Type.ACCESS_TOKEN,
        client=program,
        user=person,
        expires_at=timezone.now() + timedelta(seconds=lasts),
    )
    token.set_value(value)
    token.set_scopes([scope.value for scope in scopes or Scope])
    token.save()
    return {"Authorization": f"Bearer {value}"}


def refused_with(answer) -> tuple[int, str]:
    """Status and code of a refusal, from a page or from the interface."""
    if answer.headers["Content-Type"].startswith("application/json"):
        return answer.status_code, answer.json()["code"]
    found = re.search(r"(?:请报编号：|Code to quote: )(\w+)", answer.content.decode())
    assert found, answer.content.decode()
    return answer.status_code, found[1]

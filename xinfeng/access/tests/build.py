"""Builders: an admitted program, and the way a program goes to get tokens."""

import base64
import hashlib
import re
from urllib.parse import parse_qs, urlencode, urlsplit

from xinfeng.access import commands
from xinfeng.access.commands import NewProgram, Registered
from xinfeng.people.tests.build import an_office
from xinfeng.people.tokens import Scope
from xinfeng.places.tests.build import NINE, a_city

BACK = "https://program.test/back"
VERIFIER = "v" * 64
CHALLENGE = (
    base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode().rstrip("=")
)


def a_program(
    *, keeps_secrets: bool = False, scopes: tuple[str, ...] = tuple(Scope.values)
) -> Registered:
    new = NewProgram("邻里助手", (BACK,), scopes, keeps_secrets)
    office = an_office(a_city().city, "city-office")
    return commands.register_program(new=new, actor=office, at=NINE)


def asking(made: Registered, *scopes: Scope, **changes: str) -> str:
    """The address to which the program sends the person."""
    asked = {
        "response_type": "code",
        "client_id": made.program.pk,
        "redirect_uri": BACK,
        "scope": " ".join(scopes),
        "state": "s1",
        "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
    }
    given = {k: v for k, v in (asked | changes).items() if v}
    return "/identity/o/authorize?" + urlencode(given)


def agreed(client, address: str, *scopes: Scope) -> dict[str, str]:
    """What the program is told after the person has pressed the button."""
    page = client.get(address).content.decode()
    found = re.search(r'name="request" value="([^"]+)"', page)
    assert found, page
    form = {"request": found[1], "scopes": list(scopes), "action": "grant"}
    answer = client.post("/identity/o/authorize", form)
    assert answer.status_code == 302, answer.content.decode()
    return {k: v[0] for k, v in parse_qs(urlsplit(answer["Location"]).query).items()}


def exchanged(client, made: Registered, code: str, **changes: str):
    """The program shows its code and wants tokens."""
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": BACK,
        "client_id": made.program.pk,
        "code_verifier": VERIFIER,
    }
    if made.secret:
        form["client_secret"] = made.secret
    return client.post("/identity/o/api/token", form | changes)

"""Programs come and go by the city office; what a person lent ends when the person says so."""

import secrets
from dataclasses import dataclass
from datetime import datetime

from allauth.idp.oidc.models import Client, Token
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinfeng.access import permissions
from xinfeng.base import clock, scope, short_code
from xinfeng.base.refusal import Forbidden, Unknown
from xinfeng.journal import commands as journal
from xinfeng.people.models import Person
from xinfeng.people.queries import standing_of

journal.declare(
    {
        "program.registered": gettext_lazy("registered a program"),
        "program.closed": gettext_lazy("closed a program"),
        "program.let_in": gettext_lazy("let a program act for them"),
        "program.taken_back": gettext_lazy("took back what they had lent to a program"),
    }
)


@dataclass(frozen=True)
class NewProgram:
    """A program that can keep a secret (on a server) gets one; others prove by PKCE alone."""

    name: str
    addresses: tuple[str, ...]
    scopes: tuple[str, ...]
    keeps_secrets: bool


@dataclass(frozen=True)
class Registered:
    """The program, and its secret: shown once, kept as a hash."""

    program: Client
    secret: str | None


@scope.command
def register_program(*, new: NewProgram, actor: Person, at: datetime) -> Registered:
    """The city office admits a program; what it may ask of people is written here."""
    _may_they(actor, at)
    secret = secrets.token_urlsafe(32) if new.keeps_secrets else None
    program = Client(
        id=short_code.new(16),
        name=new.name.strip(),
        type=Client.Type.CONFIDENTIAL if new.keeps_secrets else Client.Type.PUBLIC,
    )
    program.set_redirect_uris(list(new.addresses))
    program.set_scopes(list(new.scopes))
    program.grant_types = "\n".join(
        [Client.GrantType.AUTHORIZATION_CODE, Client.GrantType.REFRESH_TOKEN]
    )
    if secret:
        program.set_secret(secret)
    program.save(force_insert=True)
    journal.record("program.registered", program, actor=actor, at=at, scopes=list(new.scopes))
    return Registered(program, secret)


@scope.command
def close_program(*, program_id: str, actor: Person, at: datetime) -> None:
    """The program is gone, with everything that anybody lent to it."""
    _may_they(actor, at)
    program = Client.objects.select_for_update().filter(pk=program_id).first()
    if program is None:
        raise Unknown("program_unknown", _("There is no such program."))
    journal.record("program.closed", program, actor=actor, at=at)
    program.delete()


@scope.command
def let_in(*, program_id: str, scopes: list[str], actor: Person, at: datetime) -> Client:
    """The person agreed on the page that names the program and what it asks for."""
    program = Client.objects.filter(pk=program_id).first()
    if program is None:
        raise Unknown("program_unknown", _("There is no such program."))
    journal.record("program.let_in", program, actor=actor, at=at, scopes=sorted(scopes))
    return program


@scope.command
def take_back(*, program_id: str, actor: Person, at: datetime) -> int:
    """All the program's tokens for this person end at once; how many there were."""
    program = Client.objects.filter(pk=program_id).first()
    if program is None:
        raise Unknown("program_unknown", _("There is no such program."))
    ended = int(Token.objects.filter(client=program, user=actor).delete()[0])
    if ended:
        journal.record("program.taken_back", program, actor=actor, at=at)
    return ended


@scope.command
def forget_ended(*, at: datetime) -> int:
    """Tokens whose time is over; they open nothing any more."""
    return int(Token.objects.filter(expires_at__lte=at).delete()[0])


def _may_they(actor: Person, at: datetime) -> None:
    if not permissions.may_keep_programs(standing_of(actor, clock.local_date(at))):
        raise Forbidden("not_the_city_office", _("Programs are kept by the city office."))

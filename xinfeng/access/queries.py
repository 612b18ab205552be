"""What a person lent to whom, and which programs there are."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from allauth.idp.oidc.models import Client, Token
from django.db.models import Count, Max, Min
from django.utils import timezone

from xinfeng.people.models import Person
from xinfeng.people.tokens import Scope


@dataclass(frozen=True)
class Lent:
    """One program that acts for a person: since when, until when, and for what."""

    program_id: str
    name: str
    scopes: Sequence[str]
    since: datetime
    ends_at: datetime


def lent_by(person: Person) -> list[Lent]:
    """The programs that hold a living token of the person, by name. Two queries."""
    living = Token.objects.filter(
        user=person,
        expires_at__gt=timezone.now(),
        type__in=[Token.Type.ACCESS_TOKEN, Token.Type.REFRESH_TOKEN],
    )
    rows = (
        living.values("client_id", "client__name")
        .annotate(since=Min("created_at"), ends_at=Max("expires_at"))
        .order_by("client__name", "client_id")
    )
    scopes: dict[str, set[str]] = {}
    for client_id, text in living.order_by("pk").values_list("client_id", "scopes"):
        scopes.setdefault(client_id, set()).update(text.split())
    return [
        Lent(
            row["client_id"],
            row["client__name"],
            labels(scopes.get(row["client_id"], set())),
            row["since"],
            row["ends_at"],
        )
        for row in rows
    ]


@dataclass(frozen=True)
class Known:
    program: Client
    scopes: Sequence[str]
    addresses: Sequence[str]
    people: int


def programs() -> list[Known]:
    """Every program that the city office has let in, with how many people use it."""
    counted = Client.objects.annotate(people=Count("token__user", distinct=True))
    return [
        Known(p, labels(p.get_scopes()), p.get_redirect_uris(), p.people)
        for p in counted.order_by("name", "pk")
    ]


def labels(scopes: set[str] | list[str]) -> list[str]:
    """What scopes mean in words, in the order of the list of scopes."""
    return [str(scope.label) for scope in Scope if scope.value in scopes]

"""Invitations as the team sees them, masked, and as the invited person sees them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from xinfeng.base import masking, scope
from xinfeng.people.models import Identity, Invitee, Person
from xinfeng.people.queries import masked_names
from xinfeng.teams.models import Batch, Invitation, InvitationState, Team

PAGE = 50


@dataclass(frozen=True)
class Line:
    """One invitation; name and phone masked, and nothing of whether there is an account."""

    invitation: Invitation
    name: str
    phone: str


@dataclass(frozen=True)
class Page:
    lines: list[Line]
    after: int | None
    batches: list[Batch]


def page(team: Team, *, after: int | None, batch: Batch | None = None) -> Page:
    """For those who lead the team: the newest first, open ones and answered ones."""
    found = _rows(team, batch, after, PAGE + 1)
    return Page(
        lines=_lines(found[:PAGE]),
        after=found[PAGE - 1].pk if len(found) > PAGE else None,
        batches=batches(team),
    )


def batches(team: Team) -> list[Batch]:
    with scope.whole_city():
        rows = Batch.objects.filter(team=team).defer("content", "problems")
        return list(rows.order_by("-pk")[:10])


def batch_of(team: Team, code: str) -> Batch | None:
    with scope.whole_city():
        return (
            Batch.objects.filter(team=team, code=code).defer("content").order_by("pk").first()
        )


def every_open(team: Team, batch: Batch | None, *, at: datetime) -> Iterator[Line]:
    """All open invitations for a list to hand out, a page at a time."""
    after = None
    while found := _rows(team, batch, after, 2_000):
        yield from _lines([row for row in found if row.state == "OPEN" and row.expires_at > at])
        after = found[-1].pk


def asked(person: Person, *, at: datetime) -> list[Invitation]:
    """Open invitations of somebody signed in: by account, or by their own telephone number."""
    with scope.whole_city():
        identity = Identity.objects.filter(pk=person.pk).order_by("pk").first()
        mine = Q(person=person)
        if identity is not None and identity.phone_digest is not None:
            mine |= Q(phone_digest=identity.phone_digest)
        found = Invitation.objects.open_at(at).filter(mine)
        return list(found.select_related("team__division").order_by("-pk")[:PAGE])


@dataclass(frozen=True)
class Asked:
    """What the holder of a code sees: who asks, and what was entered of them."""

    invitation: Invitation
    name: str


def by_code(code: str) -> Asked | None:
    """The code is all that is needed: whoever holds it was given it by the team."""
    with scope.whole_city():
        found = Invitation.objects.made().filter(code=code.strip().upper())
        row = found.select_related("team__division", "invitee").order_by("pk").first()
    if row is None:
        return None
    return Asked(row, row.invitee.name() if row.invitee else "")


def _rows(team: Team, batch: Batch | None, after: int | None, most: int) -> list[Invitation]:
    with scope.whole_city():
        rows = Invitation.objects.made().filter(team=team)
        rows = rows.filter(batch=batch) if batch else rows
        rows = rows.filter(pk__lt=after) if after else rows
        return list(rows.order_by("-pk")[:most])


def _lines(rows: list[Invitation]) -> list[Line]:
    with scope.whole_city():
        entered = Invitee.objects.in_bulk([row.invitee_id for row in rows if row.invitee_id])
    # Who accepted is a member now, whom the leader may see by family name.
    names = masked_names(
        row.person_id for row in rows
        if row.person_id and row.state == InvitationState.ACCEPTED
    )  # fmt: skip
    lines = []
    for row in rows:
        known = entered.get(row.invitee_id or 0)
        if known is not None:
            lines.append(Line(row, masking.name(known.name()), masking.number(known.phone())))
        else:
            lines.append(Line(row, names.get(row.person_id or 0, ""), ""))
    return lines

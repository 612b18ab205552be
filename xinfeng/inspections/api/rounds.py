"""Rounds over the interface: what is public, what whoever runs them sees, and the proof.

Nobody who is assessed learns here which points were drawn before a round is over: to them an
open round is unknown, as on the pages.
"""

import secrets
from datetime import date
from typing import Any

from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _
from ninja import Query, Schema
from pydantic import Field

from xinfeng.base import clock
from xinfeng.base.contract import Moment, answers, number_key
from xinfeng.base.refusal import Forbidden
from xinfeng.inspections import commands, queries
from xinfeng.inspections.commands import NewRound
from xinfeng.inspections.models import Round, RoundState
from xinfeng.inspections.reach import held, may_know, may_run, runs
from xinfeng.people.http import VisitorRequest
from xinfeng.people.models import Role
from xinfeng.people.tokens import Scope, TokenRequest, needs, welcomes

from .routing import PAGE, RoundCode, Stage, Version, page_of, router


class RoundsAfter(Schema):
    after: str = Field("", max_length=20)


class RoundBrief(Schema):
    """One round; whoever does not run it hears of it when it is published."""

    code: str
    name: str
    state: Stage
    division: int
    since: date
    until: date
    cycle_year: int | None
    size: int
    published_at: Moment | None


class RoundPage(Schema):
    items: list[RoundBrief]
    next: str | None


class BoundBrief(Schema):
    """What was bound before a draw, as SHA-256: the list of points, and the secret."""

    code: str
    frame_digest: str
    commitment: str


class BoundPage(Schema):
    items: list[BoundBrief]
    next: str | None


class WayBrief(Schema):
    """One inspector's share of a round, by family name and account."""

    inspector_id: int
    name: str
    points: int
    visited: int
    metres: int | None


class RoundWhole(RoundBrief):
    """A round as whoever runs it sees it: how far it is, in all and by inspector."""

    standard: str
    version: str
    frame_digest: str
    commitment: str
    dice: str
    points: int
    visited: int
    replaced: int
    unassigned: int
    ways: list[WayBrief]


class RoundProof(Schema):
    """With which anybody repeats a draw.

    Frame, secret, throw and what was drawn are empty until the round is over, but for whoever
    runs it.
    """

    code: str
    frame_digest: str
    commitment: str
    size: int
    least: int
    frame: str
    secret: str
    dice: str
    chosen: list[str]


class RoundPlanned(Schema):
    """What is planned. The secret half of the seed is made by the program, and bound."""

    code: RoundCode
    name: str = Field(min_length=1, max_length=80)
    standard: str = Field(min_length=1, max_length=60)
    version: Version
    since: date
    until: date
    size: int = Field(ge=1, le=2000)
    least: int = Field(1, ge=0, le=20)
    cycle_year: int | None = Field(None, ge=1, le=3)


class AbleInspector(Schema):
    person_id: int
    name: str


class AbleInspectors(Schema):
    items: list[AbleInspector]


@router.get(
    "/rounds",
    response=answers(RoundPage),
    auth=welcomes(Scope.OFFICE),
    summary="Published rounds; for whoever holds rounds, all of them",
)
def rounds(request: VisitorRequest, page: Query[RoundsAfter]) -> RoundPage:
    spans = request.standing.spans({Role.CITY_OFFICE}) if runs(request) else []
    found = queries.rounds_page(spans, number_key(page.after), PAGE + 1)
    rows, after = page_of(found, lambda each: each.pk)
    return RoundPage(items=[RoundBrief(**_brief(each)) for each in rows], next=after)


@router.get(
    "/bound-rounds",
    response=answers(BoundPage),
    auth=None,
    summary="What is bound for rounds that are not over; nothing else is said of them",
)
def bound(request: HttpRequest, page: Query[RoundsAfter]) -> BoundPage:
    waiting = [each for each in queries.bound_rounds() if each.code > page.after]
    rows = waiting[:PAGE]
    return BoundPage(
        items=[
            BoundBrief(
                code=each.code, frame_digest=each.frame_digest, commitment=each.commitment
            )
            for each in rows
        ],
        next=rows[-1].code if len(waiting) > PAGE else None,
    )


@router.get(
    "/rounds/{code}",
    response=answers(RoundWhole),
    auth=needs(Scope.OFFICE),
    summary="One round, for whoever runs it",
)
def one(request: TokenRequest, code: str) -> RoundWhole:
    return whole_of(held(request, code))


@router.get(
    "/rounds/{code}/proof",
    response=answers(RoundProof),
    auth=welcomes(Scope.OFFICE),
    summary="Proof of a draw; complete once the round is over",
)
def proof(request: VisitorRequest, code: str) -> RoundProof:
    found = queries.round_of(code)
    if found is None:
        raise Http404
    known = may_know(request, found)
    # The secret is the seed's half: told to nobody before the end, as on the page.
    over = found.is_over
    return RoundProof(
        code=found.code,
        frame_digest=found.frame_digest,
        commitment=found.commitment,
        size=found.size if known else 0,
        least=found.least if known else 0,
        frame=found.frame if known else "",
        secret=found.secret if over else "",
        dice=found.dice if known else "",
        chosen=sorted(queries.chosen_codes(found)) if known else [],
    )


@router.post(
    "/rounds",
    response=answers(RoundWhole),
    auth=needs(Scope.OFFICE),
    summary="Plan a round under a code of your choice; list and secret are bound",
)
def plan(request: TokenRequest, said: RoundPlanned) -> RoundWhole:
    spans = request.standing.spans({Role.CITY_OFFICE})
    if not spans or not runs(request):
        raise Forbidden("not_your_round", _("Rounds are held by the city office."))
    new = NewRound(
        code=said.code, name=said.name,
        standard_id=queries.version_of(said.standard, said.version).pk,
        division_id=spans[0][0], since=said.since, until=said.until,
        size=said.size, least=said.least, cycle_year=said.cycle_year,
    )  # fmt: skip
    made = commands.plan_round(
        new=new, secret=secrets.token_hex(16), actor=request.user, at=clock.now()
    )
    if not may_run(request, made):
        raise Http404
    return whole_of(made)


@router.get(
    "/rounds/{code}/able-inspectors",
    response=answers(AbleInspectors),
    auth=needs(Scope.OFFICE),
    summary="Who may be sent out",
)
def able(request: TokenRequest, code: str) -> AbleInspectors:
    found = queries.able_inspectors(held(request, code), clock.today())
    return AbleInspectors(
        items=[AbleInspector(person_id=each.person_id, name=each.name) for each in found]
    )


def whole_of(found: Round) -> RoundWhole:
    progress = queries.progress_of(found)
    return RoundWhole(
        **_brief(found),
        standard=found.standard.name,
        version=found.standard.version,
        frame_digest=found.frame_digest,
        commitment=found.commitment,
        dice=found.dice,
        points=progress.points,
        visited=progress.visited,
        replaced=progress.replaced,
        unassigned=progress.unassigned,
        ways=[WayBrief(**vars(way)) for way in progress.ways],
    )


def _brief(found: Round) -> dict[str, Any]:
    return {
        "code": found.code, "name": found.name, "state": RoundState(found.state).value,
        "division": found.division_id, "since": found.since, "until": found.until,
        "cycle_year": found.cycle_year, "size": found.size,
        "published_at": found.published_at,
    }  # fmt: skip

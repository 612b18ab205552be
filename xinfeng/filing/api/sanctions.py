"""The negative list over the interface: what happened, who confirmed it, what it takes."""

from collections.abc import Callable
from datetime import date

from ninja import Query, Schema
from pydantic import Field

from xinfeng.base import clock
from xinfeng.base.contract import answers, number_key
from xinfeng.filing import commands, queries
from xinfeng.filing.commands import NewSanction
from xinfeng.filing.models import Sanction, SanctionState
from xinfeng.inspections.queries import version_of
from xinfeng.people.http import VisitorRequest
from xinfeng.people.permissions import OFFICES
from xinfeng.people.tokens import Scope, TokenRequest, needs, welcomes

from .routing import PAGE, SanctionStage, router
from .tasks import within_reach

# What is only proposed, or was refused, is no public matter.
_PUBLIC = (SanctionState.STANDING, SanctionState.LIFTED)


class SanctionsAfter(Schema):
    after: str = Field("", max_length=20)


class SanctionBrief(Schema):
    """Points taken, or null: it suspends. Only what stands counts."""

    id: int
    entry: str
    division: int
    happened_on: date
    what: str
    source: str
    deduct: int | None
    state: SanctionStage
    reason: str


class SanctionPage(Schema):
    items: list[SanctionBrief]
    next: str | None


class SanctionProposed(Schema):
    """Entered by one, confirmed by another; the same happening again is no second entry."""

    entry: str = Field(min_length=1, max_length=20)
    division: int = Field(ge=10**11, lt=10**12)
    happened_on: date
    what: str = Field(min_length=1, max_length=500)
    source: str = Field(min_length=1, max_length=200)


class SanctionReason(Schema):
    reason: str = Field(min_length=1, max_length=200)


@router.get(
    "/standards/{name}/{version}/sanctions",
    response=answers(SanctionPage),
    auth=welcomes(Scope.OFFICE),
    summary="The ledger of the negative list; what is only proposed is for offices",
)
def sanctions(
    request: VisitorRequest, name: str, version: str, page: Query[SanctionsAfter]
) -> SanctionPage:
    sees_all = bool(request.standing.spans(OFFICES))
    after = number_key(page.after)
    found = sorted(queries.sanctions_of(version_of(name, version)), key=lambda each: each.pk)
    rows = [each for each in found if each.pk > after and (sees_all or each.state in _PUBLIC)]
    return SanctionPage(
        items=[_said(each) for each in rows[:PAGE]],
        next=str(rows[PAGE - 1].pk) if len(rows) > PAGE else None,
    )


@router.post(
    "/standards/{name}/{version}/sanctions",
    response=answers(SanctionBrief),
    auth=needs(Scope.OFFICE),
    summary="Enter something of the negative list; another person confirms it",
)
def propose(
    request: TokenRequest, name: str, version: str, said: SanctionProposed
) -> SanctionBrief:
    new = NewSanction(said.entry, said.division, said.happened_on, said.what, said.source)
    made = commands.propose(
        standard_id=version_of(name, version).pk, new=new, actor=request.user, at=clock.now()
    )
    return _said(made)


@router.post(
    "/sanctions/{sanction_id}/confirmation",
    response=answers(SanctionBrief),
    auth=needs(Scope.OFFICE),
    summary="Confirm what another person entered",
)
def confirm(request: TokenRequest, sanction_id: int) -> SanctionBrief:
    within_reach(sanction_id)
    done = commands.confirm(sanction_id=sanction_id, actor=request.user, at=clock.now())
    return _said(done)


@router.post(
    "/sanctions/{sanction_id}/refusal",
    response=answers(SanctionBrief),
    auth=needs(Scope.OFFICE),
    summary="Do not take up what another person entered, with the reason",
)
def refuse(request: TokenRequest, sanction_id: int, said: SanctionReason) -> SanctionBrief:
    return _judged(request, sanction_id, said, commands.refuse)


@router.post(
    "/sanctions/{sanction_id}/lifting",
    response=answers(SanctionBrief),
    auth=needs(Scope.OFFICE),
    summary="Lift what stood, with the reason; the entry stays to be seen",
)
def lift(request: TokenRequest, sanction_id: int, said: SanctionReason) -> SanctionBrief:
    return _judged(request, sanction_id, said, commands.lift)


def _judged(
    request: TokenRequest,
    sanction_id: int,
    said: SanctionReason,
    command: Callable[..., Sanction],
) -> SanctionBrief:
    within_reach(sanction_id)
    done = command(
        sanction_id=sanction_id, reason=said.reason, actor=request.user, at=clock.now()
    )
    return _said(done)


def _said(each: Sanction) -> SanctionBrief:
    return SanctionBrief(
        id=each.pk, entry=each.entry, division=each.division_id,
        happened_on=each.happened_on, what=each.what, source=each.source,
        deduct=each.deduct, state=each.state, reason=each.reason,
    )  # fmt: skip

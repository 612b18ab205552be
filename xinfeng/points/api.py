"""Points over the interface: what I have, what it buys, taking it and giving it back."""

from uuid import UUID

from django.http import Http404, HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from xinfeng.base import clock, codes, short_code
from xinfeng.base.contract import Moment, answers, number_key
from xinfeng.people.tokens import Scope, TokenRequest, needs

from . import commands, queries
from .models import Merchant, Redemption, RefundReason, Reward

router = Router(tags=["points"])


class RewardBrief(Schema):
    code: str
    title: str
    description: str
    merchant: str
    price_points: int
    stock: int


class RewardPage(Schema):
    items: list[RewardBrief]
    next: str | None


class Movement(Schema):
    """Points that came or went, with sign, and what they stand on."""

    points: int
    title: str
    kind: str
    at: Moment


class Reserved(Schema):
    """Something kept for me under a code until I fetch it."""

    code: str
    reward: str
    price_points: int
    state: str
    redeemed_at: Moment


class PointsPage(Schema):
    """A debt is paid from what comes in; spare minutes are not a point yet."""

    balance: int
    owed: int
    spare_minutes: int
    minutes_a_point: int
    waiting: list[Reserved]
    items: list[Movement]
    next: str | None


class PointsAfter(Schema):
    after: str = Field("", max_length=20)


class RewardsNarrowed(Schema):
    within: int | None = Field(None, ge=1, lt=10**12)
    after: str = Field("", max_length=20)


class Redeeming(Schema):
    """`client_id` is yours to choose: sent twice, it is taken once."""

    client_id: UUID


class PickUp(Schema):
    """The code that the customer shows at the counter."""

    code: str = Field(min_length=1, max_length=20)


class HandedOut(Schema):
    """What to give; who the customer is stays with the customer."""

    code: str
    reward: str
    price_points: int
    state: str
    picked_up_at: Moment | None


@router.get("/rewards", response=answers(RewardPage), auth=None, summary="The catalogue")
def catalogue(request: HttpRequest, narrowed: Query[RewardsNarrowed]) -> RewardPage:
    rewards = Reward.objects.offered()
    if narrowed.within is not None:
        lo, hi = codes.span(narrowed.within, codes.level_of(narrowed.within))
        rewards = rewards.filter(merchant__division_id__gte=lo, merchant__division_id__lt=hi)
    found = queries.catalogue(rewards, after=number_key(narrowed.after) or None)
    return RewardPage(
        items=[_brief(reward) for reward in found.rewards],
        next=str(found.after) if found.after else None,
    )


@router.get(
    "/me/points", response=answers(PointsPage), auth=needs(Scope.RECORD), summary="My points"
)
def statement(request: TokenRequest, page: Query[PointsAfter]) -> PointsPage:
    found = queries.statement(
        request.user, after=number_key(page.after) or None, on=clock.today()
    )
    return PointsPage(
        balance=found.purse.balance,
        owed=found.purse.owed,
        spare_minutes=found.purse.spare_minutes,
        minutes_a_point=found.minutes_a_point,
        waiting=[_reserved(redemption) for redemption in found.waiting],
        items=[_movement(line) for line in found.lines],
        next=str(found.after) if found.after else None,
    )


@router.post(
    "/rewards/{code}/redemptions",
    response=answers(Reserved),
    auth=needs(Scope.PART),
    summary="Take something for points",
)
def redeem(request: TokenRequest, code: str, redeeming: Redeeming) -> Reserved:
    # The catalogue is public, so an unknown code hides nothing.
    reward = Reward.objects.filter(code=code).first()
    if reward is None:
        raise Http404
    made = commands.redeem(
        reward_id=reward.pk,
        client_id=redeeming.client_id,
        code=short_code.new(),
        actor=request.user,
        at=clock.now(),
    )
    return _own(request, made.code)


@router.post(
    "/me/redemptions/{code}/refund",
    response=answers(Reserved),
    auth=needs(Scope.PART),
    summary="Give it back before fetching it",
)
def refund(request: TokenRequest, code: str) -> Reserved:
    found = queries.redemption_of(request.user, code)
    if found is None:
        raise Http404
    commands.give_back(
        redemption_id=found.pk,
        reason=RefundReason.CHANGED_MIND,
        actor=request.user,
        at=clock.now(),
    )
    return _own(request, code)


@router.post(
    "/merchants/{code}/pick-ups",
    response=answers(HandedOut),
    auth=needs(Scope.LEAD),
    summary="Hand out at one's own counter what a code was kept for",
)
def hand_out(request: TokenRequest, code: str, pick_up: PickUp) -> HandedOut:
    # Merchants are public, so an unknown code hides nothing.
    merchant = Merchant.objects.filter(code=code).first()
    if merchant is None:
        raise Http404
    done = commands.hand_out(
        merchant_id=merchant.pk, code=pick_up.code, actor=request.user, at=clock.now()
    )
    return HandedOut(
        code=done.code,
        reward=done.reward.title,
        price_points=done.price_points,
        state=done.state,
        picked_up_at=done.picked_up_at,
    )


def _own(request: TokenRequest, code: str) -> Reserved:
    found = queries.redemption_of(request.user, code)
    if found is None:
        raise Http404
    return _reserved(found)


def _brief(reward: Reward) -> RewardBrief:
    return RewardBrief(
        code=reward.code,
        title=reward.title,
        description=reward.description,
        merchant=reward.merchant.name,
        price_points=reward.price_points,
        stock=reward.stock,
    )


def _reserved(redemption: Redemption) -> Reserved:
    return Reserved(
        code=redemption.code,
        reward=redemption.reward.title,
        price_points=redemption.price_points,
        state=redemption.state,
        redeemed_at=redemption.redeemed_at,
    )


def _movement(line: queries.Line) -> Movement:
    posting = line.posting
    return Movement(
        points=line.points, title=line.title, kind=posting.kind, at=posting.posted_at
    )

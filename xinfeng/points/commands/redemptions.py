"""Points for a reward: reserved, picked up once, or given back."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinfeng.base import clock, scope
from xinfeng.base.refusal import Forbidden, Refusal
from xinfeng.journal import commands as journal
from xinfeng.people.models import Person
from xinfeng.people.queries import standing_of
from xinfeng.points import permissions
from xinfeng.points.models import (
    Merchant,
    MerchantState,
    PickUpTally,
    Posting,
    PostingKind,
    Redemption,
    RedemptionState,
    RefundReason,
    Reward,
    RewardState,
)

from . import accounts
from .expiry import close_years_of

journal.declare(
    {
        "reward.redeemed": gettext_lazy("redeemed points for a reward"),
        "reward.picked_up": gettext_lazy("handed a reward out"),
        "reward.refunded": gettext_lazy("gave points back for a reward"),
        "reward.guessed": gettext_lazy("typed wrong pick-up codes at a shop"),
    }
)


@scope.command
def redeem(
    *, reward_id: int, client_id: UUID, code: str, actor: Person, at: datetime
) -> Redemption:
    """One piece is kept for the person under a code, and its price goes to the merchant."""
    own = accounts.of_people([actor.pk]).get(actor.pk)
    if own is None or not actor.is_active:
        raise Forbidden("account_not_active", _("This account cannot do this."))
    if already := Redemption.objects.filter(client_id=client_id).order_by("pk").first():
        return _mine(already, actor)
    reward = _lock_reward(reward_id)
    close_years_of(own, at)
    _refuse_impossible(reward, own.balance)
    reward.stock -= 1
    reward.save(update_fields=["stock"])
    redemption = Redemption.objects.create(
        client_id=client_id, code=code, reward=reward, merchant=reward.merchant, person=actor,
        division_id=reward.merchant.division_id, price_points=reward.price_points,
        redeemed_at=at, redeemed_on=clock.local_date(at),
    )  # fmt: skip
    _post(PostingKind.REDEEMED, redemption, at)
    _tell("reward.redeemed", redemption, actor, at, points=reward.price_points)
    return redemption


def hand_out(*, merchant_id: int, code: str, actor: Person, at: datetime) -> Redemption:
    """The merchant confirms the code at the counter; a code is worth one piece, once."""
    # Each try is counted for good before it is looked at, whatever comes of it.
    count_pick_up(merchant_id=merchant_id, code=code, actor=actor, at=at)
    return _hand_out(merchant_id=merchant_id, code=code, actor=actor, at=at)


@scope.command
def count_pick_up(
    *, merchant_id: int, code: str, actor: Person, at: datetime
) -> PickUpTally | None:
    """One more try at the codes of a shop; after some wrong ones none is looked at for a while.

    None for a stranger, who learns at the next step that there is no such code.
    """
    merchant = Merchant.objects.filter(pk=merchant_id).first()
    standing = standing_of(actor, clock.local_date(at))
    if merchant is None or not permissions.may_run(standing, merchant):
        return None
    tally, _made = PickUpTally.objects.get_or_create(
        person=actor,
        merchant=merchant,
        defaults={"division_id": merchant.division_id, "last_at": at},
    )
    tally = PickUpTally.objects.select_for_update().get(pk=tally.pk)
    if tally.is_locked(at):
        raise Refusal(
            "too_many_tries", _("Too many wrong codes. Try again in a quarter of an hour.")
        )
    known = Redemption.objects.filter(merchant=merchant, code=code.strip().upper()).exists()
    before = 0 if known or tally.is_stale(at) else tally.tries
    tally.tries, tally.last_at = before + (not known), at
    tally.save(update_fields=["tries", "last_at"])
    if tally.tries == PickUpTally.MOST:
        journal.record(
            "reward.guessed", merchant, actor=actor, at=at, where=merchant.division_id,
            on=clock.local_date(at), tries=tally.tries,
        )  # fmt: skip
    return tally


@scope.command
def _hand_out(*, merchant_id: int, code: str, actor: Person, at: datetime) -> Redemption:
    found = Redemption.objects.select_for_update(of=("self",)).select_related("merchant")
    redemption = found.filter(merchant_id=merchant_id, code=code.strip().upper()).first()
    standing = standing_of(actor, clock.local_date(at))
    if redemption is None or not permissions.may_run(standing, redemption.merchant):
        raise Refusal("code_unknown", _("There is no such code at this merchant."))
    if not permissions.may_confirm(standing, redemption):
        raise Forbidden("own_code", _("Nobody hands out to themselves."))
    if redemption.state == RedemptionState.PICKED_UP:
        raise Refusal("code_used", _("This code was used already."))
    if redemption.state == RedemptionState.REFUNDED:
        raise Refusal("code_refunded", _("The points for this code were given back."))
    redemption.state = RedemptionState.PICKED_UP
    redemption.picked_up_at, redemption.confirmed_by = at, actor
    redemption.save(update_fields=["state", "picked_up_at", "confirmed_by"])
    _tell("reward.picked_up", redemption, actor, at)
    return redemption


@scope.command
def give_back(
    *, redemption_id: int, reason: RefundReason, actor: Person, at: datetime
) -> Redemption:
    """The points return to the person and the piece to the stock."""
    found = Redemption.objects.select_for_update(of=("self",)).select_related("merchant")
    redemption = found.filter(pk=redemption_id).first()
    standing = standing_of(actor, clock.local_date(at))
    if redemption is None or not permissions.may_give_back(standing, redemption):
        raise Forbidden("not_your_redemption", _("You cannot give these points back."))
    if redemption.state == RedemptionState.REFUNDED:
        return redemption
    accounts.of_people([redemption.person_id])
    reward = _lock_reward(redemption.reward_id)
    reward.stock += 1
    reward.save(update_fields=["stock"])
    redemption.state, redemption.refund_reason = RedemptionState.REFUNDED, reason
    redemption.refunded_at, redemption.refunded_on = at, clock.local_date(at)
    redemption.refunded_by = actor
    redemption.save(
        update_fields=[
            "state",
            "refund_reason",
            "refunded_at",
            "refunded_on",
            "refunded_by",
        ]
    )
    _post(PostingKind.REFUNDED, redemption, at)
    _tell("reward.refunded", redemption, actor, at, reason=reason)
    return redemption


def _mine(redemption: Redemption, actor: Person) -> Redemption:
    if redemption.person_id != actor.pk:
        raise Refusal("code_taken", _("This form was used already; open a new one."))
    return redemption


def _lock_reward(reward_id: int) -> Reward:
    rewards = Reward.objects.select_for_update(of=("self",)).select_related("merchant")
    reward = rewards.filter(pk=reward_id).first()
    if reward is None:
        raise Refusal("reward_unknown", _("There is no such reward."))
    return reward


def _refuse_impossible(reward: Reward, balance: int) -> None:
    if reward.state != RewardState.OFFERED or reward.merchant.state != MerchantState.APPROVED:
        raise Refusal("reward_withdrawn", _("This reward is no longer offered."))
    if reward.stock == 0:
        raise Refusal("out_of_stock", _("The last one has just gone."))
    if balance < reward.price_points:
        raise Refusal("too_few_points", _("You do not have enough points for this."))


def _post(kind: PostingKind, redemption: Redemption, at: datetime) -> None:
    own = accounts.of_people([redemption.person_id])[redemption.person_id]
    shop = accounts.of_merchant(redemption.merchant)
    giver, taker = (own, shop) if kind == PostingKind.REDEEMED else (shop, own)
    Posting.objects.create(
        kind=kind, giver=giver, taker=taker, points=redemption.price_points,
        person_id=redemption.person_id, division_id=own.division_id, posted_at=at,
        posted_on=clock.local_date(at), redemption=redemption,
    )  # fmt: skip


def _tell(
    verb: str, redemption: Redemption, actor: Person, at: datetime, **details: Any
) -> None:
    journal.record(
        verb, redemption, actor=actor, at=at, where=redemption.division_id,
        on=clock.local_date(at), **details,
    )  # fmt: skip

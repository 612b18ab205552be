"""Merchants and what they give for points."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinfeng.base import clock, scope
from xinfeng.base.refusal import Forbidden, Refusal
from xinfeng.base.standing import Standing
from xinfeng.journal import commands as journal
from xinfeng.people.models import Person
from xinfeng.people.queries import standing_of
from xinfeng.places.models import Division, Place, PlaceState
from xinfeng.points import permissions
from xinfeng.points.models import Merchant, MerchantState, Reward, RewardState

journal.declare(
    {
        "merchant.proposed": gettext_lazy("asked to take part as a merchant"),
        "merchant.approved": gettext_lazy("approved a merchant"),
        "merchant.refused": gettext_lazy("did not approve a merchant"),
        "merchant.ended": gettext_lazy("ended the part of a merchant"),
        "merchant.clerk_named": gettext_lazy("named who hands out at a merchant"),
        "merchant.clerk_relieved": gettext_lazy("relieved somebody who handed out"),
        "reward.offered": gettext_lazy("offered a reward for points"),
        "reward.restocked": gettext_lazy("added to the stock of a reward"),
        "reward.withdrawn": gettext_lazy("withdrew a reward"),
    }
)
MOST_CLERKS = 20
MOST_PIECES = 1_000_000


@dataclass(frozen=True)
class NewMerchant:
    """What a shop says of itself. The code comes with the form: sent twice, asked once."""

    code: str
    name: str
    division_id: int
    address: str
    place_id: int | None = None
    hours_note: str = ""


@dataclass(frozen=True)
class NewReward:
    code: str
    title: str
    price_points: int
    pieces: int
    description: str = ""


@scope.command
def propose_merchant(*, new: NewMerchant, actor: Person, at: datetime) -> Merchant:
    """Somebody asks to take part as a merchant; an office decides."""
    if not actor.is_active:
        raise Forbidden("account_not_active", _("This account cannot do this."))
    place = Place.objects.filter(pk=new.place_id).first() if new.place_id else None
    if new.place_id and (place is None or place.state == PlaceState.CLOSED):
        raise Refusal("place_closed", _("This place is closed; choose another one."))
    division_id = place.division_id if place else new.division_id
    if not Division.objects.filter(pk=division_id).exists():
        raise Refusal("division_unknown", _("There is no division with this code."))
    known = Merchant.objects.filter(code=new.code).first()
    if known is not None and known.keeper_id != actor.pk:
        raise Refusal("code_taken", _("This form was used already; open a new one."))
    if known is not None:
        return known
    merchant = Merchant.objects.create(
        code=new.code, name=new.name, division_id=division_id, place=place,
        address=new.address, hours_note=new.hours_note, keeper=actor, proposed_at=at,
    )  # fmt: skip
    _tell("merchant.proposed", merchant, actor, at)
    return merchant


@scope.command
def approve_merchant(*, merchant_id: int, actor: Person, at: datetime) -> Merchant:
    """The office above says yes; from now on its rewards stand in the catalogue."""
    return _decide(merchant_id, MerchantState.APPROVED, "merchant.approved", actor, at)


@scope.command
def refuse_merchant(*, merchant_id: int, actor: Person, at: datetime) -> Merchant:
    return _decide(merchant_id, MerchantState.REFUSED, "merchant.refused", actor, at)


@scope.command
def end_merchant(*, merchant_id: int, actor: Person, at: datetime) -> Merchant:
    """It gives nothing more for points; what is reserved is still picked up or given back."""
    return _decide(merchant_id, MerchantState.ENDED, "merchant.ended", actor, at)


@scope.command
def name_clerk(*, merchant_id: int, person_id: int, actor: Person, at: datetime) -> Merchant:
    """The keeper lets somebody hand out beside them."""
    merchant = _lock(merchant_id, permissions.may_name_clerks, actor, at)
    if person_id in merchant.clerks:
        return merchant
    if len(merchant.clerks) >= MOST_CLERKS:
        raise Refusal("too_many_clerks", _("There are enough people who hand out."))
    if not Person.objects.filter(pk=person_id, state="ACTIVE").exists():
        raise Refusal("person_unknown", _("There is no account with this name."))
    merchant.clerks = sorted({*merchant.clerks, person_id})
    merchant.save(update_fields=["clerks"])
    _tell("merchant.clerk_named", merchant, actor, at, person_id=person_id)
    return merchant


@scope.command
def relieve_clerk(*, merchant_id: int, person_id: int, actor: Person, at: datetime) -> Merchant:
    merchant = _lock(merchant_id, permissions.may_name_clerks, actor, at)
    if person_id not in merchant.clerks:
        return merchant
    merchant.clerks = [pk for pk in merchant.clerks if pk != person_id]
    merchant.save(update_fields=["clerks"])
    _tell("merchant.clerk_relieved", merchant, actor, at, person_id=person_id)
    return merchant


@scope.command
def offer(*, merchant_id: int, new: NewReward, actor: Person, at: datetime) -> Reward:
    """One more thing in the catalogue, with its price and how many there are."""
    merchant = _lock(merchant_id, permissions.may_run, actor, at)
    known = Reward.objects.filter(code=new.code, merchant=merchant).first()
    if known is not None:
        return known
    if merchant.state != MerchantState.APPROVED:
        raise Refusal("merchant_not_approved", _("This merchant is not approved yet."))
    if new.price_points <= 0 or not 0 <= new.pieces <= MOST_PIECES:
        raise Refusal("reward_impossible", _("This price or number is not possible."))
    try:
        with transaction.atomic():
            reward = Reward.objects.create(
                code=new.code, merchant=merchant, title=new.title,
                description=new.description, price_points=new.price_points,
                supplied=new.pieces, stock=new.pieces, offered_at=at,
            )  # fmt: skip
    except IntegrityError:
        raise Refusal("code_taken", _("This form was used already; open a new one.")) from None
    _tell_reward("reward.offered", reward, actor, at, pieces=new.pieces)
    return reward


@scope.command
def restock(*, reward_id: int, pieces: int, actor: Person, at: datetime) -> Reward:
    """So many pieces more are there."""
    reward = _lock_reward(reward_id, actor, at)
    if not 0 < pieces <= MOST_PIECES - reward.supplied:
        raise Refusal("reward_impossible", _("This price or number is not possible."))
    reward.supplied += pieces
    reward.stock += pieces
    reward.save(update_fields=["supplied", "stock"])
    _tell_reward("reward.restocked", reward, actor, at, pieces=pieces)
    return reward


@scope.command
def withdraw(*, reward_id: int, actor: Person, at: datetime) -> Reward:
    """It leaves the catalogue; what is reserved is still picked up or given back."""
    reward = _lock_reward(reward_id, actor, at)
    if reward.state == RewardState.WITHDRAWN:
        return reward
    reward.state = RewardState.WITHDRAWN
    reward.save(update_fields=["state"])
    _tell_reward("reward.withdrawn", reward, actor, at)
    return reward


def _decide(
    merchant_id: int, state: MerchantState, verb: str, actor: Person, at: datetime
) -> Merchant:
    merchant = _lock(merchant_id, permissions.may_decide, actor, at)
    if merchant.state == state:
        return merchant
    if state not in Merchant.MOVES.get(MerchantState(merchant.state), ()):
        raise Refusal("merchant_decided", _("This was decided already."))
    merchant.state, merchant.decided_by, merchant.decided_at = state, actor, at
    merchant.save(update_fields=["state", "decided_by", "decided_at"])
    _tell(verb, merchant, actor, at)
    return merchant


def _lock(
    merchant_id: int, may: Callable[[Standing, Merchant], bool], actor: Person, at: datetime
) -> Merchant:
    merchant = Merchant.objects.select_for_update().filter(pk=merchant_id).first()
    if merchant is None or not may(standing_of(actor, clock.local_date(at)), merchant):
        raise Forbidden("not_your_merchant", _("You cannot do this for this merchant."))
    return merchant


def _lock_reward(reward_id: int, actor: Person, at: datetime) -> Reward:
    rewards = Reward.objects.select_for_update(of=("self",)).select_related("merchant")
    reward = rewards.filter(pk=reward_id).first()
    standing = standing_of(actor, clock.local_date(at))
    if reward is None or not permissions.may_run(standing, reward.merchant):
        raise Forbidden("not_your_merchant", _("You cannot do this for this merchant."))
    return reward


def _tell(verb: str, merchant: Merchant, actor: Person, at: datetime, **details: Any) -> None:
    journal.record(
        verb, merchant, actor=actor, at=at, where=merchant.division_id,
        on=clock.local_date(at), **details,
    )  # fmt: skip


def _tell_reward(
    verb: str, reward: Reward, actor: Person, at: datetime, **details: Any
) -> None:
    journal.record(
        verb, reward, actor=actor, at=at, where=reward.merchant.division_id,
        on=clock.local_date(at), **details,
    )  # fmt: skip

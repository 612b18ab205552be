"""Offers end, and an order for which nobody is left goes back to where it is dispatched from.

Called inside the commands that hold the order's lock.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy

from xinfeng.base.service_menu import Step
from xinfeng.dispatch import deadlines
from xinfeng.dispatch.models import Mode, Offer, OfferState, Order, Reason, State
from xinfeng.dispatch.stretches import URGENT_NOTICE
from xinfeng.journal import commands as journal
from xinfeng.people import notices
from xinfeng.people.commands import tell
from xinfeng.people.models import Person

from . import pages
from .moving import move

journal.declare({"order.returned": gettext_lazy("gave an order back: nobody accepted it")})
notices.declare(
    {
        "offer.made": gettext_lazy(
            "You are asked to help: “%(item)s”, %(begins)s. Please answer by %(until)s."
        ),
        "offer.made_to_team": gettext_lazy(
            "Your team “%(team)s” is asked to help: “%(item)s”, %(begins)s. Please answer by"
            " %(until)s."
        ),
        "offer.withdrawn": gettext_lazy(
            "You need not answer any more: “%(item)s” is arranged. Thank you."
        ),
    }
)
# Nobody has to answer sooner than so long after being asked.
_LEAST_TO_ANSWER = timedelta(minutes=30)


def end(offers: Iterable[Offer], state: OfferState, at: datetime) -> None:
    """Offers under the order's lock lapse or are withdrawn."""
    for offer in offers:
        offer.move_to(state)
        offer.ended_at = at
        offer.save(update_fields=["state", "ended_at"])


def tell_withdrawn(order: Order, offers: Iterable[Offer], at: datetime) -> None:
    tell(
        "offer.withdrawn", [person for offer in offers for person in answerers(offer)], at=at,
        href=pages.offered(), item=order.item.name,
    )  # fmt: skip


def answer_by(order: Order, starts_at: datetime, at: datetime) -> datetime:
    """By when an answer is needed: as the city says, and in time for the service."""
    until = deadlines.of_step(order, Step.ACCEPT, at).due_at
    return max(min(until, starts_at - URGENT_NOTICE), at + _LEAST_TO_ANSWER)


def answerers(offer: Offer) -> list[int]:
    """Who can answer it: the person, or whoever leads the team."""
    if offer.person_id is not None:
        return [offer.person_id]
    assert offer.team is not None
    leader = [offer.team.leader_id] if offer.team.leader_id is not None else []
    return [*leader, *offer.team.deputies]


def was_opened(order: Order) -> bool:
    """Whether it stood on the open list in this attempt; nobody took it, then a clerk asks."""
    return order.steps.filter(attempt=order.attempt, verb="order.opened").exists()


def return_if_nobody_left(order: Order, actor: Person | None, at: datetime) -> bool:
    """Back to where it is dispatched from, when nobody has accepted and nobody is asked.

    Somebody may have accepted already where several are needed: then the order stays, short
    of people and with its deadline, and the next plan fills its places.
    """
    if order.state != State.DISPATCHED or order.accepted:
        return False
    if Offer.objects.filter(
        order=order, attempt=order.attempt,
        state__in=[OfferState.OFFERED, OfferState.ACCEPTED],
    ).exists():  # fmt: skip
        return False
    if order.item.mode == Mode.GRAB and order.due_at is not None and at < order.due_at:
        # Somebody may still take it from the list.
        return False
    move(
        order, State.TO_DISPATCH, verb="order.returned", actor=actor, at=at,
        reason=Reason.ALL_DECLINED,
    )  # fmt: skip
    return True


def tell_asked(order: Order, offer: Offer, at: datetime) -> None:
    assert offer.answer_by is not None
    words: dict[str, str | datetime] = {
        "item": order.item.name, "begins": offer.starts_at, "until": offer.answer_by
    }  # fmt: skip
    if offer.team is not None:
        words["team"] = offer.team.name
    kind = "offer.made" if offer.team is None else "offer.made_to_team"
    tell(kind, answerers(offer), at=at, href=pages.offered(), **words)

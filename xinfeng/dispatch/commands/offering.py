"""The centre asks volunteers and teams to serve an order, or opens it to whoever is first.

Being asked binds nobody: only who was asked accepts. More may be asked than are needed; the
first who accept have it.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinfeng.base import clock, scope
from xinfeng.base.refusal import Forbidden, Refusal, Unknown
from xinfeng.dispatch import permissions
from xinfeng.dispatch.asking import first_time, own
from xinfeng.dispatch.models import (
    Mode,
    Offer,
    OfferState,
    Order,
    State,
    Unserved,
)
from xinfeng.dispatch.models import Step as Line
from xinfeng.dispatch.queries import crowd
from xinfeng.dispatch.queries.candidates import Candidate, named
from xinfeng.dispatch.stretches import Horizon
from xinfeng.journal import commands as journal
from xinfeng.people.models import Person
from xinfeng.teams.models import Team

from .asking import lock_for
from .moving import lock, move, note
from .returning import (
    answer_by,
    end,
    return_if_nobody_left,
    tell_asked,
    tell_withdrawn,
    was_opened,
)

journal.declare(
    {
        "order.dispatched": gettext_lazy("asked volunteers to serve an order"),
        "order.asked_more": gettext_lazy("asked further volunteers to serve an order"),
        "order.opened": gettext_lazy("opened an order to whoever is first"),
        "offer.withdrawn": gettext_lazy("took back what a volunteer was asked"),
    }
)
# Asking a whole village for one place is a nuisance.
MOST_ASKED = 10
# As far ahead as a wish may lie.
FARTHEST = timedelta(days=200)


@scope.command
def offer_proposed(
    *, order_id: int, actor: Person, at: datetime, offer_ids: Sequence[int] = ()
) -> list[Offer]:
    """The centre confirms what a plan proposed: all of it, or these offers only."""
    order = _lock_to_offer(order_id, actor, at)
    proposed = Offer.objects.filter(order=order, state=OfferState.PROPOSED).order_by("pk")
    if offer_ids:
        proposed = proposed.filter(pk__in=offer_ids)
    offers = [offer for offer in proposed if offer.attempt == order.attempt]
    if not offers:
        if already := _asked(order):
            return already
        raise Refusal("nothing_proposed", _("Nobody is proposed for this order yet."))
    _refuse_oneself((offer.person_id for offer in offers), actor)
    fresh = _still_possible(offers, at)
    if not fresh:
        raise Refusal(
            "proposal_stale", _("Those proposed cannot come any more; plan once more.")
        )
    _send(order, fresh, actor, at)
    return fresh


@scope.command
def offer_to(
    *,
    order_id: int,
    person_ids: Sequence[int],
    actor: Person,
    at: datetime,
    starts_at: datetime | None = None,
) -> list[Offer]:
    """The centre asks others than proposed, by name; at a time of its own if it says one."""
    order = _lock_to_offer(order_id, actor, at)
    _refuse_oneself(person_ids, actor)
    _refuse_time(starts_at, at)
    asked = [offer for offer in _asked(order) if offer.person_id in set(person_ids)]
    new = set(person_ids) - {offer.person_id for offer in asked}
    if not new:
        return asked
    found = named(order, new, at=at, starts_at=_agreed_time(order, starts_at))
    _refuse_unfit(order, new, found)
    times = _together(order, list(found.values()))
    offers = [_from(one, order, actor, at) for one in times]
    _drop_proposals(order, keep=())
    Offer.objects.bulk_create(offers)
    _send(order, offers, actor, at)
    return [*asked, *offers]


@scope.command
def offer_to_team(
    *,
    order_id: int,
    team_id: int,
    actor: Person,
    at: datetime,
    starts_at: datetime | None = None,
) -> Offer:
    """The centre asks a team; its leader answers for it, and each member for themselves."""
    order = _lock_to_offer(order_id, actor, at)
    already = Offer.objects.live().filter(order=order, attempt=order.attempt, team=team_id)
    if found := already.exclude(state=OfferState.PROPOSED).first():
        return found
    team = Team.objects.serving_on(clock.local_date(at)).filter(pk=team_id).first()
    if team is None:
        raise Unknown("team_unknown", _("There is no such team."))
    if team.leader_id is None:
        raise Refusal("team_without_leader", _("This team has nobody who could answer."))
    _refuse_time(starts_at, at)
    begins = _agreed_time(order, starts_at) or first_time(order, at)
    if begins is None or begins <= at:
        raise Refusal("time_needed", _("The wished time is over; say when to come."))
    offer = Offer.objects.create(
        order=order, attempt=order.attempt, division_id=order.division_id, team=team,
        state=OfferState.PROPOSED, starts_at=begins,
        ends_at=begins + timedelta(minutes=order.item.minutes), proposed_at=at,
        proposed_by=actor,
    )  # fmt: skip
    _drop_proposals(order, keep=(offer.pk,))
    _send(order, [offer], actor, at)
    return offer


@scope.command
def open_to_all(*, order_id: int, actor: Person, at: datetime) -> Order:
    """An order that is first come, first served stands on the list of all who fit."""
    order = _lock_to_offer(order_id, actor, at)
    return _open(order, actor, at)


@scope.command
def open_waiting(*, order_id: int, at: datetime) -> Order | None:
    """Time opens a verified order that is first come, first served; once in an attempt."""
    order = lock(order_id)
    if order is None or order.state != State.TO_DISPATCH or was_opened(order):
        return None
    return _open(order, None, at)


@scope.command
def withdraw(*, offer_id: int, actor: Person, at: datetime) -> Offer:
    """The centre takes back what somebody was asked and has not answered yet."""
    offer = Offer.objects.filter(pk=offer_id).first()
    if offer is None:
        raise Unknown("offer_unknown", _("There is no such offer."))
    order, _caller = lock_for(offer.order_id, actor, at, permissions.may_dispatch)
    offer.refresh_from_db()
    if offer.state == OfferState.WITHDRAWN:
        return offer
    if offer.state not in (OfferState.PROPOSED, OfferState.OFFERED):
        raise Refusal("offer_answered", _("This was answered already."))
    was_asked = offer.state == OfferState.OFFERED
    end([offer], OfferState.WITHDRAWN, at)
    if was_asked:
        tell_withdrawn(order, [offer], at)
    note(order, verb="offer.withdrawn", actor=actor, at=at, offer=offer.pk)
    return_if_nobody_left(order, actor, at)
    return offer


def to_open(most: int = 500) -> list[int]:
    """Verified orders that are first come, first served and were not opened yet."""
    opened = Line.objects.filter(
        order=OuterRef("pk"), attempt=OuterRef("attempt"), verb="order.opened"
    )
    waiting = Order.objects.filter(state=State.TO_DISPATCH, item__mode=Mode.GRAB)
    found = waiting.exclude(Exists(opened)).order_by("due_at", "pk")
    with scope.whole_city():
        return list(found.values_list("pk", flat=True)[:most])


def _lock_to_offer(order_id: int, actor: Person, at: datetime) -> Order:
    order, _caller = lock_for(order_id, actor, at, permissions.may_dispatch)
    if not order.seeks(at):
        raise Refusal("order_state", _("This order has moved on; look at it again."))
    return order


def _open(order: Order, actor: Person | None, at: datetime) -> Order:
    if order.state == State.DISPATCHED and was_opened(order):
        return order
    if order.item.mode != Mode.GRAB:
        raise Refusal("not_to_grab", _("For this service the centre asks somebody."))
    _drop_proposals(order, keep=())
    Unserved.objects.filter(order=order).delete()
    move(order, State.DISPATCHED, verb="order.opened", actor=actor, at=at)
    return order


def _asked(order: Order) -> list[Offer]:
    """Who is asked or has accepted in this attempt."""
    live = Offer.objects.live().filter(order=order, attempt=order.attempt)
    return list(live.exclude(state=OfferState.PROPOSED).order_by("pk"))


def _refuse_oneself(person_ids: Iterable[int | None], actor: Person) -> None:
    if actor.pk in set(person_ids):
        raise Forbidden("not_to_oneself", _("Nobody gives an order to themselves."))


def _refuse_unfit(order: Order, new: set[int], found: dict[int, Candidate]) -> None:
    if new & own(order):
        raise Refusal("own_order", _("Nobody serves their own order."))
    declined = Offer.objects.filter(
        order=order, attempt=order.attempt, person__in=new, state=OfferState.DECLINED
    )
    if declined.exists():
        raise Refusal("declined_before", _("This person has said no to this order."))
    if new - found.keys():
        raise Refusal(
            "not_fit",
            _("This person lacks what the order asks for, or has promised that time."),
        )


def _refuse_time(starts_at: datetime | None, at: datetime) -> None:
    if starts_at is None:
        return
    if starts_at <= at:
        raise Refusal("time_passed", _("Choose a time that lies ahead."))
    if starts_at > at + FARTHEST:
        raise Refusal("time_too_far", _("Choose a time within the next half year."))


def _agreed_time(order: Order, starts_at: datetime | None) -> datetime | None:
    """Those who come together come when the others come."""
    if order.shift is not None:
        return order.shift.starts_at
    persons = [offer for offer in _asked(order) if offer.person_id]
    if order.people > 1 and persons:
        return persons[0].starts_at
    return starts_at


def _together(order: Order, found: list[Candidate]) -> list[Candidate]:
    """Where several are needed, all are asked for one time: the one that suits most."""
    if order.people == 1 or not found:
        return found
    times = sorted(one.starts_at for one in found)
    best = max(times, key=lambda moment: (times.count(moment), -moment.timestamp()))
    length = timedelta(minutes=order.item.minutes)
    return [one.at(best, best + length) for one in found]


def _from(one: Candidate, order: Order, actor: Person, at: datetime) -> Offer:
    return Offer(
        order=order, attempt=order.attempt, division_id=order.division_id,
        person_id=one.person_id, state=OfferState.PROPOSED, starts_at=one.starts_at,
        ends_at=one.ends_at, metres=one.metres, why=one.why, proposed_at=at,
        proposed_by=actor,
    )  # fmt: skip


def _still_possible(offers: Sequence[Offer], at: datetime) -> list[Offer]:
    """Those whose time lies ahead and who have not promised it since."""
    people = [offer.person_id for offer in offers if offer.person_id]
    held = crowd.promised(Horizon(at), people)
    return [
        offer
        for offer in offers
        if offer.starts_at > at
        and not any(
            who == offer.person_id and since < offer.ends_at and offer.starts_at < until
            for who, since, until in held
        )
    ]


def _drop_proposals(order: Order, keep: Iterable[int]) -> None:
    """What was only proposed was told to nobody, and need not be kept."""
    unsent = Offer.objects.filter(order=order, state=OfferState.PROPOSED)
    unsent.exclude(pk__in=list(keep)).delete()


def _send(order: Order, offers: Sequence[Offer], actor: Person, at: datetime) -> None:
    """Proposals become offers: people are told, and the order waits for their answers."""
    if (
        len(offers) + len([o for o in _asked(order) if o.state == OfferState.OFFERED])
        > MOST_ASKED
    ):
        raise Refusal("too_many_asked", _("Enough people are asked; wait for their answers."))
    _drop_proposals(order, keep=[offer.pk for offer in offers])
    Unserved.objects.filter(order=order).delete()
    if order.state == State.TO_DISPATCH:
        move(
            order, State.DISPATCHED, verb="order.dispatched", actor=actor, at=at,
            asked=len(offers),
        )  # fmt: skip
    else:
        note(order, verb="order.asked_more", actor=actor, at=at, asked=len(offers))
    for offer in offers:
        offer.move_to(OfferState.OFFERED)
        offer.offered_at = at
        offer.answer_by = answer_by(order, offer.starts_at, at)
        offer.save(update_fields=["state", "offered_at", "answer_by"])
        tell_asked(order, offer, at)

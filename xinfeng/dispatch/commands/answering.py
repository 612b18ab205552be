"""Volunteers answer: accept, decline, take what is open, give back; silence is an answer too.

Every answer is decided under the order's lock, so that no place is given twice and an offer
never both lapses and is accepted. Nobody is set to an order without their own acceptance.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinfeng.base import scope
from xinfeng.base.refusal import Forbidden, Refusal, Unknown
from xinfeng.dispatch.asking import first_time
from xinfeng.dispatch.models import (
    Decline,
    Mode,
    Offer,
    OfferState,
    Order,
    State,
)
from xinfeng.dispatch.queries import crowd
from xinfeng.dispatch.queries.candidates import Candidate, named
from xinfeng.dispatch.stretches import Horizon
from xinfeng.journal import commands as journal
from xinfeng.people import notices
from xinfeng.people.commands import tell
from xinfeng.people.models import Person
from xinfeng.people.permissions import is_volunteer
from xinfeng.teams.models import Membership

from . import pages
from .moving import lock, move, note
from .replacing import end_search, join
from .returning import answer_by, end, return_if_nobody_left, tell_asked
from .telling import tell_residents

journal.declare(
    {
        "order.accepted": gettext_lazy("accepted an order, which now has everybody it needs"),
        "order.joined": gettext_lazy("accepted an order that needs more people"),
        "order.taken": gettext_lazy("took an open order"),
        "order.taken_by_team": gettext_lazy("accepted an order for a team"),
        "order.passed_on": gettext_lazy("asked members of a team to serve an order"),
        "offer.declined": gettext_lazy("declined an order"),
        "offer.lapsed": gettext_lazy("let an offer pass without an answer"),
    }
)
notices.declare(
    {
        "offer.lapsed": gettext_lazy(
            "You did not answer in time; “%(item)s” is given to others."
        ),
        "order.accepted": gettext_lazy(
            "Somebody comes for your order “%(item)s”; they will agree on the time with you."
        ),
    }
)
LONGEST_WORDS = 200
# While an order is so, somebody may be asked and not have answered.
_WITH_ASKED = (State.DISPATCHED, State.SCHEDULED)
_ANSWERED = {OfferState.ACCEPTED, OfferState.DECLINED}


@scope.command
def accept(*, offer_id: int, actor: Person, at: datetime) -> Offer:
    """Somebody who was asked will come. Only they themselves say so."""
    order, offer = _lock(offer_id, actor)
    if offer.person_id is None:
        raise Refusal("offer_of_team", _("Accept for the team, and name who could come."))
    if offer.state == OfferState.ACCEPTED:
        return offer
    _refuse_late(offer, at)
    _refuse_taken(order, offer, at)
    _refuse_unable(order, offer.starts_at, offer.ends_at, actor, at, offer)
    _accept(order, offer, actor, at)
    return offer


@scope.command
def accept_for_team(
    *, offer_id: int, member_ids: Iterable[int], actor: Person, at: datetime
) -> list[Offer]:
    """The leader takes an order on for the team and asks members; each answers for themselves.

    More members can be asked later, as long as places are empty.
    """
    order, offer = _lock(offer_id, actor)
    if offer.team is None:
        raise Refusal("offer_of_person", _("This was asked of one person, not of a team."))
    if offer.state != OfferState.ACCEPTED:
        _refuse_late(offer, at)
    _refuse_taken(order, offer, at)
    if offer.state != OfferState.ACCEPTED:
        _answer(offer, OfferState.ACCEPTED, actor, at)
        # From now on it is the members' time to answer.
        offer.answer_by = answer_by(order, offer.starts_at, at)
        offer.save(update_fields=["state", "answered_at", "answered_by", "answer_by"])
        note(order, verb="order.taken_by_team", actor=actor, at=at, offer=offer.pk)
    return _pass_on(order, offer, set(member_ids), actor, at)


@scope.command
def decline(
    *, offer_id: int, reason: Decline, actor: Person, at: datetime, words: str = ""
) -> Offer:
    """Somebody who was asked cannot come, and says why; it costs them nothing."""
    order, offer = _lock(offer_id, actor)
    if offer.state == OfferState.DECLINED:
        return offer
    _refuse_late(offer, at)
    if reason not in Decline:
        raise Refusal("reason_wrong", _("Choose why you cannot come."))
    _answer(offer, OfferState.DECLINED, actor, at)
    offer.reason, offer.words = reason, words.strip()[:LONGEST_WORDS]
    offer.save(update_fields=["state", "answered_at", "answered_by", "reason", "words"])
    note(order, verb="offer.declined", actor=actor, at=at, offer=offer.pk, why=reason.value)
    return_if_nobody_left(order, None, at)
    return offer


@scope.command
def grab(
    *, order_id: int, actor: Person, at: datetime, starts_at: datetime | None = None
) -> Offer:
    """First come, first served: whoever fits takes a place of an open order."""
    order = lock(order_id)
    if order is None or order.item.mode != Mode.GRAB or order.dispatched_at is None:
        raise _unknown_order()
    mine = Offer.objects.live().filter(order=order, attempt=order.attempt, person=actor)
    held = mine.exclude(state=OfferState.PROPOSED).order_by("pk").first()
    if held is not None and held.state == OfferState.ACCEPTED:
        return held
    if not order.can_be_joined(at):
        raise _taken()
    if starts_at is not None and starts_at <= at:
        raise Refusal("time_passed", _("Choose a time that lies ahead."))
    one = _fitting(order, actor, at, starts_at)
    offer = held or _taken_offer(order, one, at)
    _refuse_unable(order, offer.starts_at, offer.ends_at, actor, at, held)
    _accept(order, offer, actor, at, verb="order.taken")
    return offer


@scope.command
def lapse(*, order_id: int, at: datetime) -> int:
    """Who did not answer in time is asked no longer; with nobody left the order goes back."""
    order = lock(order_id)
    if order is None or order.state not in _WITH_ASKED:
        return 0
    late = list(
        Offer.objects.filter(_silent(at), order=order, attempt=order.attempt).order_by("pk")
    )
    silent = [offer for offer in late if offer.state == OfferState.OFFERED]
    end(silent, OfferState.LAPSED, at)
    # A team took it on and its members did not fill it.
    end([offer for offer in late if offer not in silent], OfferState.WITHDRAWN, at)
    if late:
        note(order, verb="offer.lapsed", actor=None, at=at, offers=len(late))
        people = [offer.person_id for offer in silent if offer.person_id]
        tell("offer.lapsed", people, at=at, href=pages.offered(), item=order.item.name)
    return_if_nobody_left(order, None, at)
    return len(late)


def to_lapse(at: datetime, most: int = 500) -> list[int]:
    """Orders about whose offers time decides now."""
    with scope.whole_city():
        silent = Offer.objects.filter(_silent(at), order__state__in=_WITH_ASKED)
        found = set(
            silent.order_by("answer_by", "pk").values_list("order_id", flat=True)[:most]
        )
        live = Offer.objects.filter(
            order=OuterRef("pk"), state__in=[OfferState.OFFERED, OfferState.ACCEPTED]
        )
        unclaimed = Order.objects.filter(
            state=State.DISPATCHED, due_at__lte=at, accepted=0, item__mode=Mode.GRAB
        ).exclude(Exists(live))
        found |= set(unclaimed.order_by("due_at", "pk").values_list("pk", flat=True)[:most])
    return sorted(found)


def _lock(offer_id: int, actor: Person) -> tuple[Order, Offer]:
    """The order first, then its offer; for whoever may answer it."""
    order_id = Offer.objects.filter(pk=offer_id).values_list("order_id", flat=True).first()
    order = lock(order_id) if order_id is not None else None
    offer = Offer.objects.select_related("team").filter(pk=offer_id).first()
    mine = offer is not None and (
        offer.person_id == actor.pk if offer.team is None else offer.team.is_led_by(actor.pk)
    )
    if order is None or offer is None or not mine or offer.offered_at is None:
        # Unknown, not yours and not yet asked get the same answer.
        raise Unknown("offer_unknown", _("There is no such offer."))
    return order, offer


def _refuse_late(offer: Offer, at: datetime) -> None:
    if offer.state in _ANSWERED:
        raise Refusal("offer_answered", _("This was answered already."))
    if offer.state != OfferState.OFFERED:
        raise Refusal("offer_ended", _("This is not asked any more; thank you all the same."))
    if offer.answer_by is not None and at >= offer.answer_by:
        raise Refusal("offer_late", _("The time to answer is over; it is given to others."))


def _refuse_taken(order: Order, offer: Offer, at: datetime) -> None:
    if offer.attempt != order.attempt or not order.can_be_joined(at):
        raise _taken()


def _refuse_unable(
    order: Order,
    starts_at: datetime,
    ends_at: datetime,
    actor: Person,
    at: datetime,
    own: Offer | None,
) -> None:
    """Fit on the day, of age where it is risky, and free then: asked once more at the last."""
    # Two orders at once of one person must not overlap: the person after the order.
    person = Person.objects.select_for_update(no_key=True).get(pk=actor.pk)
    if not is_volunteer(person):
        raise Forbidden("not_a_volunteer", _("Register as a volunteer first."))
    mine = own.pk if own is not None else None
    for who, since, until in crowd.promised(Horizon(at), [person.pk], but=mine):
        if who == person.pk and since < ends_at and starts_at < until:
            raise Refusal(
                "time_clash", _("You have promised that time to something else already.")
            )
    if person.pk not in named(order, [person.pk], at=at, starts_at=starts_at, busy=True):
        raise Refusal("not_fit", _("This order asks for something that you do not have."))


def _accept(
    order: Order, offer: Offer, actor: Person, at: datetime, verb: str = "order.joined"
) -> None:
    """One place less; with the last one the others need not answer any more."""
    _answer(offer, OfferState.ACCEPTED, actor, at)
    if offer.pk is None:
        offer.save(force_insert=True)
    else:
        offer.save(update_fields=["state", "answered_at", "answered_by"])
    order.accepted += 1
    if order.state == State.SCHEDULED:
        order.save(update_fields=["accepted"])
        join(order, actor, at)
        note(order, verb=verb, actor=actor, at=at, accepted=order.accepted)
        return
    if not order.is_full:
        order.save(update_fields=["accepted"])
        note(order, verb=verb, actor=actor, at=at, accepted=order.accepted)
        return
    move(
        order, State.ACCEPTED, verb="order.accepted", actor=actor, at=at,
        accepted=order.accepted, mode=order.item.mode,
    )  # fmt: skip
    end_search(order, at)
    tell_residents("order.accepted", order, at)


def _answer(offer: Offer, state: OfferState, actor: Person, at: datetime) -> None:
    if offer.pk is not None:
        offer.move_to(state)
    offer.answered_at, offer.answered_by = at, actor


def _fitting(
    order: Order, actor: Person, at: datetime, starts_at: datetime | None
) -> Candidate:
    """The actor as somebody who could serve it: able, of age, and not of the household."""
    # Those who come together come at the time of the first, or as they have agreed since.
    first = Offer.objects.coming(order).order_by("pk").first() if order.people > 1 else None
    together = order.shift or first
    when = together.starts_at if together is not None else starts_at or first_time(order, at)
    if when is None:
        raise Refusal("time_needed", _("The wished time is over; say when to come."))
    found = named(order, [actor.pk], at=at, starts_at=when, busy=True)
    if actor.pk in found:
        return found[actor.pk]
    if not is_volunteer(actor):
        raise Forbidden("not_a_volunteer", _("Register as a volunteer first."))
    raise Refusal("not_fit", _("This order asks for something that you do not have."))


def _taken_offer(order: Order, one: Candidate, at: datetime) -> Offer:
    return Offer(
        order=order, attempt=order.attempt, division_id=order.division_id,
        person_id=one.person_id, state=OfferState.ACCEPTED, starts_at=one.starts_at,
        ends_at=one.ends_at, metres=one.metres, why=one.why, proposed_at=at, offered_at=at,
    )  # fmt: skip


def _pass_on(
    order: Order, offer: Offer, member_ids: set[int], actor: Person, at: datetime
) -> list[Offer]:
    current = Membership.objects.current().filter(team=offer.team, person__in=member_ids)
    members = set(current.order_by("pk").values_list("person_id", flat=True))
    if member_ids - members:
        raise Refusal("not_a_member", _("Only members of the team can be asked by it."))
    asked = Offer.objects.filter(order=order, attempt=order.attempt, person__in=members)
    new = members - set(asked.order_by("pk").values_list("person_id", flat=True))
    found = named(order, new, at=at, starts_at=offer.starts_at)
    length = timedelta(minutes=order.item.minutes)
    made = [
        Offer.objects.create(
            order=order, attempt=order.attempt, division_id=order.division_id,
            person_id=one.person_id, through=offer, state=OfferState.OFFERED,
            starts_at=offer.starts_at, ends_at=offer.starts_at + length, metres=one.metres,
            why=one.why, proposed_at=at, proposed_by=actor, offered_at=at,
            answer_by=offer.answer_by,
        )
        for one in found.values()
    ]  # fmt: skip
    for one in made:
        tell_asked(order, one, at)
    if made:
        note(order, verb="order.passed_on", actor=actor, at=at, asked=len(made))
    return made


def _silent(at: datetime) -> Q:
    """Asked and not answered in time; or taken on by a team whose members did not fill it."""
    asked = Q(state=OfferState.OFFERED)
    taken_on = Q(state=OfferState.ACCEPTED, team__isnull=False)
    return (asked | taken_on) & Q(answer_by__lte=at)


def _taken() -> Refusal:
    return Refusal("order_taken", _("Others were faster; thank you all the same."))


def _unknown_order() -> Refusal:
    return Unknown("order_unknown", _("There is no such order."))

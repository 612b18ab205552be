"""What becomes of orders when an account ends or two become one, and of words in time."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q
from django.utils.translation import gettext_lazy

from xinfeng.base import pack, scope
from xinfeng.dispatch.models import (
    BEFORE_SERVICE,
    LIVE,
    CallBack,
    Complaint,
    Offer,
    OfferState,
    Order,
    Rating,
    Reason,
    State,
)
from xinfeng.journal import commands as journal
from xinfeng.people.commands.contacts import forget_contacts_of
from xinfeng.people.models import Contact, Person

from .moving import lock, move, note
from .releasing import release
from .replacing import go_on_short

journal.declare(
    {
        "order.account_ended": gettext_lazy("gave an order back: the account has ended"),
        "order.moved_account": gettext_lazy("moved orders to the account that stays"),
        "order.words_erased": gettext_lazy("erased what residents wrote about services"),
    }
)
_BATCH = 500
_LET_GO = (State.DRAFT, *BEFORE_SERVICE, State.ON_HOLD)


def end_of_account(person: Person, actor: Person, at: datetime) -> None:
    """Own orders that wait are cancelled, promises are given back, one's data are erased."""
    for order_id in _own_waiting(person):
        order = lock(order_id)
        if order is not None and order.state in _LET_GO:
            release(order, actor=actor, at=at)
            move(
                order, State.CANCELLED, verb="order.account_ended", actor=actor, at=at,
                reason=Reason.CHANGED_MIND,
            )  # fmt: skip
    for order_id in _promised(person):
        _give_back(order_id, person, actor, at)
    forget_contacts_of(person, at)


def move_orders(keep: Person, gone: Person, actor: Person, at: datetime) -> None:
    """What one account ordered and was asked belongs to the account that stays."""
    own = Order.objects.filter(Q(requester=gone) | Q(placed_by=gone)).order_by("pk")
    moved = list(own.select_for_update(of=("self",)))
    # What they verified themselves stays with the old account: nobody verifies their own.
    Order.objects.filter(requester=gone).exclude(verified_by=keep).update(requester=keep)
    Order.objects.filter(placed_by=gone).exclude(verified_by=keep).update(placed_by=keep)
    Contact.objects.filter(person=gone).update(person=keep)
    Complaint.objects.filter(made_by=gone).exclude(answered_by=keep).update(made_by=keep)
    for order_id in _promised(gone):
        order = lock(order_id)
        mine = Offer.objects.filter(order=order_id, state__in=LIVE)
        if order is None or mine.filter(person=keep).exists() or order.belongs_to(keep.pk):
            # Nobody serves an order twice, or their own.
            _give_back(order_id, gone, actor, at)
            continue
        offers = list(mine.filter(person=gone).order_by("pk"))
        for offer in offers:
            offer.person = keep
            # Who has answered answered for themselves.
            offer.answered_by = keep if offer.answered_by_id is not None else None
            offer.save(update_fields=["person", "answered_by"])
    for order in moved[:1]:
        journal.record(
            "order.moved_account", order, actor=actor, at=at, where=order.division_id,
            orders=len(moved),
        )  # fmt: skip


@scope.command
def forget_words(*, at: datetime) -> int:
    """What residents wrote and clerks noted is emptied with the contact; the stars stay.

    So is where exactly it was, where it was sent from, and what volunteers wrote about it.
    """
    days = pack.load(settings.CITY_PACK).rules.order_contact_days
    ended = Order.objects.filter(closed_at__lte=at - timedelta(days=days))
    written = (
        Rating.objects.filter(order__in=ended).exclude(comment_sealed=""),
        CallBack.objects.filter(order__in=ended).exclude(note_sealed=""),
        Complaint.objects.filter(order__in=ended).exclude(text_sealed="", answer_sealed=""),
        Offer.objects.filter(order__in=ended).exclude(words=""),
        ended.exclude(cell=None, address_digest=None),
    )
    ids = [list(rows.order_by("pk").values_list("pk", flat=True)[:_BATCH]) for rows in written]
    Rating.objects.filter(pk__in=ids[0]).update(comment_sealed="")
    CallBack.objects.filter(pk__in=ids[1]).update(note_sealed="")
    Complaint.objects.filter(pk__in=ids[2]).update(text_sealed="", answer_sealed="")
    Offer.objects.filter(pk__in=ids[3]).update(words="")
    Order.objects.filter(pk__in=ids[4]).update(
        lat_e6=None, lon_e6=None, cell=None, address_digest=None
    )
    count = sum(map(len, ids))
    if count:
        first = ended.order_by("closed_at", "pk").first()
        assert first is not None
        journal.record("order.words_erased", first, actor=None, at=at, texts=count)
    return count


def _own_waiting(person: Person) -> list[int]:
    """What they ordered for themselves, and drafts; for a neighbour it is still wanted."""
    own = Q(requester=person) | Q(placed_by=person, state=State.DRAFT)
    found = Order.objects.filter(own, state__in=_LET_GO).order_by("pk")
    return list(found.values_list("pk", flat=True))


def _promised(person: Person) -> list[int]:
    offers = Offer.objects.filter(
        person=person, state__in=LIVE, order__state__in=BEFORE_SERVICE
    )
    return sorted(set(offers.order_by("order_id").values_list("order_id", flat=True)))


def _give_back(order_id: int, person: Person, actor: Person, at: datetime) -> None:
    """Their offers end; an order that nobody else serves goes back to be dispatched."""
    order = lock(order_id)
    if order is None or order.state not in BEFORE_SERVICE:
        return
    live = Offer.objects.filter(order=order, attempt=order.attempt, state__in=LIVE)
    mine = list(live.filter(person=person).order_by("pk"))
    gave_back = sum(offer.state == OfferState.ACCEPTED for offer in mine)
    for offer in mine:
        offer.move_to(OfferState.WITHDRAWN)
        offer.ended_at = at
        offer.save(update_fields=["state", "ended_at"])
    remaining = order.accepted - gave_back
    if order.state == State.SCHEDULED and gave_back and remaining:
        go_on_short(order, remaining, verb="order.account_ended", actor=actor, at=at)
        return
    order.accepted = remaining
    others = live.exclude(state=OfferState.PROPOSED).exclude(person=person).exists()
    if order.state == State.TO_DISPATCH or ((order.accepted or not gave_back) and others):
        order.save(update_fields=["accepted"])
        note(order, verb="order.account_ended", actor=actor, at=at, reason=Reason.GAVE_BACK)
        return
    release(order, actor=actor, at=at)
    move(
        order, State.TO_DISPATCH, verb="order.account_ended", actor=actor, at=at,
        reason=Reason.GAVE_BACK,
    )  # fmt: skip

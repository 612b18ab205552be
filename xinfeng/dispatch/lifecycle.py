"""What this room tells of a person, and what becomes of it when an account ends or merges."""

from collections.abc import Iterable

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from xinfeng.people import leaving, merging, records, sealing, sweeping
from xinfeng.people.records import Row

from . import commands
from .commands.leaving import end_of_account, move_orders
from .models import CallBack, Complaint, Offer, Order, Rating

leaving.declare(end_of_account)
merging.declare(move_orders)
sealing.declare(Rating, "comment_sealed", lambda row: row.bound)
sealing.declare(CallBack, "note_sealed", lambda row: row.bound)
sealing.declare(Complaint, "text_sealed", lambda row: row.bound("text"))
sealing.declare(Complaint, "answer_sealed", lambda row: row.bound("answer"))
sweeping.declare("order_words", _("words about a service: with whom it was for"))(
    commands.forget_words
)


@records.section("orders", _("My orders"))
def orders(person_id: int) -> Iterable[Row]:
    own = Order.objects.filter(Q(requester=person_id) | Q(placed_by=person_id))
    for order in own.select_related("item", "contact").order_by("pk"):
        mine = order.requester_id == person_id
        contact = order.contact if mine else None
        yield {
            "code": order.code,
            "item": order.item.name,
            "for_me": mine,
            "state": order.state,
            "division": order.division_id,
            "wished_from": order.wished_from,
            "wished_until": order.wished_until,
            "placed_at": order.placed_at,
            "closed_at": order.closed_at,
            "name": contact.name() if contact else None,
            "phone": contact.phone() if contact else None,
            "address": contact.address() if contact else None,
            "note": contact.note() if contact else None,
        }


@records.section("order_ratings", _("My ratings of services"))
def ratings(person_id: int) -> Iterable[Row]:
    mine = Rating.objects.filter(rated_by=person_id).select_related("order")
    for rating in mine.order_by("pk"):
        yield {
            "order": rating.order.code,
            "overall": rating.overall,
            "punctual": rating.punctual,
            "attitude": rating.attitude,
            "skill": rating.skill,
            "fee_asked": rating.fee_asked,
            "comment": rating.comment(),
            "rated_at": rating.rated_at,
        }


@records.section("order_complaints", _("My complaints about services"))
def complaints(person_id: int) -> Iterable[Row]:
    mine = Complaint.objects.filter(made_by=person_id).select_related("order")
    for complaint in mine.order_by("pk"):
        yield {
            "order": complaint.order.code,
            "kind": complaint.kind,
            "text": complaint.text(),
            "made_at": complaint.made_at,
            "state": complaint.state,
            "answer": complaint.answer(),
        }


@records.section("order_offers", _("Orders that I was asked to serve"))
def offers(person_id: int) -> Iterable[Row]:
    mine = Offer.objects.filter(person=person_id, offered_at__isnull=False)
    for offer in mine.select_related("order__item").order_by("pk"):
        yield {
            "order": offer.order.code,
            "item": offer.order.item.name,
            "state": offer.state,
            "starts_at": offer.starts_at,
            "ends_at": offer.ends_at,
            "offered_at": offer.offered_at,
            "answered_at": offer.answered_at,
            "reason": offer.reason,
            "words": offer.words,
        }

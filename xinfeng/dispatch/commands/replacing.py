"""Of several who agreed on a time one cannot come: the others do, and somebody else is sought.

The shift stands, and so does the time: whoever joins comes then. The desk is told and has a
deadline of its own, no later than the beginning; an order that is first come, first served
stands on the open list again. Nobody found, the service begins with those who come.
"""

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext_lazy

from xinfeng.activities import commands as activities
from xinfeng.activities.models import HOLDING
from xinfeng.activities.queries import Attended
from xinfeng.dispatch.models import Offer, OfferState, Order, Reason
from xinfeng.people import notices
from xinfeng.people.commands import tell
from xinfeng.people.models import Person

from . import pages
from .moving import note, renew_deadline
from .returning import end, tell_withdrawn

notices.declare(
    {
        "order.short_desk": gettext_lazy(
            "%(missing)s of %(people)s cannot come for order %(code)s, “%(item)s”, on"
            " %(begins)s. Ask somebody else."
        ),
        "order.short": gettext_lazy(
            "Somebody who was to come with you to “%(item)s” on %(begins)s cannot; somebody"
            " else is being looked for."
        ),
    }
)


def go_on_short(
    order: Order, remaining: int, *, verb: str, actor: Person | None, at: datetime
) -> None:
    """Fewer come than are needed; called under the order's lock, with its shift loaded."""
    assert order.shift is not None
    assert order.activity is not None
    order.accepted = remaining
    order.save(update_fields=["accepted"])
    renew_deadline(order, at)
    note(order, verb=verb, actor=actor, at=at, reason=Reason.GAVE_BACK, missing=order.missing)
    begins = order.shift.starts_at
    tell(
        "order.short_desk", [order.activity.leader_id], at=at, href=pages.of_the_desk(order),
        missing=order.missing, people=order.people, code=order.code, item=order.item.name,
        begins=begins,
    )  # fmt: skip
    coming = Offer.objects.coming(order).order_by("pk").values_list("person_id", flat=True)
    tell(
        "order.short", coming, at=at, href=pages.offered(), item=order.item.name, begins=begins
    )


def notice_who_left(order: Order, rows: Iterable[Attended], at: datetime) -> bool:
    """Who gave the place on the shift back, or was excused from it, gave the order back."""
    booked = {row.person_id for row in rows if row.state in HOLDING}
    coming = Offer.objects.coming(order).order_by("pk")
    gone = [offer for offer in coming if offer.person_id not in booked]
    if not gone or len(gone) == order.accepted:
        return False
    end(gone, OfferState.WITHDRAWN, at)
    remaining = order.accepted - len(gone)
    go_on_short(order, remaining, verb="order.given_back", actor=None, at=at)
    return True


def join(order: Order, actor: Person, at: datetime) -> None:
    """Whoever has just accepted has a place on the shift that stands."""
    assert order.shift is not None
    activities.book(shift_id=order.shift.pk, person_id=actor.pk, actor=actor, at=at)
    if order.is_full:
        renew_deadline(order, at)
        end_search(order, at)


def end_search(order: Order, at: datetime) -> None:
    """Nobody is looked for any more: whoever was asked and has not answered need not."""
    open_ = Offer.objects.filter(
        order=order, attempt=order.attempt,
        state__in=[OfferState.PROPOSED, OfferState.OFFERED],
    )  # fmt: skip
    offers = list(open_.select_related("team").order_by("pk"))
    told = [offer for offer in offers if offer.state == OfferState.OFFERED]
    end(offers, OfferState.WITHDRAWN, at)
    tell_withdrawn(order, told, at)

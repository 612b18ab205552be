"""What was arranged for an order is let go: offers are withdrawn, the shift is called off."""

from datetime import datetime

from django.utils.translation import gettext_lazy

from xinfeng.activities.commands.programme import call_off_arranged
from xinfeng.activities.models import ActivityState
from xinfeng.dispatch.models import BEFORE_SERVICE, LIVE, Offer, OfferState, Order, Unserved
from xinfeng.people import notices
from xinfeng.people.commands import tell
from xinfeng.people.models import Person

notices.declare(
    {"order.let_go": gettext_lazy("The service “%(item)s” is no longer needed; thank you.")}
)


def release(order: Order, *, actor: Person | None, at: datetime) -> int:
    """Withdraw every live offer and call the shift off; how many had been asked.

    Called inside the command that moves the order, which holds its lock and saves it. Once the
    service is over there is nothing to let go: whoever served it did so.
    """
    if order.state not in BEFORE_SERVICE:
        return 0
    live = Offer.objects.filter(order=order, attempt=order.attempt, state__in=LIVE)
    offers = list(live.select_for_update().order_by("pk"))
    for offer in offers:
        offer.move_to(OfferState.WITHDRAWN)
    Offer.objects.filter(pk__in=[offer.pk for offer in offers]).update(
        state=OfferState.WITHDRAWN, ended_at=at
    )
    Unserved.objects.filter(order=order).delete()
    asked = {offer.person_id for offer in offers if offer.offered_at and offer.person_id}
    untold = asked
    if order.activity is not None and order.activity.state == ActivityState.ANNOUNCED:
        # Whoever has a place on the shift is told with it.
        untold = asked - {offer.person_id for offer in offers if offer.answered_at}
        call_off_arranged(activity_id=order.activity.pk, actor=actor, at=at)
    order.accepted, order.activity, order.shift = 0, None, None
    tell("order.let_go", untold, at=at, item=order.item.name)
    return len(asked)

"""Who asks something of orders, read once for all the questions about it."""

import hmac
from datetime import datetime

from django.contrib.auth.models import AnonymousUser

from xinfeng.base import clock, crypto
from xinfeng.base.standing import NOBODY
from xinfeng.dispatch.models import Offer, OfferState, Order
from xinfeng.dispatch.permissions import Caller
from xinfeng.people.models import Person
from xinfeng.people.queries import standing_of
from xinfeng.places.models import Place


def track_digest(code: str, secret: str) -> bytes:
    """What is kept of the secret in a tracking address."""
    return crypto.digest("order tracking", f"{code}:{secret}")


def caller_of(
    actor: Person | AnonymousUser | None,
    at: datetime,
    *,
    order: Order | None = None,
    secret: str = "",
) -> Caller:
    """Three short queries at most; within a scope that shows the order's offers."""
    if not isinstance(actor, Person):
        return Caller(holds_secret=_holds(order, secret))
    # A closed account has no rights, whatever grants are still written.
    standing = standing_of(actor, clock.local_date(at)) if actor.is_active else NOBODY
    places = Place.objects.filter(pk__in=standing.places)
    return Caller(
        standing=standing,
        villages=frozenset(
            places.values_list("division_id", flat=True) if standing.places else ()
        ),
        holds_secret=_holds(order, secret),
        serves=order is not None and serves(order, actor.pk),
    )


def serves(order: Order, person_id: int) -> bool:
    """Whether this person has accepted the order in its present attempt."""
    return Offer.objects.filter(
        order=order, attempt=order.attempt, person_id=person_id, state=OfferState.ACCEPTED
    ).exists()


def _holds(order: Order | None, secret: str) -> bool:
    if order is None or not secret or order.track_digest is None:
        return False
    return hmac.compare_digest(bytes(order.track_digest), track_digest(order.code, secret))

"""What an order asks of whoever serves it, taken from its item, its wishes and its past."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from xinfeng.activities.checklist import OF_AGE
from xinfeng.dispatch.explaining import Why
from xinfeng.dispatch.ground import Floats, Ground
from xinfeng.dispatch.models import LIVE, Offer, OfferState, Order, State
from xinfeng.dispatch.stretches import Horizon, numbers

ANY_TIME = (1 << 21) - 1
# Nobody younger is asked to come to somebody alone; families bring their children themselves.
YOUNGEST = 14
# What is urgent may cost others so much of a way, and so much more with each deadline missed.
URGENT_M = 20_000
OVERDUE_M = 4_000


@dataclass(frozen=True)
class Asked:
    """An order as the matching sees it; `slots` are bits of the horizon, 0: no time is left.

    `set_at` is the time that others have already accepted: whoever joins them comes then.
    """

    order_id: int
    attempt: int
    division_id: int
    point: Floats | None
    skills: tuple[str, ...]
    qualifications: tuple[str, ...]
    language: str
    least_age: int | None
    people: int
    minutes: int
    slots: int
    urgency: int
    is_urgent: bool
    is_later: bool
    set_at: datetime | None = None
    # Whose order it is, and who was asked before.
    barred: frozenset[int] = field(default_factory=frozenset)
    asked_before: int = 0

    def details(self, horizon: Horizon, reach_m: int) -> dict[str, Any]:
        """What the sentence on why nobody was found is made of."""
        return {
            "skills": list(self.skills),
            "qualifications": list(self.qualifications),
            "language": self.language,
            "age": self.least_age,
            "km": reach_m // 1000,
            "when": stretches_of(self.slots, horizon),
        }


def ask(order: Order, offers: Iterable[Offer], horizon: Horizon, ground: Ground) -> Asked:
    """`order` comes with its item, place, shift and contact; `offers` are all it ever had."""
    item, offers = order.item, list(offers)
    asked = [offer for offer in offers if offer.offered_at or offer.state in LIVE]
    now = [offer for offer in asked if offer.attempt == order.attempt]
    held = [o for o in now if o.state in (OfferState.OFFERED, OfferState.ACCEPTED)]
    persons = [offer for offer in held if offer.person_id]
    set_at = min((o.starts_at for o in persons), default=None) if order.people > 1 else None
    slots = horizon.wished(
        order.wished_from, order.wished_until, order.wished_parts or ANY_TIME, item.minutes,
        is_urgent=order.is_urgent,
    )  # fmt: skip
    if order.state == State.SCHEDULED and order.shift is not None:
        # Whoever joins comes when those who are left have agreed to come.
        set_at = order.shift.starts_at
    if set_at is not None:
        number = horizon.number(set_at)
        slots = 0 if number is None or set_at <= horizon.at else 1 << number
    people = {offer.person_id for offer in asked if offer.state != OfferState.PROPOSED}
    return Asked(
        order_id=order.pk,
        attempt=order.attempt,
        division_id=order.division_id,
        point=where(order, ground),
        skills=tuple(sorted(item.skills)),
        qualifications=tuple(sorted(item.qualifications)),
        language=order.language,
        least_age=least_age(order),
        people=order.people - len(persons),
        minutes=item.minutes,
        slots=slots,
        urgency=URGENT_M * order.is_urgent + OVERDUE_M * order.warned,
        is_urgent=order.is_urgent,
        is_later=order.wished_from > horizon.day(62),
        set_at=set_at,
        barred=frozenset(own(order) | {one for one in people if one is not None}),
        asked_before=len({o.person_id for o in now if o.state not in LIVE and o.person_id}),
    )


def hopeless(asked: Asked) -> str:
    """What no volunteer could mend; empty: nothing."""
    if asked.point is None:
        return Why.NO_POSITION
    if not asked.slots:
        return Why.NOT_YET if asked.is_later else Why.TIME_PASSED
    return ""


def reasons(
    asked: Asked,
    horizon: Horizon,
    *,
    metres: int | None,
    slot: int | None,
    load: int,
    rating: int | None,
    is_free: bool | None = True,
) -> dict[str, Any]:
    """Why one person is proposed, in codes and numbers."""
    return {
        "metres": metres,
        "skills": list(asked.skills),
        "qualifications": list(asked.qualifications),
        "language": asked.language,
        "when": [] if slot is None else stretches_of(1 << slot, horizon),
        "is_free": is_free,
        "load": load,
        "rating": rating,
    }


def stretch(asked: Asked, horizon: Horizon, slot: int) -> tuple[datetime, datetime]:
    """From when to when somebody would serve in this stretch."""
    starts_at = asked.set_at or horizon.begins(slot, asked.minutes, is_urgent=asked.is_urgent)
    assert starts_at is not None, "a stretch that is too late was wished for"
    return starts_at, starts_at + timedelta(minutes=asked.minutes)


def first_time(order: Order, at: datetime) -> datetime | None:
    """When the first stretch that is wished for begins; None: none is left."""
    horizon, minutes = Horizon(at), order.item.minutes
    slots = horizon.wished(
        order.wished_from, order.wished_until, order.wished_parts or ANY_TIME, minutes,
        is_urgent=order.is_urgent,
    )  # fmt: skip
    first = numbers(slots)[:1]
    return horizon.begins(first[0], minutes, is_urgent=order.is_urgent) if first else None


def own(order: Order) -> set[int]:
    """Whose order it is: none of them serves it."""
    contact = order.contact.person_id if order.contact is not None else None
    people = (order.requester_id, order.placed_by_id, contact)
    return {one for one in people if one is not None}


def least_age(order: Order) -> int | None:
    """Grown-ups only for what is risky, and where a child is served; None: no age is asked."""
    grown = OF_AGE if order.item.is_risky or order.is_for_minor else 0
    return max(order.item.min_age or 0, grown) or None


def where(order: Order, ground: Ground) -> Floats | None:
    """Its own position, else its place's, else its village; None: none is known."""
    for at in (order, order.place):
        if at is not None and at.lat_e6 is not None and at.lon_e6 is not None:
            return ground.point(at.lat_e6, at.lon_e6)
    return ground.of(order.division_id)


def stretches_of(slots: int, horizon: Horizon) -> list[list[Any]]:
    """Day and part of each stretch, as explanations keep them."""
    return [
        [horizon.day(number).isoformat(), int(horizon.part(number))]
        for number in numbers(slots)
    ]

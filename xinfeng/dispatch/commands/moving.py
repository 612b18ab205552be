"""How an order moves: the only place that sets its state.

Every move sets the next deadline and writes one line of the order's own timeline and one of
the journal, in the transaction that moves it. The caller holds the order's lock.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, Final

from django.conf import settings

from xinfeng.base import clock, pack
from xinfeng.dispatch import deadlines
from xinfeng.dispatch.models import (
    ENDED,
    HELD_FROM,
    NEEDS_REASON,
    WITH_SHIFT,
    Escalation,
    Order,
    State,
    Step,
    Warned,
)
from xinfeng.journal import commands as journal
from xinfeng.people.commands.contacts import keep_until
from xinfeng.people.models import Person

# Which moment a state is.
REACHED: Final = {
    State.TO_VERIFY: "placed_at",
    State.DISPATCHED: "dispatched_at",
    State.ACCEPTED: "accepted_at",
    State.SCHEDULED: "scheduled_at",
    State.IN_SERVICE: "started_at",
    State.TO_CONFIRM: "served_at",
    State.TO_RATE: "confirmed_at",
} | dict.fromkeys(ENDED, "closed_at")
# What an attempt reached is not reached by the next one.
_OF_THE_ATTEMPT = ("started_at", "served_at", "confirmed_at", "rated_at")
_MOVED = (
    "state", "held_from", "due_at", "yellow_at", "warned", "escalation", "escalates_at",
    "late_steps", "attempt", "accepted", "reason", "activity", "shift", "moved_at",
    *_OF_THE_ATTEMPT,
)  # fmt: skip


def lock(order_id: int) -> Order | None:
    """The order, held until commit, with what its deadlines and its shift are read from."""
    # First the row, then what it points to: who waits for the lock would get the new row joined
    # with the shift it had before, and not see the time that was agreed on meanwhile.
    held = Order.objects.select_for_update().filter(pk=order_id).values_list("pk", flat=True)
    if held.first() is None:
        return None
    return Order.objects.select_related("item__menu_class", "shift", "activity").get(
        pk=order_id
    )


def move(
    order: Order,
    to: State,
    *,
    verb: str,
    actor: Person | None,
    at: datetime,
    reason: str = "",
    also: Iterable[str] = (),
    **details: Any,
) -> Step:
    """The order goes on to a state, or refuses.

    `verb` is declared by the caller; `also` names further fields that it has set; `details` are
    codes and numbers. Going back to be dispatched after a service, or a call, is a new attempt.
    """
    left, was_due_at = State(order.state), order.due_at
    # A search for whoever is missing delays nobody who comes.
    waits = left in deadlines.OURS and not (left == State.SCHEDULED and order.missing)
    if waits and was_due_at is not None and at > was_due_at:
        order.late_steps += 1
    order.move_to(to)
    if to == State.TO_DISPATCH:
        _begin_again(order, left)
    order.held_from = _goes_on(left) if to == State.ON_HOLD else ""
    order.reason = reason if to in NEEDS_REASON else ""
    order.moved_at = at
    _set_deadline(order, at)
    reached = [REACHED[to]] if to in REACHED else []
    for name in reached:
        setattr(order, name, at)
    order.save(update_fields=list(dict.fromkeys([*_MOVED, *reached, *also])))
    if to in ENDED and order.contact_id is not None:
        days = pack.load(settings.CITY_PACK).rules.order_contact_days
        keep_until(order.contact_id, at + timedelta(days=days))
    return _write(order, left, was_due_at, verb, actor, at, reason, details)


def renew_deadline(order: Order, at: datetime) -> None:
    """What has to be done about a scheduled order changed: find somebody, or just serve it."""
    _set_deadline(order, at if order.missing else order.scheduled_at or at)
    order.save(update_fields=["due_at", "yellow_at", "warned", "escalation", "escalates_at"])


def note(
    order: Order,
    *,
    verb: str,
    actor: Person | None,
    at: datetime,
    reason: str = "",
    **details: Any,
) -> Step:
    """Something happened to the order and it stays where it is: a line of both all the same."""
    return _write(order, State(order.state), None, verb, actor, at, reason, details)


def begin(
    order: Order, *, verb: str, actor: Person | None, at: datetime, **details: Any
) -> Step:
    """The first state of a new order, with its deadline; creates the row."""
    order.moved_at = at
    if order.state in REACHED:
        setattr(order, REACHED[State(order.state)], at)
    _set_deadline(order, at)
    order.save(force_insert=True)
    return _write(order, "", None, verb, actor, at, "", details)


def _set_deadline(order: Order, at: datetime) -> None:
    order.warned, order.escalation = Warned.NOT, Escalation.TOWNSHIP
    order.due_at = order.yellow_at = order.escalates_at = None
    if order.is_open:
        order.yellow_at, order.due_at = deadlines.due(order, State(order.state), at)


def _begin_again(order: Order, left: State) -> None:
    """Whoever accepted before is no longer bound; what the attempt reached is past."""
    order.accepted, order.activity, order.shift = 0, None, None
    if left in WITH_SHIFT or left == State.CALL_BACK:
        order.attempt += 1
        for name in _OF_THE_ATTEMPT:
            setattr(order, name, None)


def _goes_on(left: State) -> State:
    """After the pause: what was arranged is let go, so it is dispatched anew."""
    return left if left in HELD_FROM else State.TO_DISPATCH


def _write(
    order: Order,
    left: str,
    was_due_at: datetime | None,
    verb: str,
    actor: Person | None,
    at: datetime,
    reason: str,
    details: dict[str, Any],
) -> Step:
    journal.record(
        verb, order, actor=actor, at=at, where=order.division_id, on=clock.local_date(at),
        state=order.state, **({"reason": reason} if reason else {}), **details,
    )  # fmt: skip
    return Step.objects.create(
        order=order, attempt=order.attempt, from_state=left, to_state=order.state, verb=verb,
        at=at, actor=actor, reason=reason, was_due_at=was_due_at, details=details,
    )  # fmt: skip

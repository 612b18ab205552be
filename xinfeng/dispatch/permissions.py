"""Who may do what with orders. Pure questions: no queries, no exceptions."""

from dataclasses import dataclass
from datetime import datetime

from xinfeng.activities.models import Shift
from xinfeng.base import codes
from xinfeng.base.standing import NOBODY, Standing
from xinfeng.people.permissions import OFFICES

from .models import Order


@dataclass(frozen=True)
class Caller:
    """Who asks something of orders: an office, a keeper, a resident, or nobody signed in.

    `villages` are those in which they keep a place; `holds_secret` says that they came by the
    order's tracking address; `serves` that they have accepted this very order.
    """

    standing: Standing = NOBODY
    villages: frozenset[int] = frozenset()
    holds_secret: bool = False
    serves: bool = False

    @property
    def person_id(self) -> int | None:
        return self.standing.person_id

    def is_office_of(self, division_id: int) -> bool:
        return self.standing.covers(division_id, OFFICES)

    def is_desk_of(self, division_id: int) -> bool:
        """Its offices, and the keepers of its own places."""
        return self.is_office_of(division_id) or division_id in self.villages

    def is_resident_of(self, order: Order) -> bool:
        """Who is served, who ordered for them, and whoever holds the tracking address."""
        return self.holds_secret or order.belongs_to(self.person_id)


def may_enter(caller: Caller, division_id: int) -> bool:
    """Write an order down that somebody gave by phone or at the door."""
    return caller.is_desk_of(division_id)


def may_see(caller: Caller, order: Order) -> bool:
    """Its desk and its resident; who serves it sees the offer instead."""
    return caller.is_desk_of(order.division_id) or caller.is_resident_of(order)


def may_verify(caller: Caller, order: Order) -> bool:
    """The desk, but nobody an order that is their own or that they entered."""
    return caller.is_desk_of(order.division_id) and not order.belongs_to(caller.person_id)


def may_dispatch(caller: Caller, order: Order) -> bool:
    """The desk; a keeper reaches no further than the village anyway."""
    return caller.is_desk_of(order.division_id)


def may_plan(standing: Standing, division_id: int) -> bool:
    """A plan of all orders of a division: the offices over the whole of it."""
    lo, hi = codes.span(division_id, codes.level_of(division_id))
    return standing.covers_all(lo, hi, OFFICES)


def may_decide(caller: Caller, order: Order) -> bool:
    """Refuse, merge, transfer, hold: the offices above, but nobody about their own order."""
    return caller.is_office_of(order.division_id) and not order.belongs_to(caller.person_id)


def may_cancel(caller: Caller, order: Order) -> bool:
    """The resident; an office for them when they ask it to."""
    return caller.is_resident_of(order) or caller.is_office_of(order.division_id)


def may_confirm(caller: Caller, order: Order) -> bool:
    """The resident, or an office that asked them; never who served it."""
    return not caller.serves and may_cancel(caller, order)


def may_rate(caller: Caller, order: Order) -> bool:
    """The resident, or an office that asked them; nobody their own service."""
    return may_confirm(caller, order)


def may_complain(caller: Caller, order: Order) -> bool:
    return caller.is_resident_of(order) or caller.is_office_of(order.division_id)


def may_answer(caller: Caller, order: Order) -> bool:
    """The offices above, but nobody a complaint about a service of their own."""
    return may_decide(caller, order) and not caller.serves


def may_open_contact(caller: Caller, order: Order, at: datetime) -> bool:
    """The resident; the desk while the order is open; who serves it, from accepting it on."""
    if order.belongs_to(caller.person_id):
        return True
    if order.is_open and caller.is_desk_of(order.division_id):
        return True
    if not caller.serves:
        return False
    # Until the time is agreed the order waits for just that; afterwards two days are enough.
    return order.is_open if order.shift is None else at <= _needed_until(order.shift)


def _needed_until(shift: Shift) -> datetime:
    return shift.ends_at + Order.CONTACT_STAYS_OPEN

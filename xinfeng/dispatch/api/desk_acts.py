"""What the desk does with an order, over the interface: one operation, one command."""

from ninja import Schema
from pydantic import Field

from xinfeng.dispatch import commands
from xinfeng.dispatch.commands import NewRating
from xinfeng.dispatch.desk_reach import order_of
from xinfeng.dispatch.models import CallOutcome, Reason, Verified
from xinfeng.people.tokens import TokenRequest

from .acting import act, hand
from .desk import DeskSheet, sheet_of
from .ordering import Cancelling, Marks


class Verification(Schema):
    how: Verified


class ReasonGiven(Schema):
    """One of the reasons that fit the act; another one is refused."""

    reason: Reason


class Transferring(Schema):
    """The number under which the hotline 12345 keeps it."""

    number: str = Field(min_length=1, max_length=40)


class Merging(Schema):
    """The code of the order that goes on."""

    into: str = Field(min_length=1, max_length=20)


class CallMade(Schema):
    outcome: CallOutcome
    note: str = Field("", max_length=500)


class Asking(Schema):
    """How the resident was asked."""

    how: Verified


class MarksTold(Marks):
    """What the resident said when asked; what they did not say stays unrated."""

    how: Verified


@act("/verification", "Say that an order is meant, and how one made sure")
def verify(request: TokenRequest, code: str, said: Verification) -> DeskSheet:
    """Nobody verifies what they entered or what is their own."""
    commands.verify(how=said.how, **hand(request, code))
    return sheet_of(request, code)


@act("/refusal", "Refuse an order for a reason that the resident is told")
def refuse(request: TokenRequest, code: str, said: ReasonGiven) -> DeskSheet:
    commands.refuse(reason=said.reason, **hand(request, code))
    return sheet_of(request, code)


@act("/hold", "Put an order on hold; whoever was asked is let go")
def hold(request: TokenRequest, code: str, said: ReasonGiven) -> DeskSheet:
    commands.hold(reason=said.reason, **hand(request, code))
    return sheet_of(request, code)


@act("/resumption", "Take an order up again")
def resume(request: TokenRequest, code: str) -> DeskSheet:
    commands.resume(**hand(request, code))
    return sheet_of(request, code)


@act("/transfer", "Hand an order over to the hotline 12345")
def transfer(request: TokenRequest, code: str, said: Transferring) -> DeskSheet:
    commands.transfer(number=said.number, **hand(request, code))
    return sheet_of(request, code)


@act("/merger", "End a duplicate in the order that goes on; the answer is the one that ended")
def merge(request: TokenRequest, code: str, said: Merging) -> DeskSheet:
    into = order_of(request, said.into)
    commands.merge(into_id=into.pk, **hand(request, code))
    return sheet_of(request, code)


@act("/calls", "Enter a call about a poor service: nobody answered, settled, or once more")
def call_back(request: TokenRequest, code: str, said: CallMade) -> DeskSheet:
    commands.call_back(outcome=said.outcome, note=said.note, **hand(request, code))
    return sheet_of(request, code)


@act("/confirmation", "Enter that the resident, when asked, confirms the service")
def confirm_for_resident(request: TokenRequest, code: str, said: Asking) -> DeskSheet:
    commands.confirm(how=said.how, **hand(request, code))
    return sheet_of(request, code)


@act("/denial", "Enter that the resident says nothing was done")
def deny_for_resident(request: TokenRequest, code: str) -> DeskSheet:
    commands.deny(**hand(request, code))
    return sheet_of(request, code)


@act("/rating", "Enter the rating that the resident gives when asked")
def rate_for_resident(request: TokenRequest, code: str, said: MarksTold) -> DeskSheet:
    rating = NewRating(**said.model_dump(exclude={"how"}))
    commands.rate(rating=rating, how=said.how, **hand(request, code))
    return sheet_of(request, code)


@act("/cancellation", "Cancel an order for the resident")
def cancel_for_resident(request: TokenRequest, code: str, said: Cancelling) -> DeskSheet:
    commands.cancel(reason=said.reason, **hand(request, code))
    return sheet_of(request, code)

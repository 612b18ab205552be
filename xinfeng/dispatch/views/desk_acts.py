"""What the desk does with an order: each act is one command, and the page says what came."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from xinfeng.base import clock
from xinfeng.dispatch import commands, permissions
from xinfeng.dispatch.forms import acts as wording
from xinfeng.dispatch.models import MOVES, CallOutcome, Order, Reason, State, Verified
from xinfeng.dispatch.permissions import Caller
from xinfeng.dispatch.wishes import NewRating
from xinfeng.people.http import SignedInRequest

Given = dict[str, Any]
# Who acts, and when.
Hand = dict[str, Any]


@dataclass(frozen=True)
class Act:
    """A thing the desk can do: its words, when it can be done, by whom, and the command."""

    title: str | Promise
    done: str | Promise
    form: type[forms.Form]
    can: Callable[[Order], bool]
    may: Callable[[Caller, Order], bool]
    do: Callable[[int, Given, Hand], Any]


def _in(*states: State) -> Callable[[Order], bool]:
    return lambda order: order.state in states


def _to(state: State) -> Callable[[Order], bool]:
    return lambda order: state in MOVES[State(order.state)]


ACTS: dict[str, Act] = {
    "verification": Act(
        _("Verify"), _("Verified; it waits to be dispatched."),
        wording.VerificationForm, _in(State.TO_VERIFY), permissions.may_verify,
        lambda pk, given, hand: commands.verify(
            order_id=pk, how=Verified(given["how"]), **hand
        ),
    ),
    "call": Act(
        _("Enter the call"), _("The call is entered."),
        wording.CallForm, _in(State.CALL_BACK), permissions.may_answer,
        lambda pk, given, hand: commands.call_back(
            order_id=pk, outcome=CallOutcome(given["outcome"]), note=given["note"], **hand
        ),
    ),
    "confirmation": Act(
        _("The resident confirms the service"), _("Confirmed for the resident."),
        wording.ConfirmationForm, _in(State.TO_CONFIRM), permissions.may_confirm,
        lambda pk, given, hand: commands.confirm(
            order_id=pk, how=Verified(given["how"]), **hand
        ),
    ),
    "rating": Act(
        _("Enter the rating that the resident gives"), _("The rating is entered."),
        wording.RatingForm, _in(State.TO_CONFIRM, State.TO_RATE), permissions.may_rate,
        lambda pk, given, hand: commands.rate(
            order_id=pk, rating=NewRating(**wording.rating_of(given)),
            how=Verified(given["how"]), **hand,
        ),
    ),
    "denial": Act(
        _("The resident says that nothing was done"), _("It is to be called back."),
        wording.NothingForm, _in(State.TO_CONFIRM), permissions.may_confirm,
        lambda pk, given, hand: commands.deny(order_id=pk, **hand),
    ),
    "resumption": Act(
        _("Take it up again"), _("It goes on."),
        wording.NothingForm, _in(State.ON_HOLD), permissions.may_decide,
        lambda pk, given, hand: commands.resume(order_id=pk, **hand),
    ),
    "refusal": Act(
        _("Refuse the order"), _("Refused; the resident is told why."),
        wording.RefusalForm, _to(State.REFUSED), permissions.may_decide,
        lambda pk, given, hand: commands.refuse(
            order_id=pk, reason=Reason(given["reason"]), **hand
        ),
    ),
    "hold": Act(
        _("Put on hold"), _("On hold; whoever was asked is let go."),
        wording.HoldForm, _to(State.ON_HOLD), permissions.may_decide,
        lambda pk, given, hand: commands.hold(
            order_id=pk, reason=Reason(given["reason"]), **hand
        ),
    ),
    "transfer": Act(
        _("Hand over to the hotline 12345"), _("Handed over; the resident is told the number."),
        wording.TransferForm, _to(State.TRANSFERRED), permissions.may_decide,
        lambda pk, given, hand: commands.transfer(order_id=pk, number=given["number"], **hand),
    ),
    "cancellation": Act(
        _("Cancel for the resident"), _("Cancelled."),
        wording.CancellationForm, _to(State.CANCELLED), permissions.may_cancel,
        lambda pk, given, hand: commands.cancel(
            order_id=pk, reason=Reason(given["reason"]), **hand
        ),
    ),
}  # fmt: skip
# What comes next by itself; everything else stays folded until it is wanted.
FIRST = ("verification", "call", "confirmation", "rating", "resumption")


@dataclass(frozen=True)
class Offered:
    """An act as a page offers it, with its form."""

    verb: str
    title: str | Promise
    form: forms.Form


def offered(caller: Caller, order: Order, wrong: dict[str, forms.Form]) -> list[Offered]:
    """What this person may do with the order as it stands, what comes next first."""
    return [
        Offered(verb, act.title, wrong.get(verb) or act.form(auto_id=f"{verb}-%s"))
        for verb, act in ACTS.items()
        if act.can(order) and act.may(caller, order)
    ]


def done(
    request: SignedInRequest, order: Order, verb: str
) -> tuple[HttpResponse | None, forms.Form]:
    """Do it and lead back to the order; with a form that was wrong, nothing is done."""
    act = ACTS[verb]
    form = act.form(request.POST, auto_id=f"{verb}-%s")
    if not form.is_valid():
        return None, form
    act.do(order.pk, form.cleaned_data, {"actor": request.user, "at": clock.now()})
    messages.success(request, str(act.done))
    return redirect("dispatch:desk_order", order.code), form

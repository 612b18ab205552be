"""What can be done with a finding: each act is one command, and the page says what came."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from xinfeng.base import clock, short_code
from xinfeng.base.refusal import Refusal
from xinfeng.findings import commands, permissions
from xinfeng.findings.forms import acts as wording
from xinfeng.findings.models import (
    MOVES,
    WITH_UNIT,
    Cause,
    Finding,
    Ground,
    Reason,
    State,
    Term,
    Verdict,
)
from xinfeng.findings.permissions import Caller
from xinfeng.findings.queries.sheet import Sheet, finding_at
from xinfeng.people.http import SignedInRequest

Given = dict[str, Any]
Hand = dict[str, Any]


@dataclass(frozen=True)
class Act:
    """A thing somebody can do: its words, when, by whom, and the command."""

    title: str | Promise
    done: str | Promise
    form: type[wording.ActForm]
    can: Callable[[Finding], bool]
    may: Callable[[Caller, Finding], bool]
    do: Callable[[Finding, Given, Hand], Any]


def _in(*states: State) -> Callable[[Finding], bool]:
    return lambda finding: finding.state in states and not finding.is_praise


def _to(state: State) -> Callable[[Finding], bool]:
    return lambda one: state in MOVES[State(one.state)] and not one.is_praise


def _merge(finding: Finding, given: Given, hand: Hand) -> None:
    into = finding_at(given["into"])
    if into is None:
        raise Refusal("merge_impossible", _now("Choose another finding that is still open."))
    commands.merge(finding_id=finding.pk, into_id=into.pk, **hand)


ACTS: dict[str, Act] = {
    "repair": Act(
        _("It is put right"), _("Sent; somebody else looks at it now."),
        wording.RepairForm, _to(State.REPAIRED), permissions.may_repair,
        lambda one, given, hand: commands.repair(
            finding_id=one.pk, words=given["words"], after=given["after"],
            before=given["before"], **hand,
        ),
    ),
    "taking": Act(
        _("Take it up"), _("Taken up."),
        wording.NothingForm, _to(State.REPAIRING), permissions.may_repair,
        lambda one, given, hand: commands.take_up(finding_id=one.pk, **hand),
    ),
    "confirmation": Act(
        _("Confirm"), _("Confirmed; it waits to be ordered."),
        wording.ConfirmForm, _in(State.REPORTED), permissions.may_confirm,
        lambda one, given, hand: commands.confirm(
            finding_id=one.pk, text=given["text"],
            category_id=given["category"].pk if given["category"] else None,
            public_files=tuple(int(pk) for pk in given.get("public_files", ())), **hand,
        ),
    ),
    "praise": Act(
        _("Pass the praise on"), _("Passed on; the reporter is told."),
        wording.NothingForm,
        lambda one: one.is_praise and one.state == State.REPORTED, permissions.may_confirm,
        lambda one, given, hand: commands.pass_on(finding_id=one.pk, **hand),
    ),
    "order": Act(
        _("Order it to a unit"), _("Ordered; the unit is told."),
        wording.OrderForm, _in(State.CONFIRMED, State.REOPENED), permissions.may_order,
        lambda one, given, hand: commands.order(
            finding_id=one.pk, unit_id=given["unit"].pk, term=Term(given["term"]), **hand
        ),
    ),
    "passing": Act(
        _("Put right: re-check passed"), _("The re-check is written down."),
        wording.PassForm, _in(State.REPAIRED), permissions.may_recheck,
        lambda one, given, hand: commands.recheck(
            finding_id=one.pk, verdict=Verdict.MET, words=given["words"],
            pictures=given["pictures"], **hand,
        ),
    ),
    "return": Act(
        _("Send it back"), _("Sent back; the unit is told."),
        wording.SendBackForm, _in(State.REPAIRED), permissions.may_recheck,
        lambda one, given, hand: commands.recheck(
            finding_id=one.pk, verdict=Verdict.NOT_MET, reason=given["reason"],
            words=given["words"], pictures=given["pictures"], **hand,
        ),
    ),
    "closing": Act(
        _("Close it"), _("Closed."),
        wording.NothingForm, _in(State.VERIFIED), permissions.may_close,
        lambda one, given, hand: commands.close(finding_id=one.pk, **hand),
    ),
    "reminder": Act(
        _("Remind the unit"), _("The unit is told once more."),
        wording.NothingForm, _in(*WITH_UNIT), permissions.may_remind,
        lambda one, given, hand: commands.remind(finding_id=one.pk, **hand),
    ),
    "extension": Act(
        _("Ask for more time"), _("Asked; an office decides."),
        wording.ExtendForm, _in(*WITH_UNIT), permissions.may_repair,
        lambda one, given, hand: commands.ask_extension(
            finding_id=one.pk, until=given["until"], cause=Cause(given["cause"]), **hand
        ),
    ),
    "appeal": Act(
        _("Appeal"), _("The appeal is written down; the deadline stands still."),
        wording.AppealForm, _in(*WITH_UNIT), permissions.may_repair,
        lambda one, given, hand: commands.appeal(
            finding_id=one.pk, code=short_code.new(8), ground=Ground(given["ground"]),
            words=given["words"], pictures=given["pictures"], **hand,
        ),
    ),
    "refusal": Act(
        _("It is no finding"), _("Ended; the reporter is told why."),
        wording.RefuseForm,
        lambda one: one.state in (State.REPORTED, State.CONFIRMED, State.REOPENED),
        permissions.may_confirm,
        lambda one, given, hand: commands.refuse(
            finding_id=one.pk, reason=Reason(given["reason"]), **hand
        ),
    ),
    "merger": Act(
        _("It is there already"), _("Joined."),
        wording.MergeForm,
        lambda one: State.MERGED in MOVES[State(one.state)], permissions.may_order,
        _merge,
    ),
    "reopening": Act(
        _("Open it again"), _("Opened; it waits to be ordered."),
        wording.ReopenForm, _to(State.REOPENED), permissions.may_reopen,
        lambda one, given, hand: commands.reopen(
            finding_id=one.pk, reason=Reason(given["reason"]), **hand
        ),
    ),
}  # fmt: skip
# What comes next by itself; everything else stays folded until it is wanted.
FIRST = ("repair", "confirmation", "praise", "order", "passing", "closing")
WAITING = {"extension": "asked", "appeal": "appeal"}


@dataclass(frozen=True)
class Offered:
    """An act as a page offers it, with its form."""

    verb: str
    title: str | Promise
    form: wording.ActForm


def offered(caller: Caller, sheet: Sheet, wrong: dict[str, wording.ActForm]) -> list[Offered]:
    """What this person may do with the finding as it stands, what comes next first."""
    finding = sheet.finding
    return [
        Offered(
            verb, act.title, wrong.get(verb) or act.form(finding=finding, auto_id=f"{verb}-%s")
        )
        for verb, act in ACTS.items()
        if act.can(finding)
        and act.may(caller, finding)
        # One that waits to be decided is enough.
        and not (verb in WAITING and getattr(sheet, WAITING[verb]))
    ]


def done(
    request: SignedInRequest, finding: Finding, verb: str
) -> tuple[HttpResponse | None, wording.ActForm]:
    """Do it and lead back to the finding; with a form that was wrong, nothing is done."""
    act = ACTS[verb]
    form = act.form(request.POST, request.FILES, finding=finding, auto_id=f"{verb}-%s")
    if not form.is_valid():
        return None, form
    act.do(finding, form.cleaned_data, {"actor": request.user, "at": clock.now()})
    messages.success(request, str(act.done))
    return redirect("findings:finding", finding.code), form

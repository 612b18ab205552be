"""Holding credits that a rule finds, and what becomes of them."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinfeng.base import clock, pack, scope
from xinfeng.base.refusal import Forbidden, Refusal, Unknown
from xinfeng.base.standing import NOBODY
from xinfeng.hours import looking, permissions, rules
from xinfeng.hours.models import AGAINST, Appeal, Finding, Hold, HoldState, Reason
from xinfeng.hours.rules import Look
from xinfeng.journal import commands as journal
from xinfeng.people import notices
from xinfeng.people.commands import tell
from xinfeng.people.models import Person
from xinfeng.people.queries import standing_of
from xinfeng.places.models import Division

from .ledger import take_back

journal.declare(
    {
        "hold.looked": gettext_lazy("looked at credits by the rules of honest hours"),
        "hold.released": gettext_lazy("checked a held credit and found it in order"),
        "hold.upheld": gettext_lazy("checked a held credit and took it back"),
        "hold.appealed": gettext_lazy("objected to a hold"),
    }
)
notices.declare(
    {
        "hold.released": gettext_lazy("Your hours of %(day)s were checked and are in order."),
        "hold.upheld": gettext_lazy(
            "Your hours of %(day)s were checked and taken back. You can contest this."
        ),
    }
)


@dataclass
class Looked:
    """How many credits were looked at, and how many each rule holds since."""

    credits: int
    held: dict[str, int] = field(default_factory=dict)


@scope.command
def look(*, since: date, until: date, actor: Person | None, at: datetime) -> Looked:
    """Ask every rule about the credits of some days; looking again holds nothing twice.

    Without an actor the program looks by itself, every night.
    """
    city = pack.load(settings.CITY_PACK).code
    standing = standing_of(actor, clock.local_date(at)) if actor else NOBODY
    if actor and not permissions.may_look(standing, city):
        raise Forbidden("not_your_city", _("Only the city office can do this."))
    if since >= until:
        raise Refusal("days_backwards", _("The last day lies before the first."))
    days, chosen = Look(since, until), rules.declared()
    looked = Looked(looking.spread_out(days, chosen))
    for rule in chosen:
        people = looking.hold(rule, days, at=at)
        if people:
            looked.held[rule.name] = len(people)
        if people and not rule.is_soft:
            tell(rules.notice_of(rule), people, at=at, href=reverse("hours:reviews"))
    journal.record(
        "hold.looked", Division(code=city), actor=actor, at=at, where=city,
        since=since.isoformat(), until=until.isoformat(), credits=looked.credits,
        held=looked.held,
    )  # fmt: skip
    return looked


@scope.command
def decide(*, hold_id: int, finding: Finding, actor: Person, at: datetime) -> Hold:
    """Say what was found: the credit counts again, or it is taken back."""
    credit_id = _credit_of(hold_id)
    # All holds of the credit at once: taking it back answers every one of them.
    found = Hold.objects.locked().filter(credit_id=credit_id).order_by("pk")
    holds = {hold.pk: hold for hold in found}
    hold = holds[hold_id]
    if not permissions.may_decide(standing_of(actor, clock.local_date(at)), hold):
        raise _not_yours()
    if hold.state == _state_of(finding) and hold.finding == finding:
        return hold
    if finding in AGAINST:
        _close(hold, finding, actor, at)
        others = [h for h in holds.values() if h.state == HoldState.HELD]
        for other in others:
            _close(other, finding, actor, at)
        take_back(credit=hold.credit, reason=Reason(finding.value), actor=actor, at=at)
    else:
        _close(hold, finding, actor, at)
    return hold


@scope.command
def decide_several(
    *, hold_ids: Iterable[int], finding: Finding, actor: Person, at: datetime
) -> int:
    """The same finding for several; all or none. How many were still open."""
    open_ids = Hold.objects.to_look_at().filter(pk__in=set(hold_ids))
    # In the order of credits, so that two deciders never wait for each other in a circle.
    in_order = list(open_ids.order_by("credit_id", "pk").values_list("pk", flat=True))
    for hold_id in in_order:
        decide(hold_id=hold_id, finding=finding, actor=actor, at=at)
    return len(in_order)


@scope.command
def appeal(
    *, hold_id: int, reason: Appeal, text: str = "", actor: Person, at: datetime
) -> Hold:
    """The volunteer says why the hold is wrong; those who decide read it first."""
    hold = Hold.objects.locked().filter(pk=hold_id, person=actor).first()
    if hold is None:
        raise Unknown("hold_unknown", _("There is no such review of your hours."))
    if hold.appeal:
        return hold
    if hold.state != HoldState.HELD:
        raise Refusal("hold_decided", _("Somebody has decided on this already."))
    hold.appeal, hold.appeal_text, hold.appealed_at = reason, text.strip(), at
    hold.save(update_fields=["appeal", "appeal_text", "appealed_at"])
    _tell("hold.appealed", hold, actor, at, reason=reason)
    return hold


def _credit_of(hold_id: int) -> int:
    credit_id = Hold.objects.filter(pk=hold_id).values_list("credit_id", flat=True).first()
    if credit_id is None:
        # Unknown and not-yours get the same answer, so ids cannot be probed.
        raise _not_yours()
    return credit_id


def _not_yours() -> Refusal:
    return Forbidden(
        "not_your_hold",
        _(
            "Only the city or county office can do this, and nobody about hours that they gave,"
            " entered or confirmed themselves."
        ),
    )


def _state_of(finding: Finding) -> HoldState:
    return HoldState.UPHELD if finding in AGAINST else HoldState.RELEASED


def _close(hold: Hold, finding: Finding, actor: Person, at: datetime) -> None:
    state = _state_of(finding)
    hold.move_to(state)
    hold.finding, hold.decided_by, hold.decided_at = finding, actor, at
    hold.save(update_fields=["state", "finding", "decided_by", "decided_at"])
    verb = "hold.upheld" if state == HoldState.UPHELD else "hold.released"
    if not hold.is_soft or state == HoldState.UPHELD:
        tell(verb, [hold.person_id], at=at, href=reverse("hours:reviews"), day=hold.earned_on)
    _tell(verb, hold, actor, at, finding=finding)


def _tell(verb: str, hold: Hold, actor: Person, at: datetime, **details: str) -> None:
    journal.record(
        verb, hold, actor=actor, at=at, where=hold.division_id, on=hold.earned_on,
        rule=hold.rule, credit_id=hold.credit_id, **details,
    )  # fmt: skip

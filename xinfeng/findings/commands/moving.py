"""How a finding moves: the only place that sets its state.

Every move sets the next deadline and writes one line of the finding's own timeline and one of
the journal, in the transaction that moves it. The caller holds the finding's lock.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from django.conf import settings
from django.db import connection

from xinfeng.base import clock, pack
from xinfeng.findings import deadlines
from xinfeng.findings.models import (
    ENDED,
    NEEDS_REASON,
    WITH_UNIT,
    Appeal,
    AppealState,
    Escalation,
    Extension,
    ExtensionState,
    Finding,
    FindingStep,
    State,
    Warned,
)
from xinfeng.findings.queries.callers import contact_of
from xinfeng.journal import commands as journal
from xinfeng.journal.commands import Line
from xinfeng.people.commands.contacts import keep_until
from xinfeng.people.models import Person

# Which moment a state is.
REACHED: Final = {
    State.CONFIRMED: "confirmed_at",
    State.ORDERED: "ordered_at",
    State.REPAIRING: "taken_at",
    State.REPAIRED: "repaired_at",
    State.VERIFIED: "verified_at",
    State.SENT_BACK: "sent_back_at",
    State.REOPENED: "reopened_at",
} | dict.fromkeys(ENDED, "closed_at")
# What an attempt reached is not reached by the next one.
_OF_THE_ATTEMPT = ("taken_at", "repaired_at", "repaired_by", "verified_at", "rechecked_by")
_MOVED = (
    "state", "due_at", "yellow_at", "warned", "escalation", "escalates_at", "appealed_at",
    "attempt", "sent_back", "reopened", "late_repairs", "reason", "closed_at", "moved_at",
    *_OF_THE_ATTEMPT,
)  # fmt: skip


def lock(finding_id: int) -> Finding | None:
    """The finding, held until commit."""
    findings = Finding.objects.select_for_update(of=("self",))
    return findings.select_related("unit").filter(pk=finding_id).first()


def alone(key: str) -> None:
    """One at a time, so that the same thing, or a count, is decided once."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [key])


def move(
    finding: Finding,
    to: State,
    *,
    verb: str,
    actor: Person | None,
    at: datetime,
    reason: str = "",
    also: Iterable[str] = (),
    **details: Any,
) -> FindingStep:
    """The finding goes on to a state, or refuses.

    `verb` is declared by the caller; `also` names further fields that it has set; `details` are
    codes and numbers.
    """
    left, was_due_at = State(finding.state), finding.due_for(at)
    finding.move_to(to)
    if to == State.REPAIRED and was_due_at is not None and at > was_due_at:
        finding.late_repairs += 1
    _begin_again(finding, to)
    finding.reason = reason if to in NEEDS_REASON else ""
    finding.moved_at = at
    # Taking it up wins nobody time, and lets no warning be forgotten.
    if to != State.REPAIRING:
        _set_deadline(finding, at)
    if left in WITH_UNIT and to not in WITH_UNIT:
        _let_go(finding)
    reached = [REACHED[to]]
    setattr(finding, reached[0], at)
    finding.save(update_fields=list(dict.fromkeys([*_MOVED, *reached, *also])))
    if to in ENDED:
        _forget_later(finding, at)
    return _write(finding, left, was_due_at, verb, actor, at, reason, details)


def note(
    finding: Finding,
    *,
    verb: str,
    actor: Person | None,
    at: datetime,
    reason: str = "",
    **details: Any,
) -> FindingStep:
    """Something happened to it and it stays where it is: a line of both all the same."""
    return _write(finding, State(finding.state), None, verb, actor, at, reason, details)


def begin(
    findings: Sequence[Finding], *, verb: str, actor: Person | None, at: datetime
) -> list[Finding]:
    """The first state of new findings, each with its deadline; creates the rows at once."""
    for finding in findings:
        finding.moved_at = at
        if finding.state in REACHED:
            setattr(finding, REACHED[State(finding.state)], at)
        _set_deadline(finding, at)
    made = Finding.objects.bulk_create(findings, batch_size=1000)
    on = clock.local_date(at)
    journal.record_many(
        verb,
        [Line(one, one.division_id, on, {"state": one.state, "source": one.source})
         for one in made],
        actor=actor, at=at,
    )  # fmt: skip
    FindingStep.objects.bulk_create(
        [FindingStep(finding=one, attempt=1, to_state=one.state, verb=verb, at=at, actor=actor,
                     details={"source": one.source})
         for one in made],
        batch_size=1000,
    )  # fmt: skip
    return made


def _set_deadline(finding: Finding, at: datetime) -> None:
    finding.warned, finding.escalation = Warned.NOT, Escalation.DESK
    finding.due_at = finding.yellow_at = finding.escalates_at = None
    if finding.is_open:
        finding.yellow_at, finding.due_at = deadlines.due(
            State(finding.state), finding.term, at
        )


def _begin_again(finding: Finding, to: State) -> None:
    """What the attempt before reached is past; who repaired what is sent back stays known."""
    if to == State.SENT_BACK:
        finding.attempt += 1
        finding.sent_back += 1
    if to == State.REOPENED:
        finding.attempt += 1
        finding.reopened += 1
        finding.closed_at = None
    if to in (State.REOPENED, State.CONFIRMED):
        for name in _OF_THE_ATTEMPT:
            setattr(finding, name, None)


def _let_go(finding: Finding) -> None:
    """Nobody waits any more for what only the unit's deadline was about."""
    finding.appealed_at = None
    open_appeals = Appeal.objects.filter(finding=finding, state=AppealState.OPEN)
    open_appeals.update(state=AppealState.WITHDRAWN)
    asked = Extension.objects.filter(finding=finding, state=ExtensionState.ASKED)
    asked.update(state=ExtensionState.LAPSED)


def _forget_later(finding: Finding, at: datetime) -> None:
    """The contact of whoever reported it is erased some time after the end."""
    contact_id = contact_of(finding.pk)
    if contact_id is not None:
        days = pack.load(settings.CITY_PACK).rules.snap_contact_days
        keep_until(contact_id, at + timedelta(days=days))


def _write(
    finding: Finding,
    left: str,
    was_due_at: datetime | None,
    verb: str,
    actor: Person | None,
    at: datetime,
    reason: str,
    details: dict[str, Any],
) -> FindingStep:
    journal.record(
        verb, finding, actor=actor, at=at, where=finding.division_id, on=clock.local_date(at),
        state=finding.state, **({"reason": reason} if reason else {}), **details,
    )  # fmt: skip
    return FindingStep.objects.create(
        finding=finding, attempt=finding.attempt, from_state=left, to_state=finding.state,
        verb=verb, at=at, actor=actor, reason=reason, was_due_at=was_due_at, details=details,
    )  # fmt: skip

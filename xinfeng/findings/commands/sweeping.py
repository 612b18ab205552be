"""What time brings about: deadlines come near, pass, rise to the head of the unit and the city.

Every minute, set-based and short; locked rows wait for the next minute.
"""

from datetime import datetime
from typing import NamedTuple

from django.utils.translation import gettext_lazy

from xinfeng.base import clock, scope
from xinfeng.findings import deadlines
from xinfeng.findings.models import (
    OPEN,
    Appeal,
    AppealState,
    Escalation,
    Finding,
    FindingQuerySet,
    FindingStep,
    State,
    Warned,
)
from xinfeng.journal import commands as journal
from xinfeng.journal.commands import Line
from xinfeng.people import notices

from .moving import move, note
from .telling import tell_everybody

journal.declare(
    {
        "finding.warned": gettext_lazy("let a finding come near its deadline"),
        "finding.overdue": gettext_lazy("let a finding's deadline pass"),
        "finding.escalated": gettext_lazy("carried a finding one step up"),
        "finding.closed_by_time": gettext_lazy("closed a finding that nobody objected to"),
        "appeal.overdue": gettext_lazy("let the day pass by which an appeal was to be judged"),
    }
)
notices.declare(
    {
        "findings.yellow": gettext_lazy("Findings that are due soon: %(count)s."),
        "findings.red": gettext_lazy("Findings that are overdue: %(count)s."),
        "appeals.red": gettext_lazy("Appeals that are not judged in time: %(count)s."),
    }
)
# So many rows at once, so that no transaction is long.
BATCH = 500
# Time ends it instead of warning anybody: nobody objected to the re-check.
_ENDED_BY_TIME = State.VERIFIED


class Swept(NamedTuple):
    closed: int
    yellow: int
    red: int
    escalated: int
    appeals: int


@scope.command
def sweep_deadlines(*, at: datetime) -> Swept:
    """Close what nobody objected to, warn of what is near, and carry on what is overdue."""
    return Swept(_close(at), _warn(at), _redden(at), _escalate(at), _redden_appeals(at))


def _close(at: datetime) -> int:
    over = Finding.objects.filter(state=_ENDED_BY_TIME, due_at__lte=at)
    findings = _locked(over)
    for finding in findings:
        move(finding, State.CLOSED, verb="finding.closed_by_time", actor=None, at=at)
    return len(findings)


def _warn(at: datetime) -> int:
    findings = _locked(_waiting(warned=Warned.NOT, yellow_at__lte=at, due_at__gt=at))
    _mark(findings, "finding.warned", at, warned=Warned.YELLOW)
    tell_everybody("findings.yellow", findings, at)
    return len(findings)


def _redden(at: datetime) -> int:
    """Whose business it was is told; the next one after a further working day."""
    findings = _locked(_waiting(warned__lt=Warned.RED, due_at__lte=at))
    _mark(
        findings, "finding.overdue", at,
        warned=Warned.RED, escalates_at=deadlines.next_escalation(at),
    )  # fmt: skip
    tell_everybody("findings.red", findings, at)
    return len(findings)


def _escalate(at: datetime) -> int:
    findings = _locked(_waiting(escalates_at__lte=at))
    # From above, so that nothing rises two steps at once.
    for level in (Escalation.HEAD, Escalation.DESK):
        rising = [finding for finding in findings if finding.escalation == level]
        above = Escalation(level + 1)
        for finding in rising:
            finding.escalation = above
        again = None if above == Escalation.CITY else deadlines.next_escalation(at)
        _mark(rising, "finding.escalated", at, escalation=above, escalates_at=again)
        tell_everybody("findings.red", rising, at)
    return len(findings)


def _redden_appeals(at: datetime) -> int:
    over = Appeal.objects.filter(
        state=AppealState.OPEN, warned__lt=Warned.RED, due_at__lte=at
    ).select_related("finding")
    rows = over.order_by("due_at", "pk").select_for_update(of=("self",), skip_locked=True)
    late = list(rows[:BATCH])
    Appeal.objects.filter(pk__in=[one.pk for one in late]).update(warned=Warned.RED)
    for one in late:
        note(one.finding, verb="appeal.overdue", actor=None, at=at, appeal=one.pk)
        # An appeal is judged by offices, whoever has the finding.
        one.finding.escalation = Escalation.CITY
    tell_everybody("appeals.red", [one.finding for one in late], at)
    return len(late)


def _waiting(**more: object) -> FindingQuerySet:
    """Open, not ended by time, and not waiting for an appeal: then the clock stands still."""
    open_ = Finding.objects.filter(state__in=OPEN, appealed_at=None, **more)
    return open_.exclude(state=_ENDED_BY_TIME)


def _locked(found: FindingQuerySet) -> list[Finding]:
    rows = found.order_by("due_at", "pk").select_for_update(of=("self",), skip_locked=True)
    return list(rows[:BATCH])


def _mark(findings: list[Finding], verb: str, at: datetime, **fields: object) -> None:
    """The same change on each, with a line of the journal and of its own timeline."""
    Finding.objects.filter(pk__in=[one.pk for one in findings]).update(**fields)
    on = clock.local_date(at)
    journal.record_many(
        verb, (Line(one, one.division_id, on, {"state": one.state}) for one in findings),
        actor=None, at=at,
    )  # fmt: skip
    FindingStep.objects.bulk_create(
        FindingStep(finding=one, attempt=one.attempt, from_state=one.state, to_state=one.state,
                    verb=verb, at=at)
        for one in findings
    )  # fmt: skip

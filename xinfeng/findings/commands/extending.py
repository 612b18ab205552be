"""A unit asks for more time."""

from datetime import datetime, timedelta

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinfeng.base import clock, pack, scope
from xinfeng.base.refusal import Forbidden, Refusal, Unknown
from xinfeng.findings import deadlines, permissions
from xinfeng.findings.models import (
    Cause,
    Escalation,
    Extension,
    ExtensionState,
    Finding,
    Warned,
)
from xinfeng.journal import commands as journal
from xinfeng.people import notices
from xinfeng.people.models import Person

from .asking import lock_for
from .moving import note
from .telling import tell_unit

journal.declare(
    {
        "extension.asked": gettext_lazy("asked for more time for a finding"),
        "extension.granted": gettext_lazy("granted more time for a finding"),
        "extension.refused": gettext_lazy("granted no more time for a finding"),
    }
)
notices.declare(
    {
        "extension.granted": gettext_lazy("The finding %(code)s has time until %(due)s."),
        "extension.refused": gettext_lazy(
            "No more time was granted for the finding %(code)s; it is due by %(due)s."
        ),
    }
)


@scope.command
def ask_extension(
    *, finding_id: int, until: datetime, cause: Cause, actor: Person, at: datetime
) -> Extension:
    """Before the deadline has passed; one at a time, and only so often."""
    finding, _caller = lock_for(finding_id, actor, at, permissions.may_repair)
    waiting = finding.extensions.filter(state=ExtensionState.ASKED).first()
    if waiting is not None:
        return waiting
    due_at = _due(finding, at)
    rules = pack.load(settings.CITY_PACK).rules
    if finding.extended >= rules.finding_extensions:
        raise Refusal("extended_enough", _("No further extension is possible."))
    if not due_at < until <= due_at + timedelta(days=rules.finding_extension_days):
        raise Refusal(
            "until_wrong",
            _("Choose a day after the deadline, at most %(days)s days later.")
            % {"days": rules.finding_extension_days},
        )
    made = Extension.objects.create(
        finding=finding, asked_by=actor, asked_at=at, was_due_at=due_at, until=until,
        cause=cause, state=ExtensionState.ASKED,
    )  # fmt: skip
    note(finding, verb="extension.asked", actor=actor, at=at, cause=cause)
    return made


@scope.command
def grant_extension(*, extension_id: int, actor: Person, at: datetime) -> Extension:
    """The unit has until then; nobody grants what they asked for, or to their own unit."""
    finding, asked = _asked(extension_id, actor, at)
    if asked.state == ExtensionState.GRANTED:
        return asked
    _refuse_decided(asked)
    assert finding.due_at is not None
    # The judging of an appeal may have given more than was asked for.
    ends = max(asked.until, finding.due_at)
    finding.yellow_at, finding.due_at = deadlines.until(ends, at)
    finding.extended += 1
    finding.warned, finding.escalation = Warned.NOT, Escalation.DESK
    finding.escalates_at = None
    finding.save(
        update_fields=[
            "yellow_at", "due_at", "extended", "warned", "escalation", "escalates_at",
        ]
    )  # fmt: skip
    return _decide(finding, asked, ExtensionState.GRANTED, actor, at)


@scope.command
def refuse_extension(*, extension_id: int, actor: Person, at: datetime) -> Extension:
    """The deadline stands."""
    finding, asked = _asked(extension_id, actor, at)
    if asked.state == ExtensionState.REFUSED:
        return asked
    _refuse_decided(asked)
    return _decide(finding, asked, ExtensionState.REFUSED, actor, at)


def _asked(extension_id: int, actor: Person, at: datetime) -> tuple[Finding, Extension]:
    asked = Extension.objects.filter(pk=extension_id).first()
    if asked is None:
        raise Unknown("extension_unknown", _("There is no such request."))
    finding, caller = lock_for(asked.finding_id, actor, at, permissions.may_decide)
    if asked.asked_by_id == caller.person_id:
        raise Forbidden("own_extension", _("Nobody grants what they asked for."))
    # Read again under the finding's lock.
    asked.refresh_from_db()
    return finding, asked


def _refuse_decided(asked: Extension) -> None:
    if asked.state != ExtensionState.ASKED:
        raise Refusal("extension_decided", _("This request was decided already."))


def _decide(
    finding: Finding, asked: Extension, state: ExtensionState, actor: Person, at: datetime
) -> Extension:
    asked.state, asked.decided_by, asked.decided_at = state, actor, at
    asked.save(update_fields=["state", "decided_by", "decided_at"])
    verb = "extension.granted" if state == ExtensionState.GRANTED else "extension.refused"
    note(finding, verb=verb, actor=actor, at=at)
    tell_unit(verb, finding, at, due=clock.local_date(_due(finding, at)))
    return asked


def _due(finding: Finding, at: datetime) -> datetime:
    """The unit's deadline, while it has one that has not passed."""
    due_at = finding.due_for(at)
    if not finding.is_with_unit or due_at is None:
        raise Refusal("finding_state", _("This finding has moved on; look at it again."))
    return due_at

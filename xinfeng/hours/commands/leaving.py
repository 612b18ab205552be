"""What ends and what is forgotten about hours when an account is closed or erased."""

from datetime import datetime

from xinfeng.base import clock
from xinfeng.hours.models import (
    Contest,
    ContestState,
    EntryKind,
    EntryState,
    Evidence,
    HourEntry,
    Objection,
)
from xinfeng.journal import commands as journal
from xinfeng.people.models import Person


def end_of_account(person: Person, actor: Person, at: datetime) -> None:
    """Questions that wait are withdrawn, words and files go; credits and decisions stay."""
    own = HourEntry.objects.filter(submitted_by=person, kind=EntryKind.OWN)
    for entry in own.filter(state=EntryState.SUBMITTED).order_by("pk"):
        entry.move_to(EntryState.WITHDRAWN)
        entry.decided_at = at
        entry.save(update_fields=["state", "decided_at"])
        _tell("entry.withdrawn", entry, actor, at)
    raised = Contest.objects.filter(raised_by=person)
    for contest in raised.filter(state=ContestState.OPEN).order_by("pk"):
        contest.move_to(ContestState.WITHDRAWN)
        contest.decided_at = at
        contest.save(update_fields=["state", "decided_at"])
        _tell("contest.withdrawn", contest, actor, at)
    own.update(remark="", evidence="")
    raised.update(text="")
    Objection.objects.filter(raised_by=person).update(text="")
    # The digest stays: it shows what was looked at.
    Evidence.objects.filter(entry__in=own).update(content=b"")


def _tell(verb: str, subject: HourEntry | Contest, actor: Person, at: datetime) -> None:
    journal.record(
        verb, subject, actor=actor, at=at, where=subject.division_id,
        on=clock.local_date(at),
    )  # fmt: skip

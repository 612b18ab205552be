"""What this room tells of a person, and what becomes of hours when accounts end."""

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from xinfeng.people import leaving, merging, records
from xinfeng.people.models import Person
from xinfeng.people.records import Row

from . import sources
from .commands.leaving import end_of_account
from .commands.transfer import move_hours
from .models import Contest, Counter, Credit, EntryLine, Source

_AT_ONCE = 500


@merging.declare
def move(keep: Person, gone: Person, actor: Person, at: datetime) -> None:
    """The hours of both stand on the account that stays; the journal names what could not."""
    move_hours(gone, keep, actor, at)


@leaving.declare
def end(person: Person, actor: Person, at: datetime) -> None:
    end_of_account(person, actor, at)


@records.section("hours", _("My hours"))
def hours(person_id: int) -> Iterable[Row]:
    last = 0
    own = Credit.objects.filter(person_id=person_id).order_by("pk")
    while page := list(own.filter(pk__gt=last)[:_AT_ONCE]):
        described = sources.describe(page)
        for credit in page:
            yield _credit(credit, described[credit.pk])
        last = page[-1].pk


def _credit(credit: Credit, said: sources.Described) -> Row:
    return {
        "number": credit.pk,
        "earned_on": credit.earned_on,
        "starts_at": credit.starts_at,
        "ends_at": credit.ends_at,
        "minutes": credit.minutes,
        "counter": Counter(credit.counter).name,
        "source": Source(credit.source_kind).name,
        "activity": said.title,
        "organiser": said.organiser,
        "in_charge": said.in_charge,
        "place": said.place,
        "division": credit.division_id,
        "grade": credit.grade,
        "recorded_at": credit.recorded_at,
    }


@records.section("hour_entries", _("Hours entered by hand"))
def entries(person_id: int) -> Iterable[Row]:
    lines = EntryLine.objects.filter(person_id=person_id).select_related("entry")
    for line in lines.order_by("pk"):
        entry = line.entry
        is_mine = entry.submitted_by_id == person_id
        yield {
            "entry": entry.pk,
            "kind": entry.kind,
            "title": entry.title,
            "starts_at": line.starts_at,
            "ends_at": line.ends_at,
            "minutes": line.minutes,
            "reason": entry.reason,
            # What somebody else wrote for those who decide is theirs.
            "remark": entry.remark if is_mine else None,
            "evidence": entry.evidence if is_mine else None,
            "state": entry.state,
            "refused_for": entry.refused_for,
            "outcome": line.outcome,
            "credited_minutes": line.credited_minutes,
        }


@records.section("hour_contests", _("Contested hours"))
def contests(person_id: int) -> Iterable[Row]:
    for found in Contest.objects.filter(person_id=person_id).order_by("pk"):
        yield {
            "credit": found.credit_id,
            "doubt": found.doubt,
            "text": found.text,
            "raised_at": found.raised_at,
            "raised_by_me": found.raised_by_id == person_id,
            "due_on": found.due_on,
            "state": found.state,
            "finding": found.finding,
            "decided_at": found.decided_at,
            "reversal": found.reversal_id,
            "replacement": found.replacement_id,
        }

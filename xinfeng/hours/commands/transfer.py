"""Hours of two accounts that turned out to be one person's."""

from dataclasses import dataclass, field, replace
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinfeng.base import clock, scope
from xinfeng.base.refusal import Forbidden, Refusal
from xinfeng.base.units import Minutes
from xinfeng.hours import permissions
from xinfeng.hours.models import (
    Contest,
    Credit,
    EntryLine,
    EntryState,
    Hold,
    HourEntry,
    Reason,
    Source,
)
from xinfeng.journal import commands as journal
from xinfeng.people.models import Person
from xinfeng.people.queries import standing_of

from .ledger import fact_of, post, take_back

journal.declare(
    {"credits.transferred": gettext_lazy("moved hours from one account of a person to another")}
)


@dataclass
class Transferred:
    """Credits of the old account, by what became of them."""

    moved: list[int] = field(default_factory=list)
    # One person cannot have given the same time twice: taken back, and posted nowhere.
    dropped: list[int] = field(default_factory=list)


@scope.command
def transfer(
    *, from_person_id: int, to_person_id: int, actor: Person, at: datetime
) -> Transferred:
    """Take each credit back from the one account and post it to the other.

    What overlaps hours there, or finds the day full, is taken back all the same and named:
    two accounts are one person, and the same time counts once.
    """
    ids = sorted({from_person_id, to_person_id})
    people = Person.objects.select_for_update(no_key=True).order_by("pk").in_bulk(ids)
    standing = standing_of(actor, clock.local_date(at))
    if len(people) != len(ids) or not permissions.may_transfer(
        standing, [person.division_id for person in people.values()]
    ):
        raise Forbidden("not_your_accounts", _("Only an office of both areas can do this."))
    return move_hours(people[from_person_id], people[to_person_id], actor, at)


def move_hours(gone: Person, keep: Person, actor: Person, at: datetime) -> Transferred:
    """The moving itself, for whoever has decided that two accounts are one person."""
    _move_open_entries(gone, keep)
    done = Transferred()
    for credit in Credit.objects.of(gone).standing().order_by("pk"):
        if _move(credit, keep, actor, at):
            done.moved.append(credit.pk)
        else:
            take_back(credit=credit, reason=Reason.MERGED, actor=actor, at=at)
            done.dropped.append(credit.pk)
    journal.record(
        "credits.transferred", keep, actor=actor, at=at, where=keep.division_id,
        on=clock.local_date(at), from_person_id=gone.pk, moved=done.moved, dropped=done.dropped,
    )  # fmt: skip
    return done


def _move(credit: Credit, keep: Person, actor: Person, at: datetime) -> bool:
    """Both lines or none; True when the credit now stands on the other account."""
    if credit.confirmed_by_id == keep.pk:
        # Nobody confirms their own hours, and now it turns out that somebody did.
        return False
    fact = replace(fact_of(credit), kind=Source.TRANSFER, id=credit.pk)
    try:
        with transaction.atomic():
            take_back(credit=credit, reason=Reason.MERGED, actor=actor, at=at)
            minutes = Minutes(credit.minutes)
            moved = post(person=keep, minutes=minutes, fact=fact, actor=actor, at=at)
            if moved is None:
                raise Refusal("day_full", _("The day's limit was reached."))
            _move_open_questions(credit, moved)
    except Refusal:
        return False
    return True


def _move_open_questions(credit: Credit, moved: Credit) -> None:
    """What was held or contested is so on the new account too: nothing is washed by moving."""
    Hold.objects.to_look_at().filter(credit=credit).update(
        credit=moved, person_id=moved.person_id
    )
    Contest.objects.open().filter(credit=credit, raised_by=credit.person_id).update(
        raised_by=moved.person_id
    )
    Contest.objects.open().filter(credit=credit).update(credit=moved, person_id=moved.person_id)


def _move_open_entries(gone: Person, keep: Person) -> None:
    """What waits for a second person is decided for the account that stays."""
    waiting = HourEntry.objects.filter(state=EntryState.SUBMITTED)
    lines = EntryLine.objects.filter(entry__in=waiting, person=gone)
    there = EntryLine.objects.filter(entry=OuterRef("entry"), person=keep)
    lines.filter(~Exists(there)).update(person=keep)
    waiting.filter(submitted_by=gone).update(submitted_by=keep)

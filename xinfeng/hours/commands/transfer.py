"""Hours of two accounts that turned out to be one person's."""

from dataclasses import dataclass, field, replace
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinfeng.base import clock, scope
from xinfeng.base.refusal import Forbidden, Refusal
from xinfeng.base.units import Minutes
from xinfeng.hours import permissions
from xinfeng.hours.models import Credit, Reason, Source
from xinfeng.journal import commands as journal
from xinfeng.people.models import Person
from xinfeng.people.queries import standing_of

from .ledger import fact_of, post, take_back

journal.declare(
    {"credits.transferred": gettext_lazy("moved hours from one account of a person to another")}
)


@dataclass
class Transferred:
    """Credits of the old account, by what became of them; an office looks at the rest."""

    moved: list[int] = field(default_factory=list)
    stayed: list[int] = field(default_factory=list)


@scope.command
def transfer(
    *, from_person_id: int, to_person_id: int, actor: Person, at: datetime
) -> Transferred:
    """Take each credit back from the one account and post it to the other.

    What overlaps hours there, or finds the day full, stays where it is and is named.
    """
    ids = sorted({from_person_id, to_person_id})
    people = Person.objects.select_for_update(no_key=True).order_by("pk").in_bulk(ids)
    standing = standing_of(actor, clock.local_date(at))
    if len(people) != len(ids) or not permissions.may_transfer(
        standing, [person.division_id for person in people.values()]
    ):
        raise Forbidden("not_your_accounts", _("Only an office of both areas can do this."))
    done = Transferred()
    for credit in Credit.objects.of(people[from_person_id]).standing().order_by("pk"):
        went = _move(credit, people[to_person_id], actor, at)
        (done.moved if went else done.stayed).append(credit.pk)
    journal.record(
        "credits.transferred", people[to_person_id], actor=actor, at=at,
        where=people[to_person_id].division_id, on=clock.local_date(at),
        from_person_id=from_person_id, moved=done.moved, stayed=done.stayed,
    )  # fmt: skip
    return done


def _move(credit: Credit, person: Person, actor: Person, at: datetime) -> bool:
    """Both lines or none; True when the credit now stands on the other account."""
    if credit.confirmed_by_id == person.pk:
        # Nobody confirms their own hours, and now it turns out that somebody did.
        return False
    fact = replace(fact_of(credit), kind=Source.TRANSFER, id=credit.pk)
    try:
        with transaction.atomic():
            take_back(credit=credit, reason=Reason.MERGED, actor=actor, at=at)
            minutes = Minutes(credit.minutes)
            if post(person=person, minutes=minutes, fact=fact, actor=actor, at=at) is None:
                raise Refusal("day_full", _("The day's limit was reached."))
    except Refusal:
        return False
    return True

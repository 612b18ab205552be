"""Whoever looks at a minor by their office leaves a line."""

from datetime import datetime

from django.utils.translation import gettext_lazy

from xinfeng.base import clock, scope
from xinfeng.journal import commands as journal
from xinfeng.journal.models import Entry
from xinfeng.people import permissions
from xinfeng.people.ages import GROWN_UP
from xinfeng.people.models import Person
from xinfeng.people.queries import ages

from .consents import wards_of

journal.declare({"person.viewed": gettext_lazy("looked at the data of a minor")})


@scope.command
def note_view(*, person_id: int, actor: Person, at: datetime) -> bool:
    """Write down that somebody opened a page about one minor; once for each hour.

    Whose age nobody knows is treated as a minor. Oneself, and who answers for a child, look at
    what is theirs: of them nothing is written.
    """
    if actor.pk == person_id:
        return False
    age = ages([person_id], clock.local_date(at))[person_id]
    if age is not None and age >= GROWN_UP:
        return False
    person = Person.objects.filter(pk=person_id).first()
    if person is None or permissions.may_answer_for(actor, person_id, wards_of(actor)):
        return False
    subject = f"{Person._meta.label_lower}:{person_id}"
    said = Entry.objects.filter(subject=subject, verb="person.viewed", actor=actor)
    if said.filter(at__gte=at.replace(minute=0, second=0, microsecond=0)).exists():
        return False
    journal.record("person.viewed", person, actor=actor, at=at, where=person.division_id)
    return True

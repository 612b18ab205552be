"""The secret address of one's own calendar: made, made anew, ended."""

from datetime import datetime

from django.utils.translation import gettext_lazy

from xinfeng.activities.models import CalendarLink
from xinfeng.base import clock, scope
from xinfeng.journal import commands as journal
from xinfeng.people.models import Person

journal.declare(
    {
        "calendar.linked": gettext_lazy("made a secret address of their calendar"),
        "calendar.ended": gettext_lazy("ended the secret address of their calendar"),
    }
)


@scope.command
def link_calendar(*, code: str, actor: Person, at: datetime) -> CalendarLink:
    """A new secret address; an older one shows nothing from now on."""
    _hold(actor)
    if already := CalendarLink.objects.filter(code=code, person=actor).first():
        return already
    end_links(actor, actor, at)
    link = CalendarLink.objects.create(
        code=code, person=actor, division_id=actor.division_id, made_at=at
    )
    _tell("calendar.linked", link, actor, at)
    return link


@scope.command
def end_calendar(*, actor: Person, at: datetime) -> int:
    """Nobody reads one's calendar from outside any more; how many addresses ended."""
    _hold(actor)
    return end_links(actor, actor, at)


def end_links(person: Person, actor: Person, at: datetime) -> int:
    """Under the lock of the person."""
    links = list(CalendarLink.objects.valid().filter(person=person).order_by("pk"))
    for link in links:
        link.ended_at = at
        link.save(update_fields=["ended_at"])
        _tell("calendar.ended", link, actor, at)
    return len(links)


def _hold(actor: Person) -> None:
    # The person stands for the link: two tabs at once make one after the other.
    Person.objects.select_for_update(no_key=True).get(pk=actor.pk)


def _tell(verb: str, link: CalendarLink, actor: Person, at: datetime) -> None:
    journal.record(
        verb, link, actor=actor, at=at, where=link.division_id, on=clock.local_date(at)
    )

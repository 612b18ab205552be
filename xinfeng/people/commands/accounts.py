"""Accounts end."""

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinfeng.base import clock, scope
from xinfeng.base.refusal import Forbidden
from xinfeng.journal import commands as journal
from xinfeng.people import permissions
from xinfeng.people.models import Grant, Person, PersonState
from xinfeng.people.queries import standing_of

journal.declare({"person.closed": gettext_lazy("closed an account")})


@scope.command
def close_account(*, person_id: int, actor: Person, at: datetime) -> Person:
    """The person no longer signs in, serves or holds a role; what was done stays."""
    person = Person.objects.select_for_update().filter(pk=person_id).first()
    today = clock.local_date(at)
    standing = standing_of(actor, today)
    if person is None or not permissions.may_close(standing, person.pk, person.division_id):
        raise Forbidden("not_your_person", _("Only the person or their office can do this."))
    if person.state == PersonState.CLOSED:
        return person
    person.state = PersonState.CLOSED
    person.left_on = max(today, person.registered_on) if person.registered_on else None
    person.save(update_fields=["state", "left_on"])
    Grant.objects.filter(person=person).valid_on(today).update(ends_on=today)
    journal.record(
        "person.closed", person, actor=actor, at=at, where=person.division_id, on=today
    )
    return person

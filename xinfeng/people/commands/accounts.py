"""Accounts end: closed, or erased for good; a password is given anew."""

from datetime import date, datetime

from django.contrib.auth.hashers import make_password
from django.db.models import Q, Value
from django.db.models.functions import Greatest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinfeng.base import clock, scope
from xinfeng.base.refusal import Forbidden, Refusal
from xinfeng.journal import commands as journal
from xinfeng.people import leaving, permissions
from xinfeng.people.models import (
    Consent,
    Grant,
    Guardianship,
    Identity,
    Notice,
    Person,
    PersonState,
    Profile,
    Qualification,
)
from xinfeng.people.queries import standing_of

from .consents import end_consent, wards_of
from .family import let_go

journal.declare(
    {
        "person.closed": gettext_lazy("closed an account"),
        "person.erased": gettext_lazy("erased a person's data"),
        "person.password_changed": gettext_lazy("changed their password"),
        "person.password_reset": gettext_lazy("gave an account a new password"),
    }
)


@scope.command
def close_account(*, person_id: int, actor: Person, at: datetime) -> Person:
    """The person no longer signs in, serves or holds a role; what was done stays."""
    person = Person.objects.select_for_update().filter(pk=person_id).first()
    if person is None or not _may_end(actor, person, at):
        raise Forbidden("not_your_person", _("Only the person or their office can do this."))
    if person.state == PersonState.CLOSED:
        return person
    today = clock.local_date(at)
    _leave(person, actor, at)
    person.move_to(PersonState.CLOSED)
    person.left_on = left_on(person, today)
    person.save(update_fields=["state", "left_on"])
    journal.record(
        "person.closed", person, actor=actor, at=at, where=person.division_id, on=today
    )
    return person


@scope.command
def erase_account(*, person_id: int, actor: Person, at: datetime) -> Person:
    """Destroy what is known of the person; rows about what was done stay under a bare number.

    With the secret gone, nobody can tie the ledger's commitments to this person any more.
    """
    person = Person.objects.select_for_update().filter(pk=person_id).first()
    if person is None or not _may_end(actor, person, at):
        raise Forbidden("not_your_person", _("Only the person or their office can do this."))
    if person.state == PersonState.ERASED:
        return person
    today = clock.local_date(at)
    _leave(person, actor, at)
    for consent in Consent.objects.filter(person=person, withdrawn_at=None).order_by("pk"):
        end_consent(consent, actor=actor, at=at)
    for about in (Identity, Profile, Qualification, Notice):
        about.objects.filter(person=person).delete()
    Notice.objects.filter(ward=person).delete()
    person.move_to(PersonState.ERASED)
    person.username = f"erased-{person.pk}"
    person.password = make_password(None)
    person.last_login = None
    person.left_on = left_on(person, today)
    person.save(update_fields=["state", "username", "password", "last_login", "left_on"])
    journal.record(
        "person.erased", person, actor=actor, at=at, where=person.division_id, on=today
    )
    return person


@scope.command
def reset_password(*, person_id: int, password: str, actor: Person, at: datetime) -> Person:
    """The office lets somebody in again who has forgotten the password and stands before it."""
    person = Person.objects.select_for_update().filter(pk=person_id).first()
    standing = standing_of(actor, clock.local_date(at))
    if (
        person is None
        or person.pk == actor.pk
        or not permissions.may_look_after(standing, person.division_id)
        or not permissions.outranks(standing, standing_of(person, clock.local_date(at)))
    ):
        raise Forbidden("not_your_person", _("Only the person or their office can do this."))
    person.password = make_password(password)
    person.save(update_fields=["password"])
    journal.record(
        "person.password_reset", person, actor=actor, at=at, where=person.division_id
    )
    return person


@scope.command
def change_password(*, old: str, new: str, actor: Person, at: datetime) -> Person:
    """One's own password, with the present one."""
    person = Person.objects.select_for_update().get(pk=actor.pk)
    if not person.is_active or not person.check_password(old):
        raise Refusal("wrong_password", _("The password is not right."))
    person.password = make_password(new)
    person.save(update_fields=["password"])
    journal.record(
        "person.password_changed", person, actor=actor, at=at, where=person.division_id
    )
    return person


def end_grants(person: Person, today: date) -> None:
    """Every role ends today, also one that has not begun."""
    lasting = Grant.objects.filter(Q(ends_on=None) | Q(ends_on__gt=today), person=person)
    lasting.update(ends_on=Greatest("starts_on", Value(today)))


def left_on(person: Person, today: date) -> date | None:
    """When a volunteer left; one who had left before left then."""
    if person.registered_on is None:
        return None
    return person.left_on or max(today, person.registered_on)


def _leave(person: Person, actor: Person, at: datetime) -> None:
    """What ends with every account: roles, care for others, and what the upper rooms hold."""
    end_grants(person, clock.local_date(at))
    cares = Guardianship.objects.open().filter(Q(guardian=person) | Q(ward=person))
    for care in cares.select_related("ward").order_by("pk"):
        let_go(care, care.ward, actor, at)
    leaving.end_all(person, actor, at)


def _may_end(actor: Person, person: Person, at: datetime) -> bool:
    standing = standing_of(actor, clock.local_date(at))
    return permissions.may_close(
        standing, person.pk, person.division_id
    ) or permissions.may_answer_for(actor, person.pk, wards_of(actor))

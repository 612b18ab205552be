"""Names and numbers are corrected: one's own telephone by oneself, the rest by the office."""

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinfeng.base import clock, scope
from xinfeng.base.refusal import Forbidden, Refusal
from xinfeng.journal import commands as journal
from xinfeng.people import permissions
from xinfeng.people.models import Identity, Person
from xinfeng.people.queries import standing_of
from xinfeng.people.wishes import NewPerson

from .family import adopt_questions
from .making import (
    checked,
    checked_phone,
    put_id_number,
    put_phone,
    refusing_doubles,
)

journal.declare(
    {
        "person.phone_changed": gettext_lazy("changed their mobile number"),
        "person.corrected": gettext_lazy("corrected a person's data"),
    }
)


@scope.command
def change_phone(*, phone: str, password: str, actor: Person, at: datetime) -> Identity:
    """One's own mobile number, with the password; an empty one takes it away."""
    person = Person.objects.select_for_update().get(pk=actor.pk)
    if not person.is_active or not person.check_password(password):
        raise Refusal("wrong_password", _("The password is not right."))
    identity = Identity.objects.select_for_update().get(pk=person.pk)
    number = checked_phone(phone) if phone.strip() else ""
    put_phone(identity, number)
    with refusing_doubles():
        identity.save(update_fields=["phone_sealed", "phone_digest"])
    adopt_questions(person, number, at=at)
    journal.record("person.phone_changed", person, actor=actor, at=at, where=person.division_id)
    return identity


@scope.command
def correct_identity(
    *, person_id: int, name: str, id_number: str, phone: str, actor: Person, at: datetime
) -> Identity:
    """The office enters what stands on the ID card; an empty field leaves what is known."""
    person = Person.objects.select_for_update().filter(pk=person_id).first()
    standing = standing_of(actor, clock.local_date(at))
    if (
        person is None
        or person.pk == actor.pk
        or not permissions.may_look_after(standing, person.division_id)
    ):
        raise Forbidden("not_your_person", _("Only the person or their office can do this."))
    identity = Identity.objects.select_for_update().filter(pk=person.pk).first()
    if identity is None or not (person.is_active or person.state == "ASLEEP"):
        raise Refusal("account_ended", _("This account has ended; nothing more can be done."))
    identity.name = name.strip() or identity.name
    new = NewPerson(person.username, identity.name, id_number=id_number, phone=phone)
    found = checked(new, at)
    put_id_number(identity, found, at=at)
    if found.phone:
        put_phone(identity, found.phone)
    with refusing_doubles():
        identity.save()
    if found.phone:
        adopt_questions(person, found.phone, at=at)
    journal.record(
        "person.corrected", person, actor=actor, at=at, where=person.division_id,
        fields=[
            field
            for field, text in (("name", name), ("id_number", id_number), ("phone", phone))
            if text.strip()
        ],
    )  # fmt: skip
    return identity

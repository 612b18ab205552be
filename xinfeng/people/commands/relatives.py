"""Family members without a telephone: accounts nobody signs in to, in somebody's care."""

from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinfeng.base import clock, scope
from xinfeng.base.id_number import age_on
from xinfeng.base.refusal import Forbidden, Refusal
from xinfeng.journal import commands as journal
from xinfeng.people.ages import GROWN_UP
from xinfeng.people.models import (
    CareKind,
    CareState,
    Channel,
    ConsentKind,
    Guardianship,
    Person,
    PersonState,
)
from xinfeng.people.queries import ages
from xinfeng.people.wishes import NewPerson

from .consents import agree
from .making import checked, made

journal.declare(
    {"person.relative_registered": gettext_lazy("registered a family member without a phone")}
)
MOST_RELATIVES = 10


@dataclass(frozen=True)
class NewRelative:
    """What somebody says of a family member. The account name comes with the form."""

    username: str
    name: str
    born_on: date
    id_number: str = ""
    # The code of the registration text that was read to the family member.
    agreed: str = ""


@scope.command
def register_relative(*, new: NewRelative, actor: Person, at: datetime) -> Person:
    """A grown-up enters an adult family member, who has agreed, and looks after the account.

    Children have an account of their own, with a guardian: this is not for them.
    """
    today = clock.local_date(at)
    age = ages([actor.pk], today)[actor.pk]
    if not actor.is_active or age is None or age < GROWN_UP:
        raise Forbidden(
            "guardian_too_young",
            _("Only somebody of 18 or more, with a checked ID number, can answer for others."),
        )
    Person.objects.select_for_update(no_key=True).get(pk=actor.pk)
    wards = Guardianship.objects.standing().filter(guardian=actor, kind=CareKind.CARER)
    if already := wards.filter(ward__username=new.username).select_related("ward").first():
        return already.ward
    if wards.count() >= MOST_RELATIVES:
        raise Refusal("too_many_relatives", _("One account looks after ten people at most."))
    wanted = NewPerson(
        username=new.username, name=new.name, born_on=new.born_on, volunteers=True,
        id_number=new.id_number, agreed=new.agreed,
    )  # fmt: skip
    found = checked(wanted, at)
    if found.id_number is not None and found.id_number.born_on != new.born_on:
        raise Refusal("birth_differs", _("The date of birth is not that of the ID number."))
    years = age_on(new.born_on, today)
    if years is None or years < GROWN_UP:
        raise Refusal(
            "relative_too_young",
            _("A child registers with an account of its own, and you confirm as guardian."),
        )
    person = made(wanted, found, actor.division, state=PersonState.ACTIVE, at=at)
    agree(
        person=person, kind=ConsentKind.REGISTRATION, version=new.agreed,
        channel=Channel.PAGE, actor=actor, at=at,
    )  # fmt: skip
    Guardianship.objects.create(
        ward=person, guardian=actor, division_id=person.division_id, kind=CareKind.CARER,
        state=CareState.CONFIRMED, asked_at=at, confirmed_at=at,
    )  # fmt: skip
    journal.record(
        "person.relative_registered", person, actor=actor, at=at, where=person.division_id,
        on=today,
    )  # fmt: skip
    return person

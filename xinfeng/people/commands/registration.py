"""Accounts are made: by the offices, and the very first at the machine."""

from dataclasses import dataclass
from datetime import date, datetime

from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinfeng.base import clock, scope
from xinfeng.base.codes import Level
from xinfeng.base.refusal import Forbidden, Refusal
from xinfeng.journal import commands as journal
from xinfeng.people import permissions
from xinfeng.people.models import Grant, Identity, Person, Role
from xinfeng.people.queries import standing_of
from xinfeng.places.models import Division

from .grants import grant

journal.declare({"person.registered": gettext_lazy("registered a person")})


@dataclass(frozen=True)
class NewPerson:
    """What an office enters of a person. Without a password nobody can sign in as them."""

    username: str
    name: str
    password: str | None = None
    sex: str = ""
    born_on: date | None = None
    volunteers: bool = False


@scope.command
def register_person(
    *, new: NewPerson, division_id: int, role: Role | None, actor: Person, at: datetime
) -> Person:
    """An office makes an account, with at most one role over the person's own division."""
    division = Division.objects.filter(pk=division_id).first()
    standing = standing_of(actor, clock.local_date(at))
    if division is None or not permissions.may_register(standing, *division.span):
        raise Forbidden("not_your_division", _("You can register people of your area only."))
    person = _create(new, division, clock.local_date(at))
    journal.record(
        "person.registered", person, actor=actor, at=at, where=division.pk,
        on=clock.local_date(at),
    )  # fmt: skip
    if role is not None:
        grant(person_id=person.pk, role=role, division_id=division.pk, actor=actor, at=at)
    return person


@scope.command
def name_first_office(*, new: NewPerson, at: datetime) -> Person:
    """The city office's first account, made at the machine; everybody else follows from it."""
    today = clock.local_date(at)
    city = (
        Division.objects.filter(level=Level.CITY).select_for_update().order_by("code").first()
    )
    if city is None:
        raise Refusal("city_is_empty", _("There is no city yet; import its divisions first."))
    offices = Grant.objects.filter(role=Role.CITY_OFFICE, division=city).valid_on(today)
    if offices.exists():
        raise Refusal("office_exists", _("The city office has an account already."))
    person = _create(new, city, today)
    given = Grant.objects.create(
        person=person, role=Role.CITY_OFFICE, division=city, starts_on=today
    )
    journal.record("person.registered", person, actor=None, at=at, where=city.pk, on=today)
    journal.record(
        "grant.given", given, actor=None, at=at, where=city.pk, on=today, role=given.role
    )
    return person


def _create(new: NewPerson, division: Division, today: date) -> Person:
    try:
        with transaction.atomic():
            person = Person.objects.create(
                username=new.username.strip().lower(),
                password=make_password(new.password),
                division=division,
                registered_on=today if new.volunteers else None,
            )
    except IntegrityError:
        raise Refusal("username_taken", _("This account name is already in use.")) from None
    Identity.objects.create(
        person=person,
        division_id=division.pk,
        name=new.name.strip(),
        sex=new.sex,
        born_on=new.born_on,
    )
    return person

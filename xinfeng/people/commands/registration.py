"""Accounts are made: by oneself, by the offices, and the very first at the machine."""

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinfeng.base import clock, scope
from xinfeng.base.codes import Level
from xinfeng.base.refusal import Forbidden, Refusal
from xinfeng.journal import commands as journal
from xinfeng.people import permissions
from xinfeng.people.ages import OF_AGE_TO_CONSENT
from xinfeng.people.models import (
    CareKind,
    Channel,
    ConsentKind,
    Grant,
    Person,
    PersonState,
    Role,
)
from xinfeng.people.queries import standing_of
from xinfeng.people.wishes import NewPerson
from xinfeng.places.models import Division

from .consents import agree
from .family import adopt_questions, ask
from .grants import grant
from .making import checked, made

journal.declare({"person.registered": gettext_lazy("registered a person")})


@scope.command
def register_oneself(
    *,
    new: NewPerson,
    division_id: int,
    at: datetime,
    guardian: str = "",
    channel: Channel = Channel.PAGE,
) -> Person:
    """Somebody makes an account of their own; a child under 14 waits for a guardian.

    `guardian` is the guardian's telephone number or account name.
    """
    division = Division.objects.filter(pk=division_id).first()
    if division is None:
        raise Refusal("no_such_division", _("Choose the village or community you live in."))
    for given, sentence in (
        (new.name.strip(), _("Enter your name as it stands on the ID card.")),
        (new.id_number, _("Enter the ID number.")),
        (new.password, _("Choose a password.")),
    ):
        if not given:
            raise Refusal("something_is_missing", sentence)
    return _settle(new, division, guardian, channel=channel, actor=None, at=at)


@scope.command
def register_person(
    *,
    new: NewPerson,
    division_id: int,
    role: Role | None,
    actor: Person,
    at: datetime,
    guardian: str = "",
) -> Person:
    """An office makes an account, with at most one role over the person's own division.

    For a volunteer, or with a number, the consent lies there on paper.
    """
    division = Division.objects.filter(pk=division_id).first()
    standing = standing_of(actor, clock.local_date(at))
    if division is None or not permissions.may_register(standing, *division.span):
        raise Forbidden("not_your_division", _("You can register people of your area only."))
    person = _settle(new, division, guardian, channel=Channel.PAPER, actor=actor, at=at)
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
    person = made(new, checked(new, at), city, state=PersonState.ACTIVE, at=at)
    given = Grant.objects.create(
        person=person, role=Role.CITY_OFFICE, division=city, starts_on=today
    )
    journal.record("person.registered", person, actor=None, at=at, where=city.pk, on=today)
    journal.record(
        "grant.given", given, actor=None, at=at, where=city.pk, on=today, role=given.role
    )
    return person


def _settle(
    new: NewPerson,
    division: Division,
    guardian: str,
    *,
    channel: Channel,
    actor: Person | None,
    at: datetime,
) -> Person:
    """The account, its consent, and the question to a guardian where one is needed."""
    found = checked(new, at)
    asleep = found.age is not None and found.age < OF_AGE_TO_CONSENT
    if asleep and not guardian.strip():
        raise Refusal(
            "guardian_needed",
            _("Under 14 a guardian has to agree: enter their mobile number or account name."),
        )
    state = PersonState.ASLEEP if asleep else PersonState.ACTIVE
    person = made(new, found, division, state=state, at=at)
    if actor is None or new.volunteers or new.id_number or new.phone:
        agree(
            person=person, kind=ConsentKind.REGISTRATION, version=new.agreed,
            channel=channel, actor=actor or person, at=at,
        )  # fmt: skip
    if asleep:
        ask(ward=person, guardian=guardian, kind=CareKind.GUARDIAN, at=at)
    adopt_questions(person, found.phone, at=at)
    journal.record(
        "person.registered", person, actor=actor or person, at=at, where=division.pk,
        on=clock.local_date(at), channel=channel, asleep=asleep,
    )  # fmt: skip
    return person

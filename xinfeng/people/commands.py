"""Every write in this room. One function, one transaction, one journal entry."""

from dataclasses import dataclass
from datetime import date, datetime

from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinfeng.base import clock, scope
from xinfeng.base.codes import Level
from xinfeng.base.refusal import Forbidden, Refusal
from xinfeng.base.standing import Standing
from xinfeng.journal import commands as journal
from xinfeng.places.models import Division, Place

from . import permissions
from .models import Grant, Identity, Person, PersonState, Role, SignInTally
from .queries import standing_of

journal.declare(
    {
        "person.registered": gettext_lazy("registered a person"),
        "person.closed": gettext_lazy("closed an account"),
        "grant.given": gettext_lazy("gave a role"),
        "grant.revoked": gettext_lazy("took a role back"),
        "sign_in.locked": gettext_lazy("locked an account name after failed sign-ins"),
    }
)


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


@scope.command
def grant(
    *,
    person_id: int,
    role: Role,
    division_id: int | None = None,
    place_id: int | None = None,
    actor: Person,
    at: datetime,
) -> Grant:
    """Give a role over one division or one place, from today."""
    person = Person.objects.select_for_update().filter(pk=person_id).first()
    today = clock.local_date(at)
    span = _span(division_id, place_id)
    if (
        person is None
        or span is None
        or not permissions.may_grant(standing_of(actor, today), role, person.pk, span)
    ):
        raise Forbidden("not_your_grant", _("You cannot give this role here."))
    over = {"division_id": division_id, "place_id": place_id}
    standing_grants = Grant.objects.filter(person=person, role=role, **over).valid_on(today)
    if given := standing_grants.order_by("pk").first():
        return given
    if person.state == PersonState.CLOSED:
        raise Refusal("account_closed", _("This account is closed; it cannot hold a role."))
    if place_id is not None and role in permissions.OVER_DIVISIONS_ONLY:
        raise Refusal("role_needs_division", _("This role is given over a division."))
    given = Grant.objects.create(person=person, role=role, starts_on=today, **over)
    journal.record("grant.given", given, actor=actor, at=at, where=span[0], on=today, role=role)
    return given


@scope.command
def revoke_grant(*, grant_id: int, actor: Person, at: datetime) -> Grant:
    """Take a role back: whoever may give it may end it, from today on."""
    given = Grant.objects.select_for_update().filter(pk=grant_id).first()
    today = clock.local_date(at)
    if given is None or not _may_revoke(standing_of(actor, today), given):
        raise Forbidden("not_your_grant", _("You cannot take this role back."))
    if given.ends_on is not None and given.ends_on <= today:
        return given
    span = _span(given.division_id, given.place_id)
    assert span
    given.ends_on = max(today, given.starts_on)
    given.save(update_fields=["ends_on"])
    journal.record(
        "grant.revoked", given, actor=actor, at=at, where=span[0], on=today, role=given.role
    )
    return given


@scope.command
def count_try(*, username: str, at: datetime) -> bool:
    """Count a sign-in before it is tried; False when the name is locked.

    Counted first, so that many tries at once cannot slip past the limit together.
    """
    tally, _made = SignInTally.objects.select_for_update().get_or_create(
        name_digest=_digest(username), defaults={"last_at": at}
    )
    if tally.is_locked(at):
        return False
    tally.tries = 1 if tally.is_stale(at) else tally.tries + 1
    tally.last_at = at
    tally.save(update_fields=["tries", "last_at"])
    if tally.tries == tally.MOST:
        journal.record("sign_in.locked", tally, actor=None, at=at)
    return True


@scope.command
def forget_tries(*, username: str) -> None:
    """The person came in: earlier slips no longer count."""
    SignInTally.objects.filter(pk=_digest(username)).delete()


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


def _span(division_id: int | None, place_id: int | None) -> tuple[int, int] | None:
    """What a grant reaches; None when it is over nothing, over both, or over nothing known."""
    if division_id is not None and place_id is None:
        division = Division.objects.filter(pk=division_id).first()
        return division.span if division else None
    if place_id is not None and division_id is None:
        place = Place.objects.filter(pk=place_id).first()
        return (place.division_id, place.division_id + 1) if place else None
    return None


def _may_revoke(standing: Standing, given: Grant) -> bool:
    span = _span(given.division_id, given.place_id)
    assert span
    return permissions.may_grant(standing, Role(given.role), given.person_id, span)


def _digest(username: str) -> str:
    named = salted_hmac("sign-in tally", username.strip().lower(), algorithm="sha256")
    return named.hexdigest()[:40]

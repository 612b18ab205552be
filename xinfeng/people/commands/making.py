"""How an account and its identity are written; shared by the commands that make one."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from xinfeng.base import clock, crypto
from xinfeng.base.id_number import IdNumber, age_on
from xinfeng.base.phone import BadPhone
from xinfeng.base.phone import parse as parse_phone
from xinfeng.base.refusal import Refusal
from xinfeng.people import real_name
from xinfeng.people.ages import YOUNGEST
from xinfeng.people.models import Identity, Person, PersonState, Sex, about
from xinfeng.people.wishes import NewPerson
from xinfeng.places.models import Division


@dataclass(frozen=True)
class Checked:
    """The numbers as they are kept, after they were found right."""

    id_number: IdNumber | None
    how: str
    phone: str
    age: int | None


def checked(new: NewPerson, at: datetime) -> Checked:
    """Read and check both numbers; what is wrong is a refusal that names the field."""
    today = clock.local_date(at)
    phone = checked_phone(new.phone) if new.phone else ""
    if not new.id_number:
        return Checked(None, "", phone, age_on(new.born_on, today))
    finding = real_name.check(new.name.strip(), new.id_number, today)
    if finding.number is None:
        raise Refusal("id_number_wrong", finding.reason)
    age = age_on(finding.number.born_on, today)
    assert age is not None
    if age < YOUNGEST:
        raise Refusal(
            "too_young",
            _("Children under %(age)s cannot register. Come back after the birthday.")
            % {"age": YOUNGEST},
        )
    return Checked(finding.number, finding.how, phone, age)


def checked_phone(typed: str) -> str:
    try:
        return parse_phone(typed)
    except BadPhone as bad:
        raise Refusal("phone_wrong", str(bad)) from None


def made(
    new: NewPerson, found: Checked, division: Division, *, state: PersonState, at: datetime
) -> Person:
    """The account and its identity; a name or number that is taken is a refusal."""
    today = clock.local_date(at)
    starts = new.volunteers and state == PersonState.ACTIVE
    with refusing_doubles():
        person = Person.objects.create(
            username=new.username.strip().lower(),
            password=make_password(new.password),
            state=state,
            division=division,
            registered_on=today if starts else None,
        )
        identity = Identity(
            person=person, division_id=division.pk, name=new.name.strip(), sex=new.sex,
            born_on=new.born_on,
        )  # fmt: skip
        put_id_number(identity, found, at=at)
        put_phone(identity, found.phone)
        identity.save(force_insert=True)
    return person


def put_id_number(identity: Identity, found: Checked, *, at: datetime) -> None:
    """Seal an ID number, and take from it what it says."""
    number = found.id_number
    if number is None:
        return
    identity.id_number_sealed = crypto.seal(
        number.text, about=about("id_number", identity.person_id)
    )
    identity.id_number_digest = id_number_digest(number.text)
    identity.sex = Sex.FEMALE if number.is_female else Sex.MALE
    identity.born_on = number.born_on
    identity.verified_at = at if found.how else None
    identity.verified_how = found.how


def put_phone(identity: Identity, phone: str) -> None:
    """Seal a telephone number; an empty one is none."""
    sealed = crypto.seal(phone, about=about("phone", identity.person_id)) if phone else ""
    identity.phone_sealed = sealed
    identity.phone_digest = phone_digest(phone) if phone else None


def id_number_digest(text: str) -> bytes:
    return crypto.digest("id_number", text)


def phone_digest(phone: str) -> bytes:
    return crypto.digest("phone", phone)


_TAKEN: dict[str, tuple[str, Callable[[], str]]] = {
    "people_person_username": (
        "username_taken",
        lambda: _("This account name is already in use."),
    ),
    "one_identity_per_id_number": (
        "id_number_taken",
        lambda: _(
            "There is already an account with this ID number. Sign in with it; if you never"
            " made one, say so under “This account is not mine”."
        ),
    ),
    "one_identity_per_phone": (
        "phone_taken",
        lambda: _(
            "There is already an account with this mobile number. Sign in with it, or enter"
            " another number."
        ),
    ),
}


@contextmanager
def refusing_doubles() -> Iterator[None]:
    """Names, ID numbers and telephones are one account's each.

    The constraint decides, so that of two at once one is refused.
    """
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        for constraint, (code, sentence) in _TAKEN.items():
            if constraint in str(error):
                raise Refusal(code, sentence()) from None
        raise

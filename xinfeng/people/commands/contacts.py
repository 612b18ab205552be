"""Whom a service is for: kept sealed, opened for a reason, erased in time.

Upper rooms decide who may keep and open a contact; here it is sealed and written down.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinfeng.base import crypto, phone, scope
from xinfeng.base.refusal import Refusal
from xinfeng.journal import commands as journal
from xinfeng.people.models import Contact, ContactConsent, Person, about_contact

journal.declare(
    {
        "contact.opened": gettext_lazy("saw whom a service is for and how to reach them"),
        "contact.erased": gettext_lazy("erased whom services were for"),
    }
)
_PHONE = "contact phone"
_LAND_LINE = re.compile(r"0[1-9][0-9]{1,2}[2-8][0-9]{6,7}", re.ASCII)
# Erased so many at once, so that no transaction is long.
_BATCH = 500


@dataclass(frozen=True)
class NewContact:
    """As it was entered; the telephone may be left out where somebody else answers for it."""

    name: str
    phone: str = ""
    address: str = ""
    note: str = ""
    consent_how: ContactConsent = ContactConsent.PAGE


@dataclass(frozen=True)
class Opened:
    """A contact in full, for the one who asked and nobody else."""

    name: str
    phone: str
    address: str
    note: str


def phone_digest(number: str) -> bytes:
    """The keyed digest under which a number's contacts are found."""
    return crypto.digest(_PHONE, number)


def number_of(given: str) -> str:
    """A mobile number, or a land line with its area code, as it is kept; empty: none given."""
    if not given.strip():
        return ""
    if _LAND_LINE.fullmatch(phone.normal(given)):
        return phone.normal(given)
    try:
        return phone.parse(given)
    except phone.BadPhone as bad:
        raise Refusal("phone_wrong", str(bad)) from None


def keep_contact(
    new: NewContact, *, division_id: int, person_id: int | None, at: datetime
) -> Contact:
    """Seal and keep it; called inside the command that it belongs to."""
    with connection.cursor() as cursor:
        # What is sealed is bound to its row before the row exists.
        cursor.execute("SELECT nextval(pg_get_serial_sequence('people_contact', 'id'))")
        pk = cursor.fetchone()[0]
    return Contact.objects.create(
        pk=pk, division_id=division_id, person_id=person_id,
        consent_how=new.consent_how, consent_at=at, **_sealed(new, pk),
    )  # fmt: skip


def keep_contacts(news: Sequence[tuple[NewContact, int]], *, at: datetime) -> list[Contact]:
    """Many of people without an account, each with where; in the order given."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence('people_contact', 'id'))"
            " FROM generate_series(1, %s)",
            [len(news)],
        )
        ids = [row[0] for row in cursor.fetchall()]
    rows = [
        Contact(
            pk=pk, division_id=division_id, consent_how=new.consent_how, consent_at=at,
            **_sealed(new, pk),
        )
        for pk, (new, division_id) in zip(ids, news, strict=True)
    ]  # fmt: skip
    return Contact.objects.bulk_create(rows, batch_size=1000)


def rewrite_contact(
    contact_id: int, new: NewContact, *, division_id: int, person_id: int | None, at: datetime
) -> None:
    """As it is known now; called inside the command that it belongs to."""
    Contact.objects.filter(pk=contact_id).update(
        division_id=division_id, person_id=person_id,
        consent_how=new.consent_how, consent_at=at, **_sealed(new, contact_id),
    )  # fmt: skip


def keep_until(contact_id: int, erase_at: datetime) -> None:
    """What it was kept for has ended; called inside the command that ends it."""
    Contact.objects.filter(pk=contact_id, erased_at=None).update(erase_at=erase_at)


@scope.command
def open_contact(*, contact_id: int, actor: Person, at: datetime, why: str) -> Opened:
    """Show it in full, and write down to whom and why.

    Called by a command of an upper room, which has decided that this person may see it.
    """
    contact = Contact.objects.filter(pk=contact_id).first()
    if contact is None or contact.erased_at is not None:
        raise Refusal("contact_erased", _("This was erased, because it is no longer needed."))
    journal.record(
        "contact.opened", contact, actor=actor, at=at, where=contact.division_id, why=why
    )
    return Opened(contact.name(), contact.phone(), contact.address(), contact.note())


@scope.command
def erase_contacts(*, at: datetime) -> int:
    """Empty those that are no longer needed; what stood on them stays without them."""
    over = Contact.objects.filter(erased_at=None, erase_at__lte=at).order_by("erase_at")
    found = list(over.select_for_update(skip_locked=True)[:_BATCH])
    if found:
        _empty([contact.pk for contact in found], at)
        journal.record("contact.erased", found[0], actor=None, at=at, contacts=len(found))
    return len(found)


def forget_contacts_of(person: Person, at: datetime) -> int:
    """Erase those of somebody whose account ends; called inside the command that ends it."""
    own = Contact.objects.filter(person=person, erased_at=None).order_by("pk")
    found = list(own.select_for_update().values_list("pk", flat=True))
    _empty(found, at)
    return len(found)


def _empty(contact_ids: list[int], at: datetime) -> None:
    Contact.objects.filter(pk__in=contact_ids).update(
        name_sealed="", phone_sealed="", phone_digest=None, address_sealed="",
        note_sealed="", person=None, erased_at=at,
    )  # fmt: skip


def _sealed(new: NewContact, pk: int) -> dict[str, str | bytes | None]:
    if not new.name.strip():
        raise Refusal("contact_has_no_name", _("Say who is to be served."))
    number = number_of(new.phone)
    texts = {"name": new.name, "phone": number, "address": new.address, "note": new.note}
    sealed: dict[str, str | bytes | None] = {
        f"{field}_sealed": _seal(text.strip(), field, pk) for field, text in texts.items()
    }
    return sealed | {"phone_digest": phone_digest(number) if number else None}


def _seal(text: str, field: str, pk: int) -> str:
    return crypto.seal(text, about=about_contact(field, pk)) if text else ""

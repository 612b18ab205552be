"""What an office reads of the people of its area: found one by one, shown masked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from xinfeng.base import crypto, id_number, scope
from xinfeng.base.id_number import age_on
from xinfeng.base.phone import normal
from xinfeng.people.models import (
    Disclosure,
    DisclosureState,
    DisputeState,
    Guardianship,
    Identity,
    IdentityDispute,
    Person,
    Qualification,
)

Span = tuple[int, int]
MOST = 30


@dataclass(frozen=True)
class Found:
    """Somebody as an office sees them: numbers masked, unknown where unknown."""

    person: Person
    identity: Identity | None
    age: int | None

    @property
    def is_minor(self) -> bool | None:
        return None if self.age is None else self.age < 18


def found_by(words: str, spans: Sequence[Span], on: date) -> list[Found]:
    """By exact ID number or telephone, by account name, or by the beginning of a name."""
    words = words.strip()
    if not words or not spans:
        return []
    with scope.reading(person_id=None, spans=spans):
        rows = (
            Identity.objects.filter(scope.reached(spans), _named(words))
            .select_related("person__division")
            .order_by("name", "pk")[:MOST]
        )
        return [_found(identity, on) for identity in rows]


def office_person(person_id: int, spans: Sequence[Span], on: date) -> Found | None:
    """One person of the area; None for whoever is not there or not in it."""
    with scope.reading(person_id=None, spans=spans):
        person = (
            Person.objects.filter(scope.reached(spans), pk=person_id)
            .select_related("division", "merged_into")
            .first()
        )
        if person is None:
            return None
        identity = Identity.objects.filter(pk=person.pk).first()
    return Found(person, identity, age_on(identity.born_on, on) if identity else None)


def papers_of(person_id: int, spans: Sequence[Span]) -> list[Qualification]:
    with scope.reading(person_id=None, spans=spans):
        return list(Qualification.objects.filter(person=person_id).order_by("code"))


def cares_of(person_id: int, spans: Sequence[Span]) -> list[Guardianship]:
    with scope.reading(person_id=None, spans=spans):
        cares = Guardianship.objects.open().filter(ward=person_id)
        return list(cares.select_related("guardian").order_by("pk"))


def shown_to(actor: Person, person_id: int, spans: Sequence[Span]) -> Disclosure | None:
    """An approval that waits to be opened by this clerk."""
    with scope.reading(person_id=None, spans=spans):
        return (
            Disclosure.objects.filter(
                person=person_id, asked_by=actor,
                state__in=[DisclosureState.ASKED, DisclosureState.APPROVED],
            )
            .order_by("-pk")
            .first()
        )  # fmt: skip


@dataclass(frozen=True)
class Requests:
    """What waits for a decision in an area, the oldest first."""

    disputes: list[IdentityDispute]
    disclosures: list[Disclosure]
    papers: list[Qualification]
    names: dict[int, str]


def requests_within(spans: Sequence[Span]) -> Requests:
    with scope.reading(person_id=None, spans=spans):
        reach = scope.reached(spans)
        disputes = IdentityDispute.objects.filter(reach, state=DisputeState.OPEN)
        disclosures = Disclosure.objects.filter(reach, state=DisclosureState.ASKED)
        papers = Qualification.objects.filter(reach, checked_at=None)
        waiting = Requests(
            list(disputes.select_related("person", "other").order_by("asked_at", "pk")[:MOST]),
            list(disclosures.select_related("asked_by").order_by("asked_at", "pk")[:MOST]),
            list(papers.order_by("entered_at", "pk")[:MOST]),
            {},
        )
        about = {
            row.person_id
            for rows in (waiting.disputes, waiting.disclosures, waiting.papers)
            for row in rows
            if row.person_id
        }
        known = Identity.objects.filter(pk__in=about).order_by("pk")
        waiting.names.update({identity.pk: identity.masked_name for identity in known})
    return waiting


def _named(words: str) -> Q:
    number, phone = id_number.normal(words), normal(words)
    return (
        Q(id_number_digest=crypto.digest("id_number", number))
        | Q(phone_digest=crypto.digest("phone", phone))
        | Q(name__startswith=words)
        | Q(person__username=words.lower())
    )


def _found(identity: Identity, on: date) -> Found:
    return Found(identity.person, identity, age_on(identity.born_on, on))

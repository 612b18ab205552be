"""What a person may reach, read from grants; names as a list may show them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import connection

from xinfeng.base import codes, masking, scope, standing
from xinfeng.base.id_number import age_on
from xinfeng.base.standing import Standing
from xinfeng.people.models import (
    Consent,
    ConsentKind,
    Grant,
    GrantQuerySet,
    Identity,
    Person,
    Profile,
    Qualification,
)

# As many as a masked number shows.
LAST_DIGITS = 4


@standing.builder
def standing_of(person: AbstractBaseUser, on: date) -> Standing:
    """The person's valid grants; a grant on a place reaches that place only. One query."""
    grants = Grant.objects.filter(person_id=person.pk).valid_on(on).order_by("pk")
    rows = list(grants.values_list("role", "division_id", "place_id"))
    return Standing(
        person_id=person.pk,
        roles=tuple(
            (role, *codes.span(code, codes.level_of(code)))
            for role, code, _place in rows
            if code is not None
        ),
        places=frozenset(place for _role, _code, place in rows if place is not None),
    )


def grants_of(person: AbstractBaseUser, on: date) -> GrantQuerySet:
    """The person's grants valid on a day, with what they are over."""
    valid = Grant.objects.filter(person_id=person.pk).valid_on(on)
    return valid.select_related("division", "place__division").order_by("role", "pk")


def roles_of(person: AbstractBaseUser, on: date) -> frozenset[str]:
    """Every role held on a day, over whatever division or place."""
    valid = Grant.objects.filter(person_id=person.pk).valid_on(on).order_by("role", "pk")
    return frozenset(valid.values_list("role", flat=True))


def spans_of(person: AbstractBaseUser, on: date) -> list[tuple[int, int]]:
    """Ranges of division codes that grants reach; a place lends the division it lies in."""
    rows = grants_of(person, on).values_list("division_id", "place__division_id")
    return [
        codes.span(over, codes.level_of(over)) if over else (around, around + 1)
        for over, around in rows
    ]


def masked_names(person_ids: Iterable[int]) -> dict[int, str]:
    """Family names for a list whose reader was already found entitled to the list itself."""
    with scope.whole_city():
        found = Identity.objects.filter(pk__in=set(person_ids)).order_by("pk")
        return {identity.pk: identity.masked_name for identity in found}


@dataclass(frozen=True)
class Likely:
    """Somebody whose number ends as was typed, as a list at a door may show them."""

    person_id: int
    name: str
    phone: str


def with_last_digits(person_ids: Iterable[int], digits: str) -> list[Likely]:
    """Whose telephone number ends like this, among people the reader knows already.

    Never asked of a whole area: four digits would find a stranger in every village.
    """
    assert len(digits) >= LAST_DIGITS, "so few digits would list everybody"
    with scope.whole_city():
        known = Identity.objects.filter(pk__in=set(person_ids), phone_digest__isnull=False)
        phones = [(one, one.phone()) for one in known.order_by("pk")]
    return [
        Likely(one.pk, one.masked_name, masking.number(phone))
        for one, phone in phones
        if phone.endswith(digits)
    ]


def published_names(person_ids: Iterable[int]) -> dict[int, str]:
    """Whole names of those who agreed that their name is published; the others are not here."""
    with scope.whole_city():
        agreeing = Consent.objects.filter(
            person__in=set(person_ids), kind=ConsentKind.PUBLICATION, withdrawn_at=None
        )
        found = Identity.objects.filter(pk__in=agreeing.values("person_id")).order_by("pk")
        return dict(found.values_list("pk", "name"))


@dataclass(frozen=True)
class Me:
    """One's own page: who I am here, and which roles I hold where."""

    person: Person
    identity: Identity | None
    grants: list[Grant]


def me(person: Person, on: date) -> Me:
    with scope.reading(person_id=person.pk, spans=[]):
        identity = Identity.objects.filter(pk=person.pk).first()
    return Me(person, identity, list(grants_of(person, on)))


PAGE = 50


@dataclass(frozen=True)
class Held:
    """A page of roles held in an area, with the family names of who holds them."""

    grants: list[Grant]
    names: dict[int, str]
    after: int | None


def held_within(
    spans: Sequence[tuple[int, int]], *, words: str, after: int, today: date
) -> Held:
    """Roles over divisions and places within the spans, in the order they were given."""
    reach = scope.reached(spans) | scope.reached(spans, "place__division_id")
    found = Grant.objects.valid_on(today).filter(reach, pk__gt=after)
    if words:
        found = found.filter(person__username__startswith=words)
    page = list(found.select_related("person", "division", "place").order_by("pk")[: PAGE + 1])
    shown = page[:PAGE]
    names = masked_names(grant.person_id for grant in shown)
    return Held(shown, names, shown[-1].pk if len(page) > PAGE else None)


@dataclass(frozen=True)
class Abilities:
    """What a post may ask of somebody; an age of None is not known."""

    age: int | None
    skills: frozenset[str]
    qualifications: frozenset[str]


def abilities(person_id: int, on: date) -> Abilities:
    """Age, skills, and the qualifications an office has seen and that are valid on a day."""
    with scope.whole_city():
        skills = Profile.objects.filter(pk=person_id).values_list("skills", flat=True).first()
        held = Qualification.objects.filter(person_id=person_id).valid_on(on)
        codes_held = frozenset(held.values_list("code", flat=True))
        age = ages([person_id], on)[person_id]
    return Abilities(age, frozenset(skills or ()), codes_held)


def ages(person_ids: Iterable[int], on: date) -> dict[int, int | None]:
    """Whole years on a day, for each person asked for; None: not known."""
    asked = set(person_ids)
    with scope.whole_city():
        born = dict(
            Identity.objects.filter(pk__in=asked).order_by("pk").values_list("pk", "born_on")
        )
    return {person: age_on(born.get(person), on) for person in asked}


def secrets(person_ids: Iterable[int]) -> dict[int, bytes]:
    """The salts of people's commitments in the ledger; whoever is missing was erased."""
    # One array: as many parameters as a day has volunteers take a second to prepare.
    with scope.whole_city(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT person_id, secret FROM people_identity WHERE person_id = ANY(%s)",
            [list(set(person_ids))],
        )
        return {pk: bytes(secret) for pk, secret in cursor.fetchall()}


def agreed(person_id: int, kind: str) -> bool:
    """Does a consent of this kind stand?"""
    with scope.whole_city():
        standing = Consent.objects.filter(person=person_id, kind=kind, withdrawn_at=None)
        return standing.exists()

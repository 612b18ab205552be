"""What somebody reads of themselves and of those they answer for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from xinfeng.base import codes, crypto, scope
from xinfeng.base.codes import Level
from xinfeng.base.phone import BadPhone
from xinfeng.base.phone import parse as parse_phone
from xinfeng.base.policies import Policy
from xinfeng.people import policies, records
from xinfeng.people.models import (
    NEEDED,
    Consent,
    ConsentKind,
    DisputeKind,
    Guardianship,
    Identity,
    IdentityDispute,
    Notice,
    Person,
    Profile,
    Qualification,
)
from xinfeng.people.records import Row, Section
from xinfeng.places.models import Division

PAGE = 30
# Of longer sections the page shows the newest rows; the archive has all.
SHOWN = 50


def account_name(typed: str) -> str:
    """The account name for what somebody types to sign in: their telephone, or the name itself.

    A number that nobody has stays as it is typed: no account is called so.
    """
    try:
        digest = crypto.digest("phone", parse_phone(typed))
    except BadPhone:
        return typed
    with scope.whole_city():
        owner = Identity.objects.filter(phone_digest=digest).select_related("person").first()
    return owner.person.username if owner else typed


def divisions_below(code: int | None, today: date) -> list[Division]:
    """The next level down that has anything: of the whole city, or of one division."""
    above = Level.CITY if code is None else codes.level_of(code)
    valid = Division.objects.as_of(today)
    if code is not None:
        valid = valid.inside(*codes.span(code, above))
    below = valid.filter(level__gt=above).order_by("level", "code")
    nearest = below.values_list("level", flat=True).first()
    return list(below.filter(level=nearest)) if nearest is not None else []


def unread(person: Person) -> int:
    """How many messages wait."""
    with scope.reading(person_id=person.pk, spans=[]):
        return Notice.objects.filter(person=person).unread().count()


@dataclass(frozen=True)
class Inbox:
    """A page of messages, the newest first; `before` opens the next one."""

    notices: Sequence[Notice]
    wards: dict[int, str]
    before: int | None


def inbox(person: Person, before: int | None = None) -> Inbox:
    with scope.reading(person_id=person.pk, spans=[]):
        found = Notice.objects.filter(person=person).order_by("-told_at", "-pk")
        if before is not None and (last := found.filter(pk=before).first()):
            earlier = Q(told_at=last.told_at, pk__lt=last.pk) | Q(told_at__lt=last.told_at)
            found = found.filter(earlier)
        page = list(found[: PAGE + 1])
    shown = page[:PAGE]
    wards = names_of({notice.ward_id for notice in shown if notice.ward_id})
    return Inbox(shown, wards, shown[-1].pk if len(page) > PAGE else None)


@dataclass(frozen=True)
class OwnConsent:
    """One kind of consent as its page shows it: the text in force, and what was given."""

    kind: ConsentKind
    policy: Policy | None
    given: Consent | None
    given_policy: Policy | None

    @property
    def is_needed(self) -> bool:
        return self.kind in NEEDED

    @property
    def is_outdated(self) -> bool:
        """Given to an older text than the one in force."""
        return bool(self.given and self.policy and self.given.version != self.policy.code)


def consents_of(person_id: int, today: date) -> list[OwnConsent]:
    """Every kind of consent, and which of them stand; a child's only where it was given."""
    with scope.whole_city():
        standing = Consent.objects.filter(person=person_id, withdrawn_at=None).order_by("pk")
        given = {consent.kind: consent for consent in standing}
    told = []
    for kind in ConsentKind:
        if kind == ConsentKind.MINOR and kind not in given:
            continue
        consent = given.get(kind)
        policy = policies.current(kind, today)
        agreed_to = policies.by_code(consent.version) if consent else None
        told.append(OwnConsent(kind, policy, consent, agreed_to))
    return told


@dataclass(frozen=True)
class Care:
    """A guardianship as either side sees it, with the other's name."""

    guardianship: Guardianship
    name: str


def family_of(person: Person) -> tuple[list[Care], list[Care]]:
    """Whom this account answers for or is asked to, and who answers for this person."""
    with scope.reading(person_id=person.pk, spans=[]):
        cares = list(
            Guardianship.objects.open()
            .filter(Q(guardian=person) | Q(ward=person))
            .select_related("ward", "guardian")
            .order_by("state", "asked_at", "pk")
        )
    names = names_of(
        {c.ward_id for c in cares} | {c.guardian_id for c in cares if c.guardian_id}
    )
    mine = [Care(c, names.get(c.ward_id, "")) for c in cares if c.guardian_id == person.pk]
    of_me = [
        Care(c, names.get(c.guardian_id or 0, "")) for c in cares if c.ward_id == person.pk
    ]
    return mine, of_me


def names_of(person_ids: set[int]) -> dict[int, str]:
    """Names of people whom the reader answers for, or who answer for the reader."""
    with scope.whole_city():
        found = Identity.objects.filter(pk__in=person_ids).order_by("pk")
        return dict(found.values_list("pk", "name"))


def record_of(person_id: int) -> list[tuple[Section, list[Row], int]]:
    """Each section with its newest rows, and how many there are."""
    told = []
    for section in records.sections():
        rows = list(section.tell(person_id))
        told.append((section, rows[-SHOWN:], len(rows)))
    return told


def profile_of(person_id: int) -> tuple[Profile | None, list[Qualification]]:
    with scope.reading(person_id=person_id, spans=[]):
        papers = Qualification.objects.filter(person=person_id).order_by("code")
        return Profile.objects.filter(pk=person_id).first(), list(papers)


def requests_of(person_id: int) -> list[IdentityDispute]:
    """What this person has asked of the office, the newest first."""
    with scope.reading(person_id=person_id, spans=[]):
        own = IdentityDispute.objects.filter(person=person_id, kind=DisputeKind.WRONG)
        return list(own.order_by("-asked_at", "-pk")[:PAGE])

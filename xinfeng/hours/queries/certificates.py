"""Certificates: what can be certified, what one states, and the proof that goes with it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date
from typing import Any

from django.conf import settings
from django.db.models import Exists, OuterRef

from xinfeng.base import clock, note, pack, scope, tlog
from xinfeng.base.canonical import canonical
from xinfeng.base.standing import Standing
from xinfeng.base.verifier import ABOUT
from xinfeng.hours import commitments, sources
from xinfeng.hours.models import (
    Certificate,
    Counter,
    Credit,
    CreditQuerySet,
    Hold,
    Leaf,
    LeafKind,
    Source,
)
from xinfeng.hours.public_log import PublicLog
from xinfeng.people import queries as people
from xinfeng.people.models import Identity, Person
from xinfeng.people.permissions import UPPER_OFFICES

PAGE = 50


def issuing_unit() -> str:
    """Who issues certificates here."""
    city = pack.load(settings.CITY_PACK)
    return settings.CERTIFICATE_UNIT or f"{city.name}新时代文明实践中心"


def valid_credits(person_id: int) -> CreditQuerySet:
    """Time that counts towards certificates and stars: neither taken back nor under review."""
    taken_back = Credit.objects.filter(source_kind=Source.REVERSAL, source_id=OuterRef("pk"))
    held = Hold.objects.open().filter(credit_id=OuterRef("pk"))
    mine = Credit.objects.filter(person_id=person_id, minutes__gt=0)
    return mine.filter(~Exists(taken_back), ~Exists(held)).order_by("earned_on", "pk")


def printed(credits: Sequence[Credit], unit: str) -> dict[str, Any]:
    """What a certificate prints of its credits, as things are called now; latest first."""
    said = sources.describe(credits)
    lines = []
    for credit in reversed(credits):
        words = said.get(credit.pk)
        title = words.title if words else str(credit.get_source_kind_display())
        organiser = words.organiser if words else ""
        lines.append(
            [credit.earned_on.isoformat(), title, organiser, credit.minutes, credit.counter]
        )
    return {"unit": unit, "lines": lines}


def stated(made: Certificate, *, name: str, city: int) -> dict[str, Any]:
    """The record of a certificate: everything it says, name included. Its form is public."""
    return {
        "kind": "certificate",
        "version": 1,
        "city": city,
        "code": made.code,
        "person": made.person_id,
        "name": name,
        "from": made.first_on.isoformat(),
        "until": made.last_on.isoformat(),
        "issued_at": made.issued_at.astimezone(UTC).isoformat(),
        "service_minutes": made.service_minutes,
        "training_minutes": made.training_minutes,
        "credits": list(made.credit_ids),
        "unit": made.body["unit"],
        "lines": made.body["lines"],
    }


def full_name(person_id: int) -> str | None:
    """The name to print; None when the person was erased."""
    with scope.whole_city():
        names = (
            Identity.objects.filter(pk=person_id).order_by("pk").values_list("name", flat=True)
        )
        return names.first()


@dataclass(frozen=True)
class Bundle:
    """The proof as it is attached, and where in the log the certificate stands."""

    content: bytes
    line: int
    size: int


def bundle(made: Certificate, name: str, log: PublicLog) -> Bundle | None:
    """The certificate's proof under the newest signed head; None while it waits for it."""
    with scope.whole_city():
        credits = list(
            Credit.objects.filter(pk__in=made.credit_ids)
            .order_by("earned_on", "pk")
            .values_list(*commitments.CREDIT_COLUMNS)
        )
        places = dict(
            Leaf.objects.filter(kind=LeafKind.CREDIT, record_id__in=made.credit_ids)
            .order_by("pk")
            .values_list("record_id", "index")
        )
        own = Leaf.objects.filter(kind=LeafKind.CERTIFICATE, record_id=made.pk).first()
    head, secret = log.head(), people.secrets([made.person_id]).get(made.person_id)
    if head is None or own is None or secret is None or len(places) < len(credits):
        return None
    if max(own.index, *places.values()) >= head.size:
        return None
    tree = log.files.tree(head.size)
    record = commitments.credit_record(log.city)

    def salt(kind: LeafKind, number: int) -> str:
        return note.encoded(commitments.salt(secret, kind, number))

    content = {
        "about": ABOUT,
        "certificate": {
            "id": made.pk,
            "index": own.index,
            "salt": salt(LeafKind.CERTIFICATE, made.pk),
            "record": stated(made, name=name, city=log.city),
        },
        "credits": [
            {
                "index": places[row[0]],
                "salt": salt(LeafKind.CREDIT, row[0]),
                "record": record(row),
            }
            for row in credits
        ],
        "hashes": [note.encoded(h) for h in tree.shared([own.index, *places.values()])],
        "key": str(log.key.public),
        "proof": tlog.Proof(
            own.index, tuple(tree.inclusion(own.index)), log.published() or ""
        ).text(),
    }
    return Bundle(canonical(content), own.index, head.size)


@dataclass(frozen=True)
class Mine:
    """One's own certificates, and what a new one over everything would state."""

    certificates: list[Certificate]
    service_minutes: int
    training_minutes: int
    first_on: date | None
    last_on: date | None


def my_certificates(person: Person) -> Mine:
    with scope.reading(person_id=person.pk, spans=[]):
        made = list(
            Certificate.objects.filter(person=person).order_by("-issued_at", "-pk")[:PAGE]
        )
        rows = list(valid_credits(person.pk).values_list("minutes", "counter", "earned_on"))
    return Mine(
        made,
        sum(minutes for minutes, counter, _on in rows if counter == Counter.SERVICE),
        sum(minutes for minutes, counter, _on in rows if counter == Counter.TRAINING),
        rows[0][2] if rows else None,
        rows[-1][2] if rows else None,
    )


def own_certificate(person: Person, code: str) -> Certificate | None:
    with scope.reading(person_id=person.pk, spans=[]):
        return Certificate.objects.filter(code=code, person=person).first()


@dataclass(frozen=True)
class Checked:
    """What anybody who has the code may learn: as little as answers the question."""

    name: str
    unit: str
    first_on: date
    last_on: date
    service_minutes: int
    training_minutes: int
    issued_on: date
    is_revoked: bool
    reason: str
    line: int | None
    taken_back: int


def check(code: str, log: PublicLog) -> Checked | None:
    """None for a code that nobody was given and for one whose holder shows it to nobody."""
    with scope.whole_city():
        made = Certificate.objects.filter(code=code, is_public=True).first()
        if made is None:
            return None
        taken_back = Credit.objects.reversals(made.credit_ids).count()
        own = Leaf.objects.filter(kind=LeafKind.CERTIFICATE, record_id=made.pk).first()
    head = log.head()
    sealed = own is not None and head is not None and own.index < head.size
    return Checked(
        name=people.masked_names([made.person_id]).get(made.person_id, "*"),
        unit=made.body["unit"],
        first_on=made.first_on,
        last_on=made.last_on,
        service_minutes=made.service_minutes,
        training_minutes=made.training_minutes,
        issued_on=clock.local_date(made.issued_at),
        is_revoked=made.revoked_at is not None,
        reason=str(made.get_reason_display()) if made.reason else "",
        line=own.index if sealed and own is not None else None,
        taken_back=taken_back,
    )


def for_office(standing: Standing, code: str) -> Certificate | None:
    """A certificate by its code, for the offices where its holder lived."""
    with scope.reading(person_id=None, spans=standing.spans(UPPER_OFFICES)):
        return Certificate.objects.filter(code=code).first()

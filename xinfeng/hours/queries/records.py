"""The records that leaves of the log commit to, read from their rows."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from django.db import connection

from xinfeng.hours import commitments
from xinfeng.hours.models import Certificate, CertificateState, LeafKind

# The record's number, whose it is, and the record.
Found = Iterator[tuple[int, int, dict[str, Any]]]


def credits(city: int, ids: Sequence[int]) -> Found:
    write = commitments.credit_record(city)
    with connection.cursor() as cursor:
        cursor.execute(_CREDITS, [list(ids)])
        for row in cursor.fetchall():
            yield row[0], row[1], write(row)


def certificates(city: int, ids: Sequence[int]) -> Found:
    for made in Certificate.objects.filter(pk__in=ids).order_by("pk"):
        record = commitments.certificate_record(city, made.pk, bytes(made.digest))
        yield made.pk, made.person_id, record


def revocations(city: int, ids: Sequence[int]) -> Found:
    revoked = Certificate.objects.filter(pk__in=ids, state=CertificateState.REVOKED)
    for made in revoked.order_by("pk"):
        assert made.revoked_at is not None
        record = commitments.revocation_record(city, made.pk, made.revoked_at, made.reason)
        yield made.pk, made.person_id, record


RECORDS: Mapping[int, Callable[[int, Sequence[int]], Found]] = {
    LeafKind.CREDIT: credits,
    LeafKind.CERTIFICATE: certificates,
    LeafKind.REVOCATION: revocations,
}

# The columns are those of `commitments.CREDIT_COLUMNS`.
_CREDITS = """
    SELECT id, person_id, minutes, earned_on, starts_at, ends_at, division_id, source_kind,
           source_id, counter, grade, recorded_by_id, confirmed_by_id, recorded_at
    FROM hours_credit WHERE id = ANY(%s) ORDER BY id
"""

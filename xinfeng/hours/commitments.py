"""What the public log holds of a record: a commitment that only its salt can open.

The salt of one record is made from its person's secret, so disclosing it opens this record
and no other; when the secret is destroyed, the commitment stays and can never be opened.
The forms written here are public and lasting: a change makes a new version beside the old.
"""

import hmac
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import Any

from xinfeng.base.canonical import canonical

from .models import LeafKind

Record = Mapping[str, Any]
SALT_BYTES = 32
NAMES = {
    LeafKind.CREDIT: "credit",
    LeafKind.CERTIFICATE: "certificate",
    LeafKind.REVOCATION: "revocation",
}
# What is read of a credit, in the order of `credit_record`.
CREDIT_COLUMNS = (
    "id", "person_id", "minutes", "earned_on", "starts_at", "ends_at", "division_id",
    "source_kind", "source_id", "counter", "grade", "recorded_by_id", "confirmed_by_id",
    "recorded_at",
)  # fmt: skip


def salt(secret: bytes, kind: LeafKind, record_id: int) -> bytes:
    return hmac.digest(secret, b"%s:%d" % (NAMES[kind].encode(), record_id), sha256)


def commitment(salt: bytes, record: Record) -> bytes:
    """The data of a leaf."""
    return hmac.digest(salt, canonical(record), sha256)


def digest(record: Record) -> bytes:
    return sha256(canonical(record)).digest()


def credit_record(city: int) -> Callable[[tuple[Any, ...]], dict[str, Any]]:
    """How credits of a city are written down, from a row of `CREDIT_COLUMNS`."""

    def record(row: tuple[Any, ...]) -> dict[str, Any]:
        return {
            "kind": "credit",
            "version": 1,
            "city": city,
            "id": row[0],
            "person": row[1],
            "minutes": row[2],
            "day": _day(row[3]),
            "from": _moment(row[4]),
            "until": _moment(row[5]),
            "division": row[6],
            "source": row[7],
            "fact": row[8],
            "counter": row[9],
            "grade": row[10],
            "recorded_by": row[11],
            "confirmed_by": row[12],
            "recorded_at": _moment(row[13]),
        }

    return record


def _day(day: date) -> str:
    return day.isoformat()


def _moment(at: datetime | None) -> str | None:
    return None if at is None else at.astimezone(UTC).isoformat()


def certificate_record(city: int, certificate_id: int, digest: bytes) -> dict[str, Any]:
    """A certificate's leaf holds the digest of what it states, so that no name is needed."""
    return {
        "kind": "certificate",
        "version": 1,
        "city": city,
        "id": certificate_id,
        "sha256": digest.hex(),
    }


def revocation_record(
    city: int, certificate_id: int, at: datetime, reason: str
) -> dict[str, Any]:
    return {
        "kind": "revocation",
        "version": 1,
        "city": city,
        "certificate": certificate_id,
        "at": _moment(at),
        "reason": reason,
    }

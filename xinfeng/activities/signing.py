"""What a device signs, and whether it did: ECDSA over P-256, as browsers make it."""

import base64
import binascii
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from django.utils.translation import gettext as _

from xinfeng.base.refusal import Refusal

from .attending import NOWHERE, Spot
from .evidence import BANDS_M
from .models import Means, Phase

POINT_BYTES, SIGNATURE_BYTES = 65, 64
MOST_BYTES = 2000
# What reading something else than our envelope comes to.
_NONSENSE = (
    AttributeError, KeyError, OSError, OverflowError, RecursionError, TypeError, ValueError,
)  # fmt: skip
_ALGORITHM = ec.ECDSA(hashes.SHA256())
_OF_DEVICES = {means.value for means in (Means.ROTATING, Means.SIX_DIGITS, Means.FENCE)} | {
    Means.ROLL_CALL.value
}


class Malformed(Refusal):
    """Not what a device of ours sends: a mistake in a program, not of a person."""

    status = 400


@dataclass(frozen=True, slots=True)
class Said:
    """What was signed: about whom, with what, when by the device's own clock."""

    client_id: UUID
    counter: int
    # None: whoever the code's activity expects, or who walks in.
    signup_id: int | None
    phase: str
    means: str
    code: str
    said_at: datetime
    spot: Spot


@dataclass(frozen=True, slots=True)
class Message:
    """A signed text, who signed it, and when it was sent; nothing is proven yet."""

    key: str
    signature: bytes
    text: str
    sent_at: datetime
    said: Said


def is_key(point: bytes) -> bool:
    """Is this a point of the curve, so that something can be signed by it?"""
    try:
        _loaded(point)
    except ValueError:
        return False
    return len(point) == POINT_BYTES


def is_signed(message: Message, point: bytes | memoryview) -> bool:
    r, s = message.signature[:32], message.signature[32:]
    signature = encode_dss_signature(int.from_bytes(r, "big"), int.from_bytes(s, "big"))
    try:
        _loaded(bytes(point)).verify(signature, message.text.encode(), _ALGORITHM)
    except InvalidSignature:
        return False
    return True


def read(body: bytes) -> Message:
    """The envelope `{key, signature, sent_at, said}`; `said` is the very text signed."""
    if len(body) > MOST_BYTES:
        raise _malformed()
    try:
        envelope = json.loads(body)
        text = envelope["said"]
        message = Message(
            key=_text(envelope["key"]),
            signature=_bytes(envelope["signature"]),
            text=_text(text),
            sent_at=_moment(envelope["sent_at"]),
            said=_said(json.loads(text)),
        )
    except _NONSENSE:
        raise _malformed() from None
    if len(message.signature) != SIGNATURE_BYTES:
        raise _malformed()
    return message


def _said(given: dict[str, Any]) -> Said:
    signup_id = given.get("signup")
    phase, means = given["phase"], given["means"]
    if phase not in Phase.values or means not in _OF_DEVICES:
        raise ValueError(phase, means)
    return Said(
        client_id=UUID(given["id"]),
        counter=_number(given["counter"]),
        signup_id=None if signup_id is None else _number(signup_id),
        phase=phase,
        means=means,
        code=_text(given.get("code", "")),
        said_at=_moment(given["said_at"]),
        spot=_spot(given["spot"]) if given.get("spot") else NOWHERE,
    )


def _spot(given: dict[str, Any]) -> Spot:
    inside, distance, accuracy = (given.get(k) for k in ("inside", "distance", "accuracy"))
    if not isinstance(inside, bool) or any(
        not (band is None or band in BANDS_M) for band in (distance, accuracy)
    ):
        raise ValueError(given)
    return Spot(inside, distance, accuracy)


def _number(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 2**63:
        raise ValueError(value)
    return value


def _text(value: Any) -> str:
    # PostgreSQL keeps no zero characters.
    if not isinstance(value, str) or "\0" in value:
        raise ValueError(value)
    return value


def _moment(milliseconds: Any) -> datetime:
    return datetime.fromtimestamp(_number(milliseconds) / 1000, UTC)


def _bytes(text: Any) -> bytes:
    try:
        return base64.urlsafe_b64decode(_text(text) + "=" * (-len(text) % 4))
    except binascii.Error as error:
        raise ValueError(text) from error


def _malformed() -> Malformed:
    return Malformed("malformed", _("This is not a check-in as devices send it."))


@lru_cache(maxsize=4096)
def _loaded(point: bytes) -> ec.EllipticCurvePublicKey:
    return ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)

"""Signed notes: a text and who signed it, as c2sp.org/signed-note defines them.

Keys are written as the Go checksum database writes them: `name+id+base64` for the public
half, `PRIVATE+KEY+name+id+base64` for the secret one. Ed25519 only; a witness signs with the
time it looked (c2sp.org/tlog-cosignature).
"""

import base64
import binascii
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)

ED25519, COSIGNATURE = 1, 4
KEY_BYTES, SIGNATURE_BYTES, ID_BYTES, TIME_BYTES = 32, 64, 4, 8
MOST_SIGNATURES = 100
_SEPARATOR = "\n\n"
_LINE = "— "
_PRIVATE = "PRIVATE+KEY+"
_KEY = re.compile(r"([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+=*)", re.ASCII)
_NAME = re.compile(r"[^\s+]+")


class BadNote(ValueError):
    """Not a signed note, or not signed by whom it should be."""


@dataclass(frozen=True)
class PublicKey:
    """Whose signature is looked for: a name and a key together."""

    name: str
    public: bytes
    kind: int = ED25519

    @property
    def id(self) -> bytes:
        about = self.name.encode() + b"\n" + bytes([self.kind]) + self.public
        return sha256(about).digest()[:ID_BYTES]

    def __str__(self) -> str:
        return f"{self.name}+{self.id.hex()}+{encoded(bytes([self.kind]) + self.public)}"

    def verify(self, text: bytes, signature: bytes) -> None:
        """BadNote unless this key signed the text."""
        message = text
        if self.kind == COSIGNATURE:
            stamp, signature = signature[:TIME_BYTES], signature[TIME_BYTES:]
            message = _cosigned(text, int.from_bytes(stamp, "big"))
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, message)
        except InvalidSignature:
            raise BadNote(f"the signature of {self.name} is wrong") from None


@dataclass(frozen=True)
class SecretKey:
    """A key that signs; `str` is never its secret."""

    name: str
    seed: bytes
    kind: int = ED25519

    @property
    def public(self) -> PublicKey:
        key = Ed25519PrivateKey.from_private_bytes(self.seed)
        return PublicKey(self.name, key.public_key().public_bytes_raw(), self.kind)

    def secret_text(self) -> str:
        """What the key file holds."""
        body = encoded(bytes([self.kind]) + self.seed)
        return f"{_PRIVATE}{self.name}+{self.public.id.hex()}+{body}"

    def signature(self, message: bytes) -> bytes:
        return Ed25519PrivateKey.from_private_bytes(self.seed).sign(message)

    def line(self, text: str, at: int = 0) -> str:
        """The signature line under a text; a witness adds the time in seconds."""
        message, stamp = text.encode(), b""
        if self.kind == COSIGNATURE:
            message, stamp = _cosigned(message, at), at.to_bytes(TIME_BYTES, "big")
        body = self.public.id + stamp + self.signature(message)
        return f"{_LINE}{self.name} {encoded(body)}\n"

    def __repr__(self) -> str:
        return f"SecretKey({self.name!r})"


def public_key(text: str) -> PublicKey:
    name, key_id, kind, body = _key_parts(text)
    key = PublicKey(name, body, kind)
    _require(key.id == key_id, "the key does not belong to its id")
    return key


def secret_key(text: str) -> SecretKey:
    _require(text.startswith(_PRIVATE), "not a secret key")
    name, key_id, kind, body = _key_parts(text.removeprefix(_PRIVATE))
    key = SecretKey(name, body, kind)
    _require(key.public.id == key_id, "the key does not belong to its id")
    return key


def check_name(name: str) -> str:
    """A name that may stand in a key: no blanks, no plus sign."""
    _require(bool(_NAME.fullmatch(name)) and _is_plain(name), "not a name for a key")
    return name


def sign(text: str, keys: Iterable[SecretKey]) -> str:
    """The note: the text and a line for each key."""
    _require(
        text.endswith("\n") and _is_plain(text), "a note is plain text ending in a newline"
    )
    return text + "\n" + "".join(key.line(text) for key in keys)


@dataclass(frozen=True)
class Opened:
    """A note's text, and which of the known keys signed it."""

    text: str
    signers: tuple[PublicKey, ...]


def open_note(note: str, keys: Sequence[PublicKey]) -> Opened:
    """The text, if at least one known key signed it and none of them signed it wrongly."""
    text, signatures = parts(note)
    signers = []
    for name, body in signatures:
        for key in keys:
            if (key.name, key.id) == (name, body[:ID_BYTES]) and key not in signers:
                key.verify(text.encode(), body[ID_BYTES:])
                signers.append(key)
    _require(bool(signers), "nobody known signed this note")
    return Opened(text, tuple(signers))


def parts(note: str) -> tuple[str, list[tuple[str, bytes]]]:
    """The text and the signatures, none of them checked."""
    _require(_is_plain(note) and note.endswith("\n"), "a note is plain text")
    text, blank, tail = note.rpartition(_SEPARATOR)
    _require(bool(blank) and bool(tail), "a note ends in signatures")
    lines = tail.removesuffix("\n").split("\n")
    _require(len(lines) <= MOST_SIGNATURES, "too many signatures")
    return text + "\n", [_signature(line) for line in lines]


def decoded(text: str) -> bytes:
    """Standard base64, written in the one way it can be written."""
    try:
        body = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise BadNote("not base64") from None
    _require(encoded(body) == text, "base64 with stray bits")
    return body


def encoded(body: bytes) -> str:
    return base64.b64encode(body).decode()


def _signature(line: str) -> tuple[str, bytes]:
    _require(line.startswith(_LINE), "not a signature line")
    name, blank, body = line.removeprefix(_LINE).partition(" ")
    _require(bool(blank) and bool(_NAME.fullmatch(name)), "not a signature line")
    signature = decoded(body)
    _require(len(signature) > ID_BYTES, "a signature is missing")
    return name, signature


def _key_parts(text: str) -> tuple[str, bytes, int, bytes]:
    found = _KEY.fullmatch(text)
    if found is None:
        raise BadNote("not a key")
    body = decoded(found[3])
    _require(len(body) == 1 + KEY_BYTES, "a key of another length")
    _require(body[0] in {ED25519, COSIGNATURE}, "a key of another kind")
    return found[1], bytes.fromhex(found[2]), body[0], body[1:]


def _cosigned(text: bytes, at: int) -> bytes:
    return b"cosignature/v1\ntime %d\n" % at + text


def _is_plain(text: str) -> bool:
    """No control characters other than the newline."""
    return all(sign >= " " or sign == "\n" for sign in text)


def _require(holds: bool, otherwise: str) -> None:
    if not holds:
        raise BadNote(otherwise)

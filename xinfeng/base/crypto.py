"""Sealing personal data, looking it up blindly, and deriving keys; the keys lie in no database.

A sealed text reads `1.algorithm.key id.body`; whom it is about is bound to it, so that two
cannot change places. Profile `intl`: AES-256-GCM and SHA-256; `gm`: SM4-GCM and SM3.
"""

import base64
import hmac
import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.hmac import HMAC

from . import keys

NONCE, TAG = 12, 16
_FORM = "1"
_BLOCKS: dict[str, Callable[[bytes], algorithms.AES | algorithms.SM4]] = {
    "aes256gcm": algorithms.AES,
    "sm4gcm": algorithms.SM4,
}


class Unsealable(Exception):
    """A sealed text that was changed, is about somebody else, or whose key is gone."""


def seal(text: str, *, about: str = "") -> str:
    """Encrypt with the current key; only `unseal` with the same `about` reads it again."""
    return seal_all([(text, about)])[0]


def seal_all(texts: Iterable[tuple[str, str]]) -> list[str]:
    """Many texts, each with what it is about; the ring of keys is read once."""
    ring = keys.ring()
    key = ring.key(ring.current)
    assert key is not None
    header = f"{_FORM}.{key.algorithm}.{key.id}"
    return [
        f"{header}.{_body(key.algorithm, key.secret, text, _bound(header, about))}"
        for text, about in texts
    ]


def _body(algorithm: str, secret: bytes, text: str, bound: bytes) -> str:
    nonce = os.urandom(NONCE)
    body = nonce + encrypt(algorithm, secret, nonce, text.encode(), bound)
    return base64.urlsafe_b64encode(body).decode().rstrip("=")


def unseal(sealed: str, *, about: str = "") -> str:
    """The text again, whichever key of the ring sealed it."""
    parts = _parts(sealed)
    key = keys.ring().key(parts.key_id)
    if key is None or key.algorithm != parts.algorithm:
        raise Unsealable(f"the key {parts.key_id} ({parts.algorithm}) is not in the ring")
    nonce, body = parts.body[:NONCE], parts.body[NONCE:]
    try:
        plain = decrypt(key.algorithm, key.secret, nonce, body, _bound(parts.header, about))
    except (InvalidTag, ValueError):
        raise Unsealable(f"not sealed so with the key {key.id}, or not about this") from None
    return plain.decode()


def key_of(sealed: str) -> str:
    """The id of the key that sealed this."""
    return _parts(sealed).key_id


def digest(kind: str, text: str) -> bytes:
    """A keyed blind index: equal texts of one kind are found again, and nothing else is told.

    It stays the same when the sealing key changes.
    """
    return derive("index", kind, text)


def digest_all(kind: str, texts: Iterable[str]) -> list[bytes]:
    """As `digest`, of many; the ring of keys is read once."""
    root = keys.ring().root
    return [_derived(root, "index", kind, text) for text in texts]


def derive(purpose: str, *parts: str) -> bytes:
    """A 32-byte key for one purpose, the same for as long as the ring lives."""
    return _derived(keys.ring().root, purpose, *parts)


def _derived(root: keys.Key, *parts: str) -> bytes:
    # Each part with its length: ("a", "bc") and ("ab", "c") must differ.
    message = b"".join(
        len(part).to_bytes(4, "big") + part for part in (p.encode() for p in parts)
    )
    return keyed_hash(root.algorithm, root.secret, message)


def keyed_hash(algorithm: str, key: bytes, message: bytes) -> bytes:
    """HMAC over SHA-256 or SM3; 32 bytes each."""
    if algorithm == "hmac-sha256":
        return hmac.digest(key, message, sha256)
    assert algorithm == "hmac-sm3", algorithm
    made = HMAC(key, hashes.SM3())
    made.update(message)
    return made.finalize()


def encrypt(algorithm: str, key: bytes, nonce: bytes, plain: bytes, bound: bytes) -> bytes:
    """The encrypted text followed by its 16-byte tag."""
    made = Cipher(_BLOCKS[algorithm](key), modes.GCM(nonce)).encryptor()
    made.authenticate_additional_data(bound)
    return made.update(plain) + made.finalize() + made.tag


def decrypt(algorithm: str, key: bytes, nonce: bytes, body: bytes, bound: bytes) -> bytes:
    mode = modes.GCM(nonce, body[-TAG:])
    read = Cipher(_BLOCKS[algorithm](key), mode).decryptor()
    read.authenticate_additional_data(bound)
    return read.update(body[:-TAG]) + read.finalize()


@dataclass(frozen=True)
class _Parts:
    header: str
    algorithm: str
    key_id: str
    body: bytes


def _parts(sealed: str) -> _Parts:
    header, _dot, text = sealed.rpartition(".")
    try:
        form, algorithm, key_id = header.split(".")
        body = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except ValueError:
        raise Unsealable("not a sealed text") from None
    if form != _FORM or len(body) < NONCE + TAG:
        raise Unsealable("not a sealed text of a form known here")
    return _Parts(header, algorithm, key_id, body)


def _bound(header: str, about: str) -> bytes:
    return f"{header}|{about}".encode()

"""The ring of keys: a file beside the database, never in it: a dump alone tells nothing.

Several keys may seal and one is current; the root key, for blind indexes and derived keys,
stays the same for good. Losing the file is losing what it sealed: see docs/operators/keys.md.
"""

import base64
import json
import os
import secrets
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings


class KeyProblem(RuntimeError):
    """The ring cannot be used as it is: what is wrong and how to mend it."""


@dataclass(frozen=True)
class Profile:
    """Which algorithms a city uses, and how long their keys are."""

    seals: str
    hashes: str
    bytes: int


PROFILES = {
    "intl": Profile("aes256gcm", "hmac-sha256", 32),
    "gm": Profile("sm4gcm", "hmac-sm3", 16),
}


@dataclass(frozen=True)
class Key:
    """One secret with the algorithm it is for; its text form is never printed."""

    id: str
    algorithm: str
    secret: bytes

    def __repr__(self) -> str:
        return f"Key({self.id}, {self.algorithm})"


@dataclass(frozen=True)
class Ring:
    """All keys that can still read, the current one, and the root."""

    current: str
    keys: tuple[Key, ...]
    root: Key

    def key(self, key_id: str) -> Key | None:
        return next((key for key in self.keys if key.id == key_id), None)


def ring() -> Ring:
    """From the environment, or from the file, which is made at first need."""
    if settings.KEY_RING_TEXT:
        return _read(settings.KEY_RING_TEXT)
    file = Path(settings.KEY_RING_FILE)
    if not file.exists():
        _keep_first(file, _new_ring(settings.CRYPTO_PROFILE))
    # A server that runs while another process adds a key reads the file again.
    return _read_file(file, file.stat().st_mtime_ns)


def add_key(profile: str) -> Key:
    """Put a new key on the ring and make it the current one; the others still read."""
    if settings.KEY_RING_TEXT:
        raise KeyProblem(
            "The keys come from XINFENG_KEY_RING, which the program cannot change. Add a key"
            " there yourself, name it as current, and start the program again."
        )
    here = ring()
    key = _new_key(len(here.keys) + 1, profile)
    _replace(
        Path(settings.KEY_RING_FILE), replace(here, current=key.id, keys=(*here.keys, key))
    )
    return key


def drop_key(key_id: str) -> None:
    """Take an old key off the ring; whoever asks has made sure that nothing needs it."""
    here = ring()
    if key_id == here.current:
        raise KeyProblem(f"The key {key_id} is the current one; rotate first.")
    left = tuple(key for key in here.keys if key.id != key_id)
    _replace(Path(settings.KEY_RING_FILE), replace(here, keys=left))


def _new_ring(profile: str) -> Ring:
    key = _new_key(1, profile)
    root = Key("root", PROFILES[profile].hashes, secrets.token_bytes(32))
    return Ring(key.id, (key,), root)


def _new_key(number: int, profile: str) -> Key:
    kind = PROFILES[profile]
    # Two machines that each make their n-th key must not call them the same.
    name = f"k{number}-{secrets.token_hex(2)}"
    return Key(name, kind.seals, secrets.token_bytes(kind.bytes))


def written(given: Ring) -> str:
    """The ring as text, for the file or the environment."""

    def plain(key: Key) -> dict[str, str]:
        secret = base64.b64encode(key.secret).decode()
        return {"id": key.id, "algorithm": key.algorithm, "secret": secret}

    text = {"current": given.current, "keys": [plain(key) for key in given.keys]}
    return json.dumps({**text, "root": plain(given.root)}, indent=1)


@cache
def _read(text: str) -> Ring:
    try:
        found: dict[str, Any] = json.loads(text)
        read = Ring(found["current"], tuple(map(_key, found["keys"])), _key(found["root"]))
    except (KeyError, TypeError, ValueError) as problem:
        raise KeyProblem(f"The ring of keys cannot be read ({problem!r}).") from None
    if read.key(read.current) is None:
        raise KeyProblem(f"The ring names {read.current} as current but has no such key.")
    return read


def _key(given: dict[str, str]) -> Key:
    return Key(given["id"], given["algorithm"], base64.b64decode(given["secret"]))


@cache
def _read_file(file: Path, _changed_at: int) -> Ring:
    if file.stat().st_mode & 0o077:
        raise KeyProblem(f"Others can read {file}: run `chmod 600 {file}`.")
    return _read(file.read_text())


def _keep_first(file: Path, made: Ring) -> None:
    """The first one there stays: what another process sealed meanwhile must be readable."""
    temporary = _written_beside(file, made)
    with suppress(FileExistsError):
        os.link(temporary, file)
    temporary.unlink()


def _replace(file: Path, made: Ring) -> None:
    _written_beside(file, made).replace(file)


def _written_beside(file: Path, made: Ring) -> Path:
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    temporary = file.with_suffix(f".{os.getpid()}-{secrets.token_hex(3)}")
    with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as to:
        to.write(written(made))
        to.flush()
        os.fsync(to.fileno())
    return temporary

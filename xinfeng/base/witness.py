"""A witness of a log: sees that each new head contains the last one, and signs that it does.

Run by somebody else than who keeps the log, on their own machine, with their own key; needs
the log's address and public key, and a folder to remember the last head in. `xinfeng witness`
runs it; docs/operators/public-log.md says how.
"""

import os
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from xinfeng.base import merkle, note, tlog
from xinfeng.base.note import PublicKey, SecretKey
from xinfeng.base.tiles import Fetch, Tree
from xinfeng.base.tlog import Head

SECONDS = 30
_LAST, _KEY = "last-checkpoint", "witness.key"


class Denied(Exception):
    """The log shows a head that does not contain an earlier one: keep both, and say so."""


@dataclass(frozen=True)
class Seen:
    """The head that was looked at, and the note with the witness's own line under it."""

    head: Head
    cosigned: str


def watch(*, fetch: Fetch, log: PublicKey, folder: Path, key: SecretKey, at: int) -> Seen:
    """Look once: Denied, or the cosigned head, which is also kept in the folder."""
    shown = fetch("checkpoint")
    if shown is None:
        raise note.BadNote("the log shows no head")
    checkpoint = shown.decode()
    head = tlog.open_checkpoint(checkpoint, [log])
    kept = folder / _LAST
    if kept.exists():
        _compare(tlog.open_checkpoint(kept.read_text(), [log]), head, fetch)
    text, _signatures = note.parts(checkpoint)
    cosigned = checkpoint + key.line(text, at)
    _write(kept, cosigned)
    return Seen(head, cosigned)


def _compare(before: Head, head: Head, fetch: Fetch) -> None:
    if head.size < before.size:
        raise Denied(f"the log had {before.size} lines and now shows {head.size}")
    try:
        merkle.check_consistency(
            old=before.size,
            new=head.size,
            proof=Tree(head.size, fetch).consistency(before.size),
            old_root=before.root,
            new_root=head.root,
        )
    except merkle.BadProof as problem:
        raise Denied(
            f"{head.size} lines do not begin with the {before.size} seen: {problem}"
        ) from None


def own_key(folder: Path, name: str, chance: Callable[[int], bytes] = os.urandom) -> SecretKey:
    """The witness's key, made at first use and kept where only its owner reads it."""
    file = folder / _KEY
    if not file.exists():
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        made = SecretKey(note.check_name(name), chance(note.KEY_BYTES), note.COSIGNATURE)
        file.touch(mode=0o600)
        file.write_text(made.secret_text() + "\n")
    return note.secret_key(file.read_text().strip())


def over_http(address: str) -> Fetch:
    """Read the files of a log from its address, which begins with https:// or http://."""
    base = address.rstrip("/")
    if not base.startswith(("https://", "http://")):
        raise ValueError("the address of a log begins with https://")

    def fetch(path: str) -> bytes | None:
        try:
            with urllib.request.urlopen(f"{base}/{path}", timeout=SECONDS) as answer:  # noqa: S310
                return bytes(answer.read())
        except urllib.error.HTTPError:
            return None

    return fetch


def _write(file: Path, text: str) -> None:
    aside = file.with_name(f".{file.name}")
    aside.write_text(text)
    aside.replace(file)

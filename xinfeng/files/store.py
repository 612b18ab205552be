"""The folder of files: bytes under their digest, written whole or not at all.

Bytes come into `incoming/` under a random name while they are hashed. Only when everything else
is decided are they made durable and renamed to `aa/bb/<digest>`; a crash before that leaves
nothing but a name in `incoming/`, which the nightly sweep removes.
"""

import errno
import hashlib
import os
import secrets
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.utils.translation import gettext as _

from xinfeng.base.refusal import Refusal

_CHUNK = 1 << 18
_FULL = {errno.ENOSPC, errno.EDQUOT}


class DiskFull(Refusal):
    """Nothing more is taken in; nothing of this upload was kept."""

    status = 507

    def __init__(self) -> None:
        super().__init__(
            "disk_full",
            _("The server has no space left for files. Keep yours, and send it again later."),
        )


class TooLarge(Refusal):
    status = 413


@dataclass(frozen=True)
class Received:
    """Bytes that lie in `incoming/`, hashed and not yet kept."""

    path: Path
    digest: str
    size: int


class Incoming:
    """A file while it arrives: hashed as it is written, never larger than allowed."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._sha256 = hashlib.sha256()
        self.size = 0
        folder = _folder("incoming")
        self.path = folder / secrets.token_hex(16)
        with _told_when_full():
            refuse_when_full()
            self._file = self.path.open("xb", buffering=0)

    def write(self, chunk: bytes | bytearray | memoryview) -> None:
        self.size += len(chunk)
        if self.size > self._most:
            raise TooLarge("file_too_large", too_large(self._most))
        self._sha256.update(chunk)
        with _told_when_full():
            view = memoryview(chunk)
            while view:
                view = view[self._file.write(view) :]

    def finish(self) -> Received:
        self._file.close()
        return Received(self.path, self._sha256.hexdigest(), self.size)

    def drop(self) -> None:
        self._file.close()
        self.path.unlink(missing_ok=True)


@contextmanager
def receiving() -> Iterator[list[Incoming]]:
    """Whatever is put on this list and not kept by the end is gone from the disk."""
    arriving: list[Incoming] = []
    try:
        yield arriving
    finally:
        for one in arriving:
            one.drop()


def receive(stream: BinaryIO, most: int, arriving: list[Incoming]) -> Received:
    """All of a stream, into `incoming/`."""
    one = Incoming(most)
    arriving.append(one)
    while chunk := stream.read(_CHUNK):
        one.write(chunk)
    return one.finish()


def settle(received: Iterable[Received]) -> None:
    """Make the bytes durable, before the transaction that gives them a name begins."""
    with _told_when_full():
        for one in received:
            _sync(one.path)


def adopt(received: Iterable[Received]) -> None:
    """Give settled bytes their name, durably too; the caller writes the rows after it."""
    moves = [(one.path, path_of(one.digest)) for one in received]
    with _told_when_full():
        folders = set()
        for path, target in moves:
            _make(target.parent)
            folders.add(target.parent)
            # The same bytes again replace themselves; whoever reads them goes on reading.
            os.replace(path, target)
        # After the first of them the others find their names already written.
        for folder in sorted(folders):
            _sync(folder)


def path_of(digest: str) -> Path:
    return _root() / digest[:2] / digest[2:4] / digest


def public_path_of(digest: str, side: int) -> Path:
    return _root() / "public" / str(side) / digest[:2] / digest[2:4] / digest


def write_public(digest: str, side: int, content: bytes) -> Path:
    """A copy can be made again at any time, so it need not survive a crash, only be whole."""
    target = public_path_of(digest, side)
    half = _folder("incoming") / secrets.token_hex(16)
    with _told_when_full():
        half.write_bytes(content)
        target.parent.mkdir(parents=True, exist_ok=True)
        os.replace(half, target)
    return target


def remove(digest: str) -> None:
    """The bytes and every copy of them."""
    path_of(digest).unlink(missing_ok=True)
    for copy in (_root() / "public").glob(f"*/{digest[:2]}/{digest[2:4]}/{digest}"):
        copy.unlink(missing_ok=True)


def digests() -> Iterator[tuple[str, float]]:
    """Every file that is kept, with the moment its bytes were written."""
    for path in _root().glob("[0-9a-f][0-9a-f]/[0-9a-f][0-9a-f]/*"):
        with suppress(FileNotFoundError):
            yield path.name, path.stat().st_mtime


def sweep_incoming(before: float) -> int:
    """Remove what crashes left half received before a moment."""
    gone = 0
    for path in _folder("incoming").iterdir():
        with suppress(FileNotFoundError):
            if path.stat().st_mtime < before:
                path.unlink()
                gone += 1
    return gone


def refuse_when_full() -> None:
    """Stop while the database still has room to work."""
    if shutil.disk_usage(_folder("incoming")).free < settings.FILES_KEEP_FREE_MB << 20:
        raise DiskFull


def too_large(most: int) -> str:
    return _("This file is larger than %(most)s MB. Send a smaller one.") % {
        "most": max(1, most >> 20)
    }


def _root() -> Path:
    return Path(settings.FILES_FOLDER)


def _folder(name: str) -> Path:
    folder = _root() / name
    if not folder.is_dir():
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def _make(folder: Path) -> None:
    """A new folder, whose own name is durable too."""
    if folder.is_dir():
        return
    _make(folder.parent)
    folder.mkdir(exist_ok=True)
    _sync(folder.parent)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def _told_when_full() -> Iterator[None]:
    try:
        yield
    except OSError as problem:
        if problem.errno in _FULL:
            raise DiskFull from problem
        raise

"""Where this city's log is kept, who signs it, and how its files are read.

The key lies in a file beside the database, never in it: whoever rewrites rows cannot sign
what they became. Files: `checkpoint` and `tile/…`, as they are served under /log/.
"""

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings

from xinfeng.base import note, pack, tlog
from xinfeng.base.note import SecretKey
from xinfeng.base.tiles import Folder
from xinfeng.base.tlog import Head

CHECKPOINT = "checkpoint"


class LogProblem(RuntimeError):
    """The log cannot be signed as it is: what is wrong and how to mend it."""


@dataclass(frozen=True)
class PublicLog:
    """The folder with the log's files, the key that signs its heads, and the city's code."""

    path: Path
    key: SecretKey
    city: int
    chance: Callable[[int], bytes] = field(default=os.urandom, repr=False)

    @property
    def origin(self) -> str:
        return self.key.name

    @property
    def files(self) -> Folder:
        return Folder(self.path)

    def published(self) -> str | None:
        """The signed head that everybody reads."""
        found = self.files.fetch(CHECKPOINT)
        return None if found is None else found.decode()

    def head(self) -> Head | None:
        checkpoint = self.published()
        return None if checkpoint is None else self.open(checkpoint)

    def open(self, checkpoint: str) -> Head:
        return tlog.open_checkpoint(checkpoint, [self.key.public])

    def publish(self, checkpoint: str) -> None:
        """Put a newer head in place of the one that everybody reads."""
        before = self.head()
        if before is None or self.open(checkpoint).size > before.size:
            self.files.write(CHECKPOINT, checkpoint.encode())

    @contextmanager
    def alone(self) -> Iterator[None]:
        """One sequencer at a time on this machine; the database keeps others away too."""
        self.path.mkdir(parents=True, exist_ok=True)
        with (self.path / ".lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def public_log() -> PublicLog:
    """As the settings say; the key is made at first use."""
    city = pack.load(settings.CITY_PACK).code
    name = settings.LOG_ORIGIN or f"xinfeng.{city}/log"
    return PublicLog(Path(settings.LOG_FOLDER), _key(Path(settings.LOG_KEY_FILE), name), city)


def _key(file: Path, name: str) -> SecretKey:
    if not file.exists():
        _make(file, SecretKey(note.check_name(name), os.urandom(note.KEY_BYTES)))
    text = file.read_text().strip()
    try:
        return note.secret_key(text)
    except note.BadNote as problem:
        raise LogProblem(f"{file} holds no key of the log: {problem}.") from None


def _make(file: Path, key: SecretKey) -> None:
    """Whoever comes first makes it; nobody ever sees half of it or more than the owner."""
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    made = file.with_name(f".{file.name}.{os.getpid()}")
    made.touch(mode=0o600)
    made.write_text(key.secret_text() + "\n")
    try:
        os.link(made, file)
    except FileExistsError:
        pass
    finally:
        made.unlink()

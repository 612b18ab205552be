"""Taking files in: looked into first, made durable next, and only then written down."""

import io
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePosixPath
from typing import BinaryIO

from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinfeng.base import scope
from xinfeng.base.refusal import Refusal
from xinfeng.files import store
from xinfeng.files.looking import Seen, look
from xinfeng.files.models import File, Kind
from xinfeng.files.store import Received
from xinfeng.journal import commands as journal
from xinfeng.journal.commands import Line
from xinfeng.people.models import Person

journal.declare({"file.kept": gettext_lazy("took in a file")})

_EACH = "(hashtextextended(digest, 77)) FROM unnest(%s::text[]) AS digest"
_TOGETHER = f"SELECT pg_advisory_xact_lock_shared{_EACH}"
_ALONE = f"SELECT pg_advisory_xact_lock{_EACH}"


@dataclass(frozen=True)
class Found:
    """A received file that was looked into: what `keep_all` takes."""

    received: Received
    seen: Seen
    name: str


def keep(
    *,
    content: bytes | BinaryIO,
    name: str,
    allowed: Collection[Kind],
    max_bytes: int,
    actor: Person | None,
    at: datetime,
) -> File:
    """Keep one upload as it is, or refuse it and leave nothing behind.

    The calling command has asked permission; called inside its transaction, the row goes with
    it. Bytes that a rolled back transaction leaves behind are swept at night.
    """
    stream = io.BytesIO(content) if isinstance(content, bytes) else content
    with store.receiving() as arriving:
        received = store.receive(stream, max_bytes, arriving)
        seen = look(received.path, allowed, thorough=True)
        store.settle([received])
        return keep_all(found=[Found(received, seen, name)], actor=actor, at=at)[0]


@scope.command
def keep_all(*, found: Sequence[Found], actor: Person | None, at: datetime) -> list[File]:
    """Keep several files that were looked into and settled, each with a journal line."""
    for one in found:
        if not plain_name(one.name):
            raise Refusal("file_name", _("This file has no name that can be kept."))
    # Whoever erases the same bytes just now waits, or has removed them before we rename.
    hold(one.received.digest for one in found)
    store.adopt({one.received.digest: one.received for one in found}.values())
    files = File.objects.bulk_create([_row(one, actor, at) for one in found])
    journal.record_many(
        "file.kept",
        [Line(file, None, None, {"size": file.size}) for file in files],
        actor=actor, at=at,
    )  # fmt: skip
    return files


def hold(digests: Iterable[str]) -> None:
    """Keepers of the same bytes go together, and make whoever removes them wait."""
    _lock(_TOGETHER, digests)


def hold_alone(digest: str) -> None:
    """For who removes bytes: nobody keeps the same ones at this moment."""
    _lock(_ALONE, [digest])


def _lock(statement: str, digests: Iterable[str]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, [sorted(set(digests))])


def plain_name(name: str) -> str:
    """The last part of what the sender called it, without signs that steer."""
    last = PurePosixPath(name.replace("\\", "/")).name
    return "".join(sign for sign in last if sign.isprintable()).strip(" .")[-200:]


def _row(one: Found, actor: Person | None, at: datetime) -> File:
    seen = one.seen
    return File(
        digest=one.received.digest, size=one.received.size, kind=seen.kind,
        name=plain_name(one.name), width=seen.width, height=seen.height,
        taken_at=seen.taken_at, lat_e6=seen.lat_e6, lon_e6=seen.lon_e6,
        uploaded_by=actor, at=at,
    )  # fmt: skip

"""Letting go of files: by right of the person, or because no row knows the bytes."""

from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy

from xinfeng.base import scope
from xinfeng.files import store
from xinfeng.files.models import File, FileState
from xinfeng.journal import commands as journal
from xinfeng.people.models import Person

from .keeping import hold_alone

journal.declare({
    "file.erased": gettext_lazy("erased a file"),
    "files.swept": gettext_lazy("removed bytes that belong to nothing"),
})  # fmt: skip

# An upload takes minutes at most; what is older than this belongs to a crash.
_HALF = timedelta(days=1)


@scope.command
def erase(*, file_id: int, actor: Person | None, at: datetime) -> File:
    """Remove a file's bytes, unless another upload holds the same; the row stays, emptied.

    For upper rooms, whose command has asked permission: a person's own pictures when their
    account is erased, or what should never have been sent.
    """
    file = File.objects.select_for_update().get(pk=file_id)
    if not file.is_kept:
        return file
    hold_alone(file.digest)
    file.state, file.erased_at = FileState.ERASED, at
    file.name, file.taken_at, file.lat_e6, file.lon_e6 = "-", None, None, None
    file.save(update_fields=["state", "erased_at", "name", "taken_at", "lat_e6", "lon_e6"])
    if not File.objects.filter(digest=file.digest, state=FileState.KEPT).exists():
        store.remove(file.digest)
    journal.record("file.erased", file, actor=actor, at=at)
    return file


@scope.command
def sweep(*, at: datetime) -> int:
    """Remove what crashes left: half received files, and bytes whose row was rolled back."""
    before = (at - _HALF).timestamp()
    gone = store.sweep_incoming(before)
    old = [digest for digest, written in store.digests() if written < before]
    known: set[str] = set()
    for start in range(0, len(old), 10_000):
        part = old[start : start + 10_000]
        rows = File.objects.filter(digest__in=part, state=FileState.KEPT)
        known |= set(rows.order_by("pk").values_list("digest", flat=True))
    for digest in old:
        if digest not in known and _is_nobodys(digest):
            store.remove(digest)
            gone += 1
    if gone:
        newest = File.objects.order_by("-pk").first()
        journal.record("files.swept", newest or File(), actor=None, at=at, files=gone)
    return gone


def _is_nobodys(digest: str) -> bool:
    """Asked again alone, because somebody may be keeping the same bytes at this moment."""
    hold_alone(digest)
    return not File.objects.filter(digest=digest, state=FileState.KEPT).exists()

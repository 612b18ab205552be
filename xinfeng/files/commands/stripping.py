"""A picture that stays without what it tells of whoever took it."""

import io
from collections.abc import Iterable
from datetime import datetime
from functools import partial

from django.db import transaction
from django.utils.translation import gettext_lazy

from xinfeng.base import scope
from xinfeng.files import pictures, store
from xinfeng.files.looking import look
from xinfeng.files.models import PICTURES, File, FileState
from xinfeng.files.queries import PUBLIC_SIDE
from xinfeng.files.unfit import Unfit
from xinfeng.journal import commands as journal
from xinfeng.people.models import Person

from .erasing import erase
from .keeping import hold, hold_alone

journal.declare({"file.stripped": gettext_lazy("took time, place and camera off a picture")})
_NAME = "picture.jpg"
# A copy is smaller than what it was made from, save for pictures that were tiny.
_MOST = 64 << 20


@scope.command
def strip(*, file_ids: Iterable[int], actor: Person | None, at: datetime) -> int:
    """Put in a picture's place the copy that everybody may see, and forget who sent it.

    For upper rooms, whose command has asked permission: what a picture shows belongs to a
    record that stays, when the account of whoever took it does not. One that cannot be made
    anew is erased. The old bytes go once all of it is committed.
    """
    rows = File.objects.select_for_update(of=("self",)).filter(
        pk__in=list(file_ids), kind__in=PICTURES, state=FileState.KEPT
    )
    found = list(rows.order_by("pk"))
    for file in found:
        old = file.digest
        if not _is_made_anew(file):
            erase(file_id=file.pk, actor=actor, at=at)
            File.objects.filter(pk=file.pk).update(uploaded_by=None)
            continue
        file.name, file.uploaded_by = _NAME, None
        file.taken_at, file.lat_e6, file.lon_e6 = None, None, None
        file.save(
            update_fields=[
                "digest", "size", "kind", "width", "height", "name", "uploaded_by",
                "taken_at", "lat_e6", "lon_e6",
            ]
        )  # fmt: skip
        journal.record("file.stripped", file, actor=actor, at=at)
        transaction.on_commit(partial(_let_go, old))
    return len(found)


def _is_made_anew(file: File) -> bool:
    """The copy takes the original's place on this row; False: it cannot be read any more."""
    try:
        content = pictures.public_copy(store.path_of(file.digest), PUBLIC_SIDE)
    except Unfit:
        return False
    with store.receiving() as arriving:
        received = store.receive(io.BytesIO(content), _MOST, arriving)
        seen = look(received.path, PICTURES, thorough=False)
        store.settle([received])
        hold([received.digest])
        store.adopt([received])
    file.digest, file.size, file.kind = received.digest, received.size, seen.kind
    file.width, file.height = seen.width, seen.height
    return True


@transaction.atomic
def _let_go(digest: str) -> None:
    """Another upload may hold the same bytes; then they stay for it."""
    hold_alone(digest)
    if not File.objects.filter(digest=digest, state=FileState.KEPT).exists():
        store.remove(digest)

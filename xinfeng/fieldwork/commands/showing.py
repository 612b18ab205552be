"""Files that a draft shows to whoever fills it in: pictures, recordings, lists."""

import hashlib
from datetime import datetime
from typing import BinaryIO

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinfeng.base import scope
from xinfeng.base.refusal import Refusal, Unknown
from xinfeng.fieldwork.models import FormMedia, FormVersion, VersionState
from xinfeng.fieldwork.queries.forms import media_named
from xinfeng.files.commands import keep
from xinfeng.files.models import PICTURES, Kind
from xinfeng.files.queries import open_original
from xinfeng.journal import commands as journal
from xinfeng.people.models import Person

from .publishing import locked_version

journal.declare(
    {
        "form.media_added": gettext_lazy("added a file that a form shows"),
        "form.media_removed": gettext_lazy("removed a file that a form shows"),
    }
)

MOST_MEDIA_BYTES = 10 << 20
_ALLOWED = PICTURES | {Kind.MP4, Kind.CSV}
_CHUNK = 1 << 18


@scope.command
def attach(
    *, version_id: int, name: str, content: BinaryIO, actor: Person, at: datetime
) -> FormMedia:
    """Put a file beside a draft under the name that the form gives it, or replace it."""
    version = _draft(version_id, actor, at)
    named = media_named(bytes(version.xform))
    if name not in named:
        raise Refusal("form_media_unknown", _unknown_name(name, named))
    file = keep(
        content=content, name=name, allowed=_ALLOWED, max_bytes=MOST_MEDIA_BYTES,
        actor=actor, at=at,
    )  # fmt: skip
    md5 = hashlib.md5(usedforsecurity=False)
    with open_original(file) as stored:
        while chunk := stored.read(_CHUNK):
            md5.update(chunk)
    media = version.media.select_for_update().filter(name=name).first()
    if media is None:
        media = FormMedia.objects.create(
            form_version=version, name=name, file=file, md5=md5.hexdigest()
        )
    else:
        media.file, media.md5 = file, md5.hexdigest()
        media.save(update_fields=["file", "md5"])
    _record("form.media_added", version, actor, at)
    return media


@scope.command
def detach(*, version_id: int, media_id: int, actor: Person, at: datetime) -> None:
    """Take a file away from a draft."""
    version = _draft(version_id, actor, at)
    media = version.media.select_for_update().filter(pk=media_id).first()
    if media is None:
        raise Unknown("file_gone", _("This file is not here, or not any more."))
    media.delete()
    _record("form.media_removed", version, actor, at)


def _draft(version_id: int, actor: Person, at: datetime) -> FormVersion:
    version = locked_version(version_id, actor, at)
    if version.state != VersionState.DRAFT:
        raise Refusal(
            "form_version_out",
            _("This version is out already: phones have its files. Upload a new version."),
        )
    return version


def _unknown_name(name: str, named: set[str]) -> str:
    if not named:
        return _("This form shows no files.")
    return _("The form does not show “%(name)s”. It shows: %(names)s.") % {
        "name": name[:60], "names": "、".join(sorted(named)),
    }  # fmt: skip


def _record(verb: str, version: FormVersion, actor: Person, at: datetime) -> None:
    journal.record(
        verb, version.form, actor=actor, at=at, where=version.form.owner_id, version=version.pk
    )

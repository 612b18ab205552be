"""What an upload is, judged by its content alone, and whether it is harmless enough to keep."""

import re
import zipfile
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.utils.translation import gettext as _
from pypdf import PdfReader
from pypdf.errors import PyPdfError
from pypdf.generic import DictionaryObject

from . import pictures
from .models import PICTURES, Kind
from .unfit import Unfit

_HEAD, _TAIL = 4096, 66_000
_OFFICE = {
    b"wordprocessingml.document.main+xml": Kind.DOCX,
    b"spreadsheetml.sheet.main+xml": Kind.XLSX,
}
_MOST_ENTRIES = 5_000
_MOST_UNPACKED = 200 << 20
_MACROS = re.compile(r"vba|macrosheet|activex", re.IGNORECASE)
# In the clear in most files that carry them; those inside packed objects the catalogue names.
_ACTIVE = re.compile(rb"/(JavaScript|JS|Launch|EmbeddedFiles?|RichMedia)\b")
_RECORDINGS = (b"isom", b"iso2", b"mp4", b"M4A", b"M4V", b"3gp", b"avc1", b"dash", b"qt  ")


@dataclass(frozen=True)
class Seen:
    """What a look into the bytes tells."""

    kind: Kind
    width: int | None = None
    height: int | None = None
    taken_at: datetime | None = None
    lat_e6: int | None = None
    lon_e6: int | None = None


def look(path: Path, allowed: Collection[Kind], *, thorough: bool) -> Seen:
    """Say what the bytes are, or refuse them. `thorough` decodes a picture to its end."""
    size = path.stat().st_size
    if not size:
        raise Unfit("file_empty", _("This file is empty."))
    with path.open("rb") as file:
        head = file.read(_HEAD)
        file.seek(max(0, size - _TAIL))
        tail = file.read()
    kind = _kind(path, head, tail)
    if kind is None or kind not in allowed:
        raise Unfit("file_kind", _wanted(allowed))
    if kind in PICTURES:
        _refuse_polyglot(head, tail)
        told = pictures.read(path, kind, tail, thorough=thorough)
        return Seen(kind, told.width, told.height, told.taken_at, told.lat_e6, told.lon_e6)
    if kind == Kind.PDF:
        _refuse_polyglot(b"", tail)
        _look_into_pdf(path)
    return Seen(kind)


def _kind(path: Path, head: bytes, tail: bytes) -> Kind | None:
    if head.startswith(b"\xff\xd8\xff"):
        return Kind.JPEG
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return Kind.PNG
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return Kind.WEBP
    if head.startswith(b"%PDF-"):
        return Kind.PDF
    if head.startswith(b"PK\x03\x04"):
        return _office(path)
    if head[4:8] == b"ftyp" and head[8:12].startswith(_RECORDINGS):
        return Kind.MP4
    return Kind.CSV if _is_text(head) and _is_text(tail[-_HEAD:]) else None


def _is_text(sample: bytes) -> bool:
    # A sample may cut a sign of several bytes at either end.
    text = sample.decode("utf-8", errors="ignore")
    whole = len(text.encode()) >= len(sample) - 6
    plain = not any(ord(sign) < 32 and sign not in "\t\r\n" for sign in text)
    return whole and plain and not text.lstrip("\ufeff \t\r\n").startswith("<")


def _office(path: Path) -> Kind | None:
    try:
        with zipfile.ZipFile(path) as packed:
            entries = packed.infolist()
            _refuse_bomb(entries)
            names = {entry.filename for entry in entries}
            if "[Content_Types].xml" not in names:
                return None
            if any(_MACROS.search(name) for name in names):
                raise Unfit(
                    "file_macros", _("Files with macros are not taken. Save it without.")
                )
            if any(entry.flag_bits & 1 for entry in entries):
                raise Unfit("file_locked", _locked())
            types = packed.read("[Content_Types].xml")
    except (
        zipfile.BadZipFile,
        NotImplementedError,
        RuntimeError,
        EOFError,
        OSError,
    ) as problem:
        raise Unfit("file_broken", _broken()) from problem
    return next((kind for sign, kind in _OFFICE.items() if sign in types), None)


def _refuse_bomb(entries: list[zipfile.ZipInfo]) -> None:
    unpacked = sum(entry.file_size for entry in entries)
    if len(entries) > _MOST_ENTRIES or unpacked > _MOST_UNPACKED:
        raise Unfit("file_bomb", _("This file unpacks to far more than it seems to hold."))


def _refuse_polyglot(head: bytes, tail: bytes) -> None:
    """A picture that is also an archive or a document is no picture."""
    end = tail.rfind(b"PK\x05\x06")
    is_archive = (
        end >= 0
        and len(tail) - end >= 22
        and tail[end + 20 :][:2] == (len(tail) - end - 22).to_bytes(2, "little")
    )
    if is_archive or b"%PDF-" in head[:1024]:
        raise Unfit("file_two_kinds", _("This file is two kinds at once. Save it anew."))


def _look_into_pdf(path: Path) -> None:
    with path.open("rb") as file:
        before = b""
        while chunk := file.read(1 << 20):
            if _ACTIVE.search(before + chunk):
                raise Unfit("file_active", _active())
            before = chunk[-32:]
    try:
        reader = PdfReader(path)
        if reader.is_encrypted:
            raise Unfit("file_locked", _locked())
        root = reader.trailer["/Root"].get_object()
        assert isinstance(root, DictionaryObject)
        names = root["/Names"].get_object() if "/Names" in root else DictionaryObject()
        assert isinstance(names, DictionaryObject)
        is_active = "/AA" in root or {"/JavaScript", "/EmbeddedFiles"} & {*names}
    # The parser meets hostile input here: whatever it trips over, the file is broken.
    except (PyPdfError, AssertionError, KeyError, ValueError, TypeError, AttributeError,
            RecursionError, OSError, IndexError) as problem:  # fmt: skip
        raise Unfit("file_broken", _broken()) from problem
    if is_active:
        raise Unfit("file_active", _active())


def _wanted(allowed: Collection[Kind]) -> str:
    wanted = ", ".join(str(Kind(kind).label) for kind in Kind if kind in allowed)
    return _("By its content this file is none of: %(kinds)s.") % {"kinds": wanted}


def _locked() -> str:
    return _("This file is locked with a password. Save it without one.")


def _broken() -> str:
    return _("This file is broken and cannot be opened. Save it anew and send it again.")


def _active() -> str:
    return _(
        "Documents that carry scripts or other files are not taken. Print it to a new one."
    )

"""Pictures and documents as phones and offices send them, and as attackers do."""

import io
import zipfile
from datetime import UTC, datetime

from django.conf import settings
from PIL import Image

from xinfeng.files import commands, queries
from xinfeng.files.models import PICTURES, File

AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
MB = 1 << 20


def a_picture(side=40, kind="JPEG", colour="teal", exif=None, **more) -> bytes:
    out = io.BytesIO()
    image = Image.new("RGB", (side, side // 2), colour)
    if exif:
        more["exif"] = exif
    image.save(out, kind, **more)
    return out.getvalue()


def a_picture_with_a_place(colour="teal") -> bytes:
    """Taken in the south gate street at half past eight, as the camera says."""
    exif = Image.Exif()
    exif[0x8769] = {36867: "2026:03:02 08:30:00"}
    exif[0x8825] = {1: "N", 2: (26.0, 53.0, 24.0), 3: "E", 4: (112.0, 34.0, 12.0)}
    return a_picture(exif=exif, colour=colour)


def an_archive(**entries: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in entries.items():
            packed.writestr(name, content)
    return out.getvalue()


def a_document(**more: bytes) -> bytes:
    types = b'<Types><Override ContentType="x/wordprocessingml.document.main+xml"/></Types>'
    return an_archive(**{"[Content_Types].xml": types, "word/document.xml": b"<w/>"} | more)


def keep(content=None, name="photo.jpg", allowed=PICTURES, max_bytes=2 * MB, actor=None, at=AT):
    return commands.keep(
        content=a_picture() if content is None else content,
        name=name, allowed=allowed, max_bytes=max_bytes, actor=actor, at=at,
    )  # fmt: skip


def original(file: File) -> bytes:
    with queries.open_original(file) as opened:
        return opened.read()


def on_disk() -> list[str]:
    """The names of everything that lies in the folder of files."""
    return sorted(path.name for path in settings.FILES_FOLDER.rglob("*") if path.is_file())


def rows() -> int:
    return File.objects.count()

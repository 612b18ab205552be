"""Pictures: their size, what the camera wrote, and the copy that everybody may see."""

import io
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from PIL import Image, ImageOps

from .models import Kind
from .unfit import Unfit

MOST_PIXELS = 50_000_000
MOST_FRAMES = 10
# Asked by ourselves, before anything is decoded.
Image.MAX_IMAGE_PIXELS = None
# Phones write pictures for both eyes as MPO, which is a JPEG with more after it.
_FORMATS = {Kind.JPEG: ("JPEG", "MPO"), Kind.PNG: ("PNG",), Kind.WEBP: ("WEBP",)}
_EXIF, _GPS = 0x8769, 0x8825
_TAKEN, _OFFSET = 36867, 36881
# Phones did not write the day before this year.
_FIRST, _LAST = 1990, 2200
_QUALITY = 85
# What a decoder may throw at hostile input.
_TRIPS = (OSError, SyntaxError, ValueError, TypeError, KeyError, IndexError, EOFError,
          OverflowError, ZeroDivisionError, AttributeError, MemoryError)  # fmt: skip


@dataclass(frozen=True)
class Told:
    """What a picture tells of itself."""

    width: int
    height: int
    taken_at: datetime | None
    lat_e6: int | None
    lon_e6: int | None


def read(path: Path, kind: Kind, tail: bytes, *, thorough: bool) -> Told:
    try:
        with Image.open(path, formats=_FORMATS[kind]) as image:
            width, height = image.size
            _refuse_bomb(width, height, image)
            exif = image.getexif()
            taken_at, position = _taken_at(exif), _position(exif)
            if thorough:
                # An eighth of the size: every block is still read.
                image.draft("RGB", (width // 8, height // 8))
                image.load()
    except _TRIPS as problem:
        raise broken() from problem
    if not _is_whole(kind, tail):
        raise broken()
    lat_e6, lon_e6 = position or (None, None)
    return Told(width, height, taken_at, lat_e6, lon_e6)


def public_copy(path: Path, side: int) -> bytes:
    """The picture anew, upright and at most `side` pixels long, with nothing else in it."""
    try:
        with Image.open(path, formats=("JPEG", "MPO", "PNG", "WEBP")) as image:
            image.draft("RGB", (side, side))
            upright = ImageOps.exif_transpose(image)
            upright.thumbnail((side, side))
            clean = upright.convert("RGBA")
        plain_image = Image.new("RGB", clean.size, "white")
        plain_image.paste(clean, mask=clean.getchannel("A"))
        out = io.BytesIO()
        plain_image.save(out, "JPEG", quality=_QUALITY, optimize=True)
    except _TRIPS as problem:
        raise broken() from problem
    return out.getvalue()


def broken() -> Unfit:
    return Unfit("picture_broken", _("This picture is broken. Take it again, or send another."))


def _refuse_bomb(width: int, height: int, image: Image.Image) -> None:
    if width * height > MOST_PIXELS:
        raise Unfit("picture_too_many_pixels", _("This picture has more than 50 megapixels."))
    if getattr(image, "n_frames", 1) > MOST_FRAMES:
        raise Unfit("picture_moves", _("Moving pictures are not taken. Send a still one."))


def _is_whole(kind: Kind, tail: bytes) -> bool:
    """A picture cut off on its way lacks its end; phones may write more after it."""
    if kind == Kind.JPEG:
        return b"\xff\xd9" in tail
    return b"IEND" in tail if kind == Kind.PNG else True


def _taken_at(exif: Any) -> datetime | None:
    """When the camera says it was, if that is a day of cameras.

    The database keeps days before the year 1 and after 9999 that no program reads again, so
    that one picture would close the page of whatever it hangs on.
    """
    said = _written_at(exif)
    return said if said is not None and _FIRST <= said.year <= _LAST else None


def _written_at(exif: Any) -> datetime | None:
    with suppress(*_TRIPS):
        written = exif.get_ifd(_EXIF)
        text = str(written.get(_TAKEN) or "").strip("\x00 ")
        offset = str(written.get(_OFFSET) or "").strip("\x00 ")
        if text and offset:
            return datetime.strptime(f"{text} {offset}", "%Y:%m:%d %H:%M:%S %z")
        if text:
            local = datetime.strptime(text, "%Y:%m:%d %H:%M:%S")  # noqa: DTZ007
            return local.replace(tzinfo=timezone.get_default_timezone())
    return None


def _position(exif: Any) -> tuple[int, int] | None:
    with suppress(*_TRIPS):
        gps = exif.get_ifd(_GPS)
        if 2 in gps and 4 in gps:
            lat = _degrees(gps[2], gps.get(1) == "S")
            lon = _degrees(gps[4], gps.get(3) == "W")
            if abs(lat) <= 90 and abs(lon) <= 180:
                return round(lat * 1_000_000), round(lon * 1_000_000)
    return None


def _degrees(parts: Any, negative: bool) -> float:
    degrees, minutes, seconds = (float(part) for part in parts)
    value = degrees + minutes / 60 + seconds / 3600
    if value != value:
        raise ValueError("no number")
    return -value if negative else value

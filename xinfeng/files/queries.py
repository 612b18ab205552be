"""Reading what is kept. Permission is asked by the upper room that the file belongs to."""

from typing import BinaryIO

from django.utils.translation import gettext as _

from xinfeng.base.refusal import Unknown

from . import pictures, store
from .models import File

PUBLIC_SIDE, SMALL_SIDE = 2000, 480


def open_original(file: File) -> BinaryIO:
    """The bytes as they were sent."""
    if not file.is_kept:
        raise gone()
    return store.path_of(file.digest).open("rb")


def open_public(file: File, side: int = PUBLIC_SIDE) -> BinaryIO:
    """A picture made anew, without place, time and camera; documents have no such copy."""
    if not file.is_kept or not file.is_picture:
        raise gone()
    path = store.public_path_of(file.digest, side)
    if not path.is_file():
        content = pictures.public_copy(store.path_of(file.digest), side)
        path = store.write_public(file.digest, side, content)
    return path.open("rb")


def gone() -> Unknown:
    return Unknown("file_gone", _("This file is not here, or not any more."))

"""Which files may be materials of a course: known by what they hold, not by their names."""

import io
import zipfile

from django.utils.translation import gettext as _

from xinfeng.base.refusal import Refusal

from .models import Material

_BEGINS = {
    b"%PDF-": "application/pdf",
    b"\xff\xd8\xff": "image/jpeg",
    b"\x89PNG\r\n\x1a\n": "image/png",
}
_OFFICE = "application/vnd.openxmlformats-officedocument."
# The part that makes a ZIP the one or the other.
_PARTS = {
    "word/document.xml": _OFFICE + "wordprocessingml.document",
    "ppt/presentation.xml": _OFFICE + "presentationml.presentation",
    "xl/workbook.xml": _OFFICE + "spreadsheetml.sheet",
}
# What an office program runs when the file is opened.
_MACROS = ("vbaProject.bin", "vbaData.xml")


def media_type_of(content: bytes) -> str:
    """The type that the file itself shows; refused when it is none of ours, or too large."""
    if not content:
        raise Refusal("material_empty", _("The file is empty."))
    if len(content) > Material.MOST_BYTES:
        raise Refusal("material_large", _("The file is larger than 10 MB. Send a smaller one."))
    for begins, kind in _BEGINS.items():
        if content.startswith(begins):
            return kind
    if content.startswith(b"PK\x03\x04") and (kind := _office(content)):
        return kind
    raise Refusal(
        "material_kind",
        _("Send a PDF, a picture (JPEG, PNG), or a Word, PowerPoint or Excel file."),
    )


def _office(content: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as file:
            names = file.namelist()
    except (zipfile.BadZipFile, ValueError):
        return ""
    if any(name.rsplit("/", 1)[-1] in _MACROS for name in names):
        raise Refusal("material_macros", _("The file holds macros. Save it without them."))
    return next((kind for part, kind in _PARTS.items() if part in names), "")

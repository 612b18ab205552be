"""Which files may be evidence: pictures and documents, known by their first bytes."""

from django.utils.translation import gettext as _

from xinfeng.base.refusal import Refusal

from .models import Evidence

_BEGINS = {
    b"\xff\xd8\xff": "image/jpeg",
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"%PDF-": "application/pdf",
}
ENDINGS = {"image/jpeg": "jpg", "image/png": "png", "application/pdf": "pdf"}


def kind_of(content: bytes) -> str:
    """The kind that the file itself shows, whatever it is called; or a refusal."""
    if len(content) > Evidence.MOST_BYTES:
        raise Refusal("evidence_large", _("The file is larger than 2 MB. Send a smaller one."))
    for begins, kind in _BEGINS.items():
        if content.startswith(begins):
            return kind
    raise Refusal("evidence_kind", _("Send a picture (JPEG, PNG) or a PDF."))

"""Answering with a file, for the views of upper rooms, which have asked permission."""

from django.http import FileResponse

from .models import File
from .queries import PUBLIC_SIDE, SMALL_SIDE, open_original, open_public


def respond(file: File, *, public: bool, small: bool = False) -> FileResponse:
    """Stream a file: the public copy (or a small one for lists), or the bytes as sent.

    A browser never guesses what it is, never runs it, and shows documents as downloads.
    """
    if public:
        stream = open_public(file, SMALL_SIDE if small else PUBLIC_SIDE)
        kind, as_attachment, name = "image/jpeg", False, f"{file.pk}.jpg"
    else:
        stream = open_original(file)
        kind, as_attachment, name = file.kind, not file.is_picture, file.name
    response = FileResponse(
        stream, content_type=kind, as_attachment=as_attachment, filename=name
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    # Bytes under a digest never change, but who may see them does.
    response["Cache-Control"] = "private, max-age=3600"
    return response

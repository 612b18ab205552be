"""What a view of a low room knows of its visitor, and how it hands out what it made.

The room of people fills in who the visitor is.
"""

from typing import Any

from django.http import HttpRequest, HttpResponse

from .standing import Standing

_OFFICE = "application/vnd.openxmlformats-officedocument"
_KINDS = {
    "xlsx": f"{_OFFICE}.spreadsheetml.sheet",
    "docx": f"{_OFFICE}.wordprocessingml.document",
    "pdf": "application/pdf",
}


class Request(HttpRequest):
    standing: Standing
    user: Any


def attached(content: bytes, name: str) -> HttpResponse:
    """A document made for the visitor, to be kept under this name."""
    answer = HttpResponse(content, content_type=_KINDS[name.rpartition(".")[2]])
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer

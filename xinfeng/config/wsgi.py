"""The web server's door."""

import os
from collections.abc import Iterable
from typing import Any

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xinfeng.config.settings")
pages = get_wsgi_application()

from xinfeng.activities import doorway  # noqa: E402 - rooms are loaded by now

# OpenRosa clients may send without saying how much.
PHONES = "/or/"


def _is_chunked(environ: dict[str, Any]) -> bool:
    return "chunked" in environ.get("HTTP_TRANSFER_ENCODING", "").lower()


def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    """Signed check-ins go their own short way; everything else is Django's."""
    if doorway.is_meant(environ):
        return doorway.application(environ, start_response)
    if environ["PATH_INFO"].startswith(PHONES) and _is_chunked(environ):
        # Django reads a body without a length as empty; the view stops at its own limit.
        environ["CONTENT_LENGTH"] = str(1 << 40)
    return pages(environ, start_response)

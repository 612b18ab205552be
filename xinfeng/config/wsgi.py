"""The web server's door."""

import os
from collections.abc import Iterable
from typing import Any

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xinfeng.config.settings")
pages = get_wsgi_application()

from xinfeng.activities import doorway  # noqa: E402 - rooms are loaded by now


def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    """Signed check-ins go their own short way; everything else is Django's."""
    if doorway.is_meant(environ):
        return doorway.application(environ, start_response)
    return pages(environ, start_response)

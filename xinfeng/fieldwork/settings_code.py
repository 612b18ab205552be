"""What ODK Collect reads from the code that sets a phone up: its settings, packed."""

import base64
import json
import zlib

import segno
from django.http import HttpRequest
from django.utils.translation import gettext as _


def server_url(request: HttpRequest, token: str) -> str:
    """What the phone is told to talk to: it adds formList and submission by itself."""
    return request.build_absolute_uri(f"/or/key/{token}")


def packed(address: str) -> str:
    """JSON in zlib in base64: whatever the phone had set otherwise begins anew.

    Forms follow the server by themselves; what is filled in is sent when there is a network.
    """
    settings = {
        "general": {
            "protocol": "odk_default",
            "server_url": address,
            "form_update_mode": "match_exactly",
            "autosend": "wifi_and_cellular",
        },
        "admin": {},
        "project": {"name": _("Xinfeng")},
    }
    content = json.dumps(settings, ensure_ascii=False, separators=(",", ":"))
    return base64.b64encode(zlib.compress(content.encode(), 9)).decode()


def drawn(settings: str) -> str:
    """The code as the address of a picture; its ground is white on dark pages, too."""
    code = segno.make(settings, error="l", micro=False, boost_error=False)
    address: str = code.svg_data_uri(scale=5, border=3, light="white")
    return address

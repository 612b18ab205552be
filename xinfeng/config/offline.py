"""The service worker's script: the file of ours, with what it keeps and the version of that."""

import json
from functools import cache
from hashlib import sha256

from django.conf import settings
from django.templatetags.static import static

FOLDER = settings.ROOT / "xinfeng" / "config" / "static"
# What a page needs to be drawn and to queue check-ins without a network.
SHELL = (
    "xinfeng/tokens.css",
    "xinfeng/site.css",
    "xinfeng/site.js",
    "xinfeng/attend.js",
    "xinfeng/charts.js",
    "xinfeng/maps.js",
    "xinfeng/mark.svg",
    "xinfeng/manifest.webmanifest",
    "vendor/htmx/htmx.min.js",
    "vendor/lucide/icons.svg",
)


@cache
def script() -> str:
    """A change of any of the files is a new version, which the browser takes over by itself."""
    files = [*SHELL, "xinfeng/sw.js"]
    version = sha256(b"".join((FOLDER / file).read_bytes() for file in files)).hexdigest()
    known = {"version": version[:12], "shell": [static(file) for file in SHELL]}
    own = (FOLDER / "xinfeng" / "sw.js").read_text(encoding="utf-8")
    return f"const KNOWN = {json.dumps(known)};\n{own}"

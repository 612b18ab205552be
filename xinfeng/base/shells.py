"""The worker that keeps a page of ours on a phone, so that it opens without a network."""

import json
from collections.abc import Sequence
from functools import cache
from hashlib import sha256
from pathlib import Path

from django.conf import settings
from django.templatetags.static import static

FOLDER = settings.ROOT / "xinfeng" / "config" / "static"


@cache
def worker_script(name: str, page: str, files: Sequence[str], template: Path) -> str:
    """A change of any of the files is a new version, which the browser takes over by itself."""
    sources = [*(FOLDER / file for file in (*files, "field/sw.js")), template]
    version = sha256(b"".join(file.read_bytes() for file in sources)).hexdigest()
    shell = [page, *(static(file) for file in files)]
    known = json.dumps({"name": name, "version": version[:12], "page": page, "shell": shell})
    return f"const KNOWN = {known};\n" + (FOLDER / "field" / "sw.js").read_text("utf-8")

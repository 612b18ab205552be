"""Which simulated credits are false, by kind: a file beside the keys, never a table.

No rule can read it; only the report that measures the rules does.
"""

import json
from pathlib import Path

from django.conf import settings


def file() -> Path:
    return Path(settings.HOME) / "simulated-frauds.json"


def keep(frauds: dict[str, list[int]]) -> None:
    ordered = {kind: sorted(ids) for kind, ids in sorted(frauds.items())}
    file().write_text(json.dumps(ordered), encoding="utf-8")


def kept() -> dict[str, list[int]] | None:
    """By kind; None where no simulated city stands."""
    if not file().is_file():
        return None
    frauds: dict[str, list[int]] = json.loads(file().read_text(encoding="utf-8"))
    return frauds

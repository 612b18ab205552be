"""The demo city lives in its own time: an offset fixed when the city is first built."""

import json
import os
from datetime import datetime
from pathlib import Path

FILE = "demo-clock.json"


def offset_seconds(home: Path) -> int:
    """Seconds to add to the real time; zero outside a demo."""
    if (given := os.environ.get("XINFENG_CLOCK_OFFSET")) is not None:
        return int(given)
    file = home / FILE
    return int(json.loads(file.read_text())["offset_seconds"]) if file.exists() else 0


def start(home: Path, *, demo_start: datetime, real_now: datetime) -> None:
    """Set the demo's clock to its first moment, once; a later start changes nothing."""
    file = home / FILE
    if file.exists():
        return
    home.mkdir(parents=True, exist_ok=True)
    seconds = round((demo_start - real_now).total_seconds())
    made = file.with_suffix(".new")
    made.write_text(
        json.dumps({"offset_seconds": seconds, "demo_start": demo_start.isoformat()})
    )
    made.replace(file)

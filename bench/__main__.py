"""Build the city at full scale in a home of its own, then measure what the table asks."""

import argparse
import os
import platform
import shutil
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HOME = Path(os.environ.get("XINFENG_BENCH_HOME", ROOT / "var" / "bench"))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scale", choices=["full", "tenth", "small"], default="full")
    parser.add_argument("--keep", action="store_true", help="measure the city that stands")
    options = parser.parse_args()
    home = HOME / options.scale
    os.environ["XINFENG_HOME"] = str(home)
    os.environ["DJANGO_SETTINGS_MODULE"] = "xinfeng.config.settings"
    if not options.keep:
        _forget(home)
    sys.stdout.write(f"{platform.platform()}, {os.cpu_count()} cores, Python "
                     f"{platform.python_version()}, {time.strftime('%Y-%m-%d')}\n")  # fmt: skip
    from bench import measure  # noqa: PLC0415

    measure.everything(home, options.scale, build=not options.keep)


def _forget(home: Path) -> None:
    """Stop the bench's own server and remove its data."""
    from xinfeng.base.postgres import Server  # noqa: PLC0415

    server = Server(home)
    server.stop()
    shutil.rmtree(server.data, ignore_errors=True)
    shutil.rmtree(home, ignore_errors=True)


main()

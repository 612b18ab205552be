"""Demo cities for tests: each built once for a state of the sources, and then copied."""

import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from xinfeng.base.postgres import Server

ROOT = Path(__file__).resolve().parents[1]
TINY = ROOT / "tests" / "cities" / "tiny"
KEPT = ROOT / "var" / "built"
# What a build reads, or a city takes with it. A copy made from other sources would be stale.
SOURCES = ("xinfeng", "cities", "tests/cities", "uv.lock")
# What the tests set for themselves, or each city has of its own.
NOT_OF_A_BUILD = (
    "XINFENG_HOME", "XINFENG_CITY", "XINFENG_CLOCK_OFFSET", "XINFENG_FORGETFUL",
    "DATABASE_URL", "DJANGO_SETTINGS_MODULE",
)  # fmt: skip


def put_into(home: Path, scale: str, pack: Path | None = None) -> str:
    """A city into an empty home, as if it had been built there just now; what its build said.

    Its server does not run, and its time goes on from the moment at which the build ended.
    """
    KEPT.mkdir(parents=True, exist_ok=True)
    kept = KEPT / f"{pack.name if pack else 'usual'}-{scale}"
    # Workers that want the same city at once: one builds it, the others wait.
    with kept.with_suffix(".lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        note = kept / "built.json"
        if not note.exists() or json.loads(note.read_text())["state"] != state():
            _build(kept, scale, pack)
        about = json.loads(note.read_text())
        _copied(kept, home)
        _copied(Server(kept).data, Server(home).data)
    clock = home / "demo-clock.json"
    shown = json.loads(clock.read_text())
    shown["offset_seconds"] -= round(time.time() - about["ended"])
    clock.write_text(json.dumps(shown))
    return str(about["said"])


def _build(kept: Path, scale: str, pack: Path | None) -> None:
    shutil.rmtree(Server(kept).data, ignore_errors=True)
    shutil.rmtree(kept, ignore_errors=True)
    kept.mkdir(mode=0o755)
    given = {k: v for k, v in os.environ.items() if k not in NOT_OF_A_BUILD}
    given |= {"XINFENG_HOME": str(kept), "XINFENG_FORGETFUL": "true"}
    if pack:
        given["XINFENG_CITY"] = str(pack)
    done = subprocess.run(
        [sys.executable, "-m", "xinfeng", "demo", "--no-serve", "--scale", scale],
        cwd=ROOT, env=given, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    about = {"state": state(), "ended": time.time(), "said": done.stdout}
    (kept / "built.json").write_text(json.dumps(about))


def _copied(source: Path, target: Path) -> None:
    """With owners and rights, as PostgreSQL wants them; what is there already stays."""
    if source.is_dir() and not (target / "PG_VERSION").exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        subprocess.run(["/bin/cp", "-a", f"{source}/.", str(target)], check=True)


@cache
def state() -> str:
    """One number for all that a build depends on."""
    digest = hashlib.sha256(sys.version.encode())
    for name, value in sorted(os.environ.items()):
        if name.startswith("XINFENG_") and name not in NOT_OF_A_BUILD:
            digest.update(f"{name}={value}\n".encode())
    for file in sorted(_sources()):
        digest.update(f"{file.relative_to(ROOT)}\n".encode() + file.read_bytes())
    return digest.hexdigest()


def _sources() -> Iterator[Path]:
    for name in SOURCES:
        found = [ROOT / name] if (ROOT / name).is_file() else (ROOT / name).rglob("*")
        for file in found:
            if file.is_file() and file.suffix not in {".pyc", ".mo"}:
                yield file

"""A backup is proved whole when it is read back, and never overwrites a city."""

import hashlib
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from shutil import rmtree

import pytest

from .built import TINY, put_into
from .test_second_city import COUNT, ROOT, xinfeng


@pytest.fixture
def ground() -> Iterator[Path]:
    made = Path(tempfile.mkdtemp(prefix="xinfeng-backup-"))
    made.chmod(0o755)
    yield made
    rmtree(made, ignore_errors=True)


def refused(home: Path, *arguments: str) -> str:
    """What the program says when it will not."""
    environment = {k: v for k, v in os.environ.items() if k != "DATABASE_URL"}
    done = subprocess.run(
        [sys.executable, "-m", "xinfeng", *arguments],
        cwd=ROOT, env=environment | {"XINFENG_HOME": str(home)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode != 0
    return done.stderr


def a_kept_file(home: Path) -> Path:
    """One upload as it lies below a home, under its digest; where it lies."""
    content = b"a photo of a village street"
    digest = hashlib.sha256(content).hexdigest()
    there = Path("files", digest[:2], digest[2:4], digest)
    (home / there).parent.mkdir(parents=True)
    (home / there).write_bytes(content)
    return there


def test_a_backup_comes_back_row_for_row(ground):
    old, new, kept = (ground / name for name in ("old", "new", "kept"))
    put_into(old, "tiny", TINY)
    rows = xinfeng(old, "shell", "-c", COUNT)
    photo = a_kept_file(old)

    xinfeng(old, "backup", str(kept))
    said = xinfeng(new, "restore", str(kept))

    assert "every count agrees" in said
    assert xinfeng(new, "shell", "-c", COUNT) == rows
    assert (new / photo).read_bytes() == (old / photo).read_bytes()
    assert "No difference" in xinfeng(new, "reconcile")
    assert "already holds a city" in refused(new, "restore", str(kept))
    assert "not empty" in refused(old, "backup", str(kept))


def test_a_damaged_backup_is_refused_and_leaves_the_new_home_empty(ground):
    old, new, kept = (ground / name for name in ("old", "new", "kept"))
    put_into(old, "tiny", TINY)
    photo = a_kept_file(old)
    xinfeng(old, "backup", str(kept))
    sound = (kept / photo).read_bytes()
    (kept / photo).write_bytes(b"other bytes")
    assert "does not hold" in refused(new, "restore", str(kept))
    (kept / photo).write_bytes(sound)
    with (kept / "city.dump").open("r+b") as dump:
        dump.seek(5000)
        dump.write(b"\0\0\0\0")

    assert "not the file" in refused(new, "restore", str(kept))
    assert "holds no backup" in refused(new, "restore", str(ground / "nowhere"))

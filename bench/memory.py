"""Peak memory of this program and its embedded database, sampled while something runs."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path


@dataclass
class Peak:
    """Largest sum of proportional set sizes seen, in MiB."""

    mib: int = 0


@contextmanager
def watching(data: Path, every_seconds: float = 0.25) -> Iterator[Peak]:
    """Sample our process tree and the postgres processes whose directory is `data`."""
    peak, done = Peak(), threading.Event()

    def sample() -> None:
        while not done.wait(every_seconds):
            peak.mib = max(peak.mib, _sum_mib(data))

    watcher = threading.Thread(target=sample, daemon=True)
    watcher.start()
    try:
        yield peak
    finally:
        done.set()
        watcher.join()


def _sum_mib(data: Path) -> int:
    ours = descendants(os.getpid())
    total = 0
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if int(process.name) in ours or directory(process) == str(data):
                total += _pss_kib(process)
        except (OSError, ValueError):
            continue
    return total // 1024


def directory(process: Path) -> str:
    if not (process / "comm").read_text().startswith("postgres"):
        return ""
    return os.readlink(process / "cwd")


def _pss_kib(process: Path) -> int:
    for line in (process / "smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1])
    return 0


def descendants(root: int) -> set[int]:
    parents: dict[int, int] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            text = stat.read_text()
        except OSError:
            continue
        parents[int(stat.parent.name)] = int(text.rsplit(")", 1)[1].split()[1])
    family = {root}
    while grown := {pid for pid, parent in parents.items() if parent in family} - family:
        family |= grown
    return family

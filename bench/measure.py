"""Each line of the table: what, how it is measured, the figure, the bar."""

import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter

from bench import memory

ROUNDS = 200
WARM_UP = 20


@dataclass(frozen=True)
class Measured:
    what: str
    figure: str
    bar: str
    holds: bool

    def __str__(self) -> str:
        sign = "ok" if self.holds else "SHORT"
        return f"| {self.what} | {self.figure} | {self.bar} | {sign} |"


def everything(home: Path, scale: str, *, build: bool) -> None:
    _say("| what | measured | bar | |\n|---|---|---|---|")
    if build:
        _say(str(_build(home, scale)))
    import django  # noqa: PLC0415

    from xinfeng.config import database  # noqa: PLC0415

    database.start()
    django.setup()
    from bench import questions  # noqa: PLC0415

    for measured in questions.answers():
        _say(str(measured))


def _build(home: Path, scale: str) -> Measured:
    """The whole of `xinfeng demo --no-serve`: migrate, generate, load, evaluate, roll up."""
    home.mkdir(parents=True, exist_ok=True)
    from xinfeng.base.postgres import Server  # noqa: PLC0415

    started = perf_counter()
    command = [sys.executable, "-m", "xinfeng", "demo", "--no-serve", "--scale", scale]
    with memory.watching(Server(home).data) as peak:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    seconds = perf_counter() - started
    (home / "build.log").write_text(done.stdout + done.stderr)
    if done.returncode:
        raise SystemExit(done.stdout + done.stderr)
    return Measured(
        f"{scale} city generated and loaded, indexes and roll-ups included",
        f"{seconds:.0f} s, {peak.mib:,} MiB at the peak",
        "≤ 90 s, ≤ 4 GiB",
        seconds <= 90 and peak.mib <= 4096,
    )


def milliseconds(ask: Callable[[], object], rounds: int = ROUNDS) -> tuple[float, float]:
    """Median and 99th percentile of a warm question, in milliseconds."""
    for _ in range(WARM_UP):
        ask()
    times = []
    for _ in range(rounds):
        started = perf_counter()
        ask()
        times.append(1000 * (perf_counter() - started))
    return median(times), quantiles(times, n=100)[98]


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()

"""A database killed under the pages: said in words, nothing half written, back by itself."""

import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from shutil import rmtree
from urllib.error import HTTPError, URLError

import pytest

from xinfeng.base.postgres import Server

from .built import ROOT, TINY, put_into

pytestmark = [
    pytest.mark.drill,
    pytest.mark.skipif("DATABASE_URL" in os.environ, reason="the database is not ours to kill"),
]
LEDGER = "SELECT count(*) FROM hours_credit"


def asked(address: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(address, timeout=20) as answer:
            return answer.status, answer.read().decode()
    except HTTPError as error:
        return error.code, error.read().decode()
    except (URLError, ConnectionError, TimeoutError):
        return 0, ""


def waited_for(address: str, status: int, seconds: float) -> str:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        found, page = asked(address)
        if found == status:
            return page
        time.sleep(0.2)
    raise AssertionError(f"{address} did not answer {status} within {seconds} s")


@pytest.fixture
def served() -> Iterator[tuple[str, Path]]:
    home = Path(tempfile.mkdtemp(prefix="xinfeng-killed-"))
    home.chmod(0o755)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {
        **os.environ,
        "XINFENG_HOME": str(home),
        "XINFENG_CITY": str(TINY),
        # The test counts on a database that survives its own death.
        "XINFENG_FORGETFUL": "false",
    }
    environment.pop("XINFENG_CLOCK_OFFSET", None)
    put_into(home, "tiny", TINY)
    command = [sys.executable, "-m", "xinfeng", "demo", "--scale", "tiny", "--port", str(port)]
    with (home / "demo.log").open("w") as log:
        demo = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
    try:
        waited_for(f"http://127.0.0.1:{port}/", 200, 120)
        yield f"http://127.0.0.1:{port}", home
    finally:
        demo.terminate()
        demo.wait(timeout=60)
        Server(home).stop()
        rmtree(home, ignore_errors=True)


def test_a_killed_database_is_said_in_words_and_comes_back_with_every_row(served):
    address, home = served
    before = asked(f"{address}/figures/places/")[1]
    process = Server(home).process_id()
    assert process is not None

    os.kill(process, signal.SIGKILL)

    said = waited_for(f"{address}/figures/places/", 503, 10)
    assert "数据库暂时没有响应" in said
    assert re.search(r"[0-9a-f]{8}", said), "a code to quote"
    after = waited_for(f"{address}/figures/places/", 200, 60)
    shown = re.compile(r'figure-value">\s*([\d,]+)')
    assert shown.findall(after) == shown.findall(before)
    assert Server(home).process_id() not in {None, process}

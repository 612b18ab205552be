"""A real browser against the real demo: the city is built, served and used as people do."""

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from urllib.error import URLError
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import sync_playwright
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from tests import built

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM = shutil.which("chromium")
PATIENCE_SECONDS = 240
PHONE = {"width": 390, "height": 844}
DESK = {"width": 1440, "height": 900}
QUIET = [
    "--no-sandbox", "--disable-gpu", "--enable-unsafe-swiftshader", "--disable-quic",
    "--no-first-run", "--disable-background-networking", "--disable-component-update",
    "--disable-sync",
]  # fmt: skip


def pytest_collection_modifyitems(items):
    for item in items:
        if "browser" in str(item.fspath):
            item.add_marker(pytest.mark.browser)
            if CHROMIUM is None:
                item.add_marker(pytest.mark.skip(reason="Chromium is not installed"))


@pytest.fixture(scope="module")
def demo():
    """The small demo city behind its own server; yields its address and its home."""
    with held(Demo) as city:
        yield city


@contextmanager
def held(kind: type["Demo"]) -> Iterator["Demo"]:
    """A demo city of its own, gone afterwards. On an outside server it is built there."""
    home = Path(tempfile.mkdtemp(prefix="xinfeng-browser-"))
    home.chmod(0o755)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    city = kind(home, port)
    if "DATABASE_URL" not in os.environ:
        built.put_into(home, kind.scale, kind.pack)
    try:
        city.start()
        yield city
    finally:
        city.stop()
        shutil.rmtree(home, ignore_errors=True)


class Demo:
    """Where the demo answers, how its people sign in, and what time it is there."""

    scale = "small"
    pack: Path | None = None

    def __init__(self, home: Path, port: int) -> None:
        self.home, self.port = home, port
        self.address = f"http://127.0.0.1:{port}"
        self.ahead = timedelta(0)
        self.server: subprocess.Popen[bytes] | None = None

    @property
    def environment(self) -> dict[str, str]:
        """What every program of this demo is started with."""
        given = {**os.environ, "XINFENG_HOME": str(self.home), "PYTHONUNBUFFERED": "1"}
        for name in ("XINFENG_CLOCK_OFFSET", "XINFENG_FORGETFUL", "DJANGO_SETTINGS_MODULE"):
            given.pop(name, None)
        if url := given.get("DATABASE_URL"):
            own = conninfo_to_dict(url) | {"dbname": f"xinfeng_browser_{self.port}"}
            given["DATABASE_URL"] = make_conninfo(**own)
        if self.pack:
            given["XINFENG_CITY"] = str(self.pack)
        if self.ahead:
            given["XINFENG_CLOCK_OFFSET"] = str(round(self.offset.total_seconds()))
        return given

    @property
    def offset(self) -> timedelta:
        kept = json.loads((self.home / "demo-clock.json").read_text())["offset_seconds"]
        return timedelta(seconds=kept) + self.ahead

    @property
    def now(self) -> datetime:
        """The time in the demo city, in the city's own zone."""
        return datetime.now(ZoneInfo("Asia/Shanghai")) + self.offset

    def start(self) -> None:
        options = ["--scale", self.scale, "--port", str(self.port)]
        command = [sys.executable, "-m", "xinfeng", "demo", *options]
        log = self.home / "demo.log"
        with log.open("a") as to:
            self.server = subprocess.Popen(
                command, cwd=ROOT, env=self.environment, stdout=to, stderr=to
            )
        _wait_for(self.address, self.server, log)

    def stop(self) -> None:
        if self.server is not None:
            self.server.terminate()
            self.server.wait(timeout=60)
            self.server = None

    def later(self, by: timedelta) -> None:
        """The same city and the same people, so much later: the server begins again."""
        self.stop()
        self.ahead += by
        self.start()

    def run(self, *words: str) -> str:
        """A command of the program, in this demo's home and time."""
        ran = subprocess.run(
            [sys.executable, "-m", "xinfeng", *words],
            cwd=ROOT, env=self.environment, capture_output=True, text=True, timeout=120,
        )  # fmt: skip
        assert ran.returncode == 0, ran.stderr
        return ran.stdout

    def password_of(self, username: str) -> str:
        for line in (self.home / "demo-sign-ins.txt").read_text().splitlines():
            words = line.split()
            if username in words:
                return words[words.index(username) + 1]
        raise LookupError(username)


class Tiny(Demo):
    """The smallest city."""

    scale = "tiny"
    pack = built.TINY


def _wait_for(address: str, server: subprocess.Popen, log: Path) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        assert server.poll() is None, f"the demo ended:\n{log.read_text()}"
        try:
            with urllib.request.urlopen(address, timeout=5) as answer:
                assert answer.status == 200
                return
        except (URLError, ConnectionError):
            time.sleep(0.5)
    raise TimeoutError(log.read_text())


# Ends with its module: while it lives its event loop keeps Django from this thread.
@pytest.fixture(scope="module")
def chromium():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        browser.close()


@pytest.fixture(params=["phone", "desk"])
def page(request, chromium, demo):
    """A page of one size; a script error or a request to another origin fails the test."""
    size = PHONE if request.param == "phone" else DESK
    context = chromium.new_context(viewport=size, base_url=demo.address, locale="zh-CN")
    opened = context.new_page()
    opened.set_default_timeout(15_000)
    opened.troubles = []
    opened.size = request.param
    opened.on("pageerror", lambda error: opened.troubles.append(str(error)))
    opened.on("console", lambda m: m.type == "error" and opened.troubles.append(m.text))
    opened.on(
        "request",
        lambda r: (
            r.url.startswith((demo.address, "data:", "blob:")) or opened.troubles.append(r.url)
        ),
    )
    yield opened
    context.close()
    assert opened.troubles == []


@pytest.fixture
def open_page(chromium, demo):
    """Browsers of several people, each at a size; script errors and other origins fail."""
    contexts, troubles = [], []

    def opened(size: str, **more):
        view = PHONE if size == "phone" else DESK
        context = chromium.new_context(
            viewport=view, base_url=demo.address, locale="zh-CN", **more
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(20_000)
        page.size = size
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on(
            "request",
            lambda r: (
                r.url.lower().startswith((demo.address, "data:", "blob:"))
                or troubles.append(r.url)
            ),
        )
        return page

    yield opened
    for context in contexts:
        context.close()
    assert troubles == []

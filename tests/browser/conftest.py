"""A real browser against the real demo: the city is built, served and used as people do."""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from urllib.error import URLError

import pytest
from playwright.sync_api import sync_playwright
from psycopg.conninfo import conninfo_to_dict, make_conninfo

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
    home = Path(tempfile.mkdtemp(prefix="xinfeng-browser-"))
    home.chmod(0o755)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {**os.environ, "XINFENG_HOME": str(home), "PYTHONUNBUFFERED": "1"}
    for name in ("XINFENG_CLOCK_OFFSET", "XINFENG_FORGETFUL", "DJANGO_SETTINGS_MODULE"):
        environment.pop(name, None)
    if url := environment.get("DATABASE_URL"):
        own = conninfo_to_dict(url) | {"dbname": f"xinfeng_browser_{port}"}
        environment["DATABASE_URL"] = make_conninfo(**own)
    command = [sys.executable, "-m", "xinfeng", "demo", "--scale", "small", "--port", str(port)]
    with (home / "demo.log").open("w") as log:
        server = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_for(address, server, home / "demo.log")
        yield Demo(address, home)
    finally:
        server.terminate()
        server.wait(timeout=60)
        shutil.rmtree(home, ignore_errors=True)


class Demo:
    """Where the demo answers, and how its people sign in."""

    def __init__(self, address: str, home: Path) -> None:
        self.address, self.home = address, home

    def password_of(self, username: str) -> str:
        for line in (self.home / "demo-sign-ins.txt").read_text().splitlines():
            words = line.split()
            if username in words:
                return words[words.index(username) + 1]
        raise LookupError(username)


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

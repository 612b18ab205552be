"""A PostgreSQL that somebody else runs, with passwords on TCP; and programs against it."""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

from xinfeng.base import host

ROOT = Path(__file__).resolve().parents[3]
SETTINGS = """
listen_addresses = '127.0.0.1'
port = {port}
unix_socket_directories = ''
fsync = off
"""
OF_THE_TESTS = ("DATABASE_URL", "DATABASE_APP_URL", "DATABASE_AUDITOR_URL", "XINFENG_HOME")


@dataclass(frozen=True)
class Outside:
    """Its superuser is `postgres` (`super`); `owner` may make roles and databases."""

    port: int

    def url(
        self, user: str = "owner", password: str = "o%3Awn%40er", dbname: str = "xf"
    ) -> str:
        return f"postgres://{user}:{password}@127.0.0.1:{self.port}/{dbname}"

    def ask(self, question: str, url: str | None = None) -> list[tuple[object, ...]]:
        address = url or self.url("postgres", "super", "postgres")
        with psycopg.connect(address, autocommit=True) as connection:
            answer = connection.execute(question)
            return answer.fetchall() if answer.description else []


@contextmanager
def a_server() -> Iterator[Outside]:
    """A cluster on a free port, gone afterwards."""
    data = Path(tempfile.mkdtemp(prefix="xinfeng-outside-"))
    host.give(data)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    secret = data.with_suffix(".password")
    secret.write_text("super")
    secret.chmod(0o644)
    _run("initdb", "-D", data, "-U", "postgres", "-A", "scram-sha-256", "-N",
         f"--pwfile={secret}", "--locale=C", "-E", "UTF8")  # fmt: skip
    secret.unlink()
    with (data / "postgresql.conf").open("a") as settings:
        settings.write(SETTINGS.format(port=port))
    try:
        _run("pg_ctl", "-D", data, "-l", data / "log", "-w", "start")
        outside = Outside(port)
        outside.ask("CREATE ROLE owner LOGIN CREATEDB CREATEROLE PASSWORD 'o:wn@er'")
        yield outside
    finally:
        _run("pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")
        shutil.rmtree(data)


def _run(program: str, *arguments: object) -> None:
    command = [str(host.programs() / program), *map(str, arguments)]
    # Its children keep what it writes to, so nothing here may wait for the end of that.
    subprocess.run(
        command, check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL, cwd="/", **host.as_owner(),
    )  # fmt: skip


def the_program(home: Path, *arguments: str, **environment: str):
    """`xinfeng …` with a home of its own, as a user at a shell would run it."""
    kept = {name: value for name, value in os.environ.items() if name not in OF_THE_TESTS}
    return subprocess.run(
        [sys.executable, "-m", "xinfeng", *arguments], cwd=ROOT, text=True, check=False,
        capture_output=True, env={**kept, "XINFENG_HOME": str(home), **environment},
    )  # fmt: skip

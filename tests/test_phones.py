"""Phones against the real server: bodies without a length, and bodies that break off."""

import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest
from django.db import connection
from psycopg.conninfo import make_conninfo

from xinfeng.base import scope
from xinfeng.config import database
from xinfeng.fieldwork.models import Submission, SubmissionFile
from xinfeng.fieldwork.tests.build import (
    TOKEN,
    a_phone,
    a_version,
    an_inspector,
    answers,
    multipart,
)
from xinfeng.files.tests.build import a_picture

from .test_second_city import ROOT

PHOTO = a_picture(side=1200, colour="navy", quality=100)
ADDRESS = f"/or/key/{TOKEN}/submission"
HEADERS = {
    "X-OpenRosa-Version": "1.0",
    "Content-Type": "multipart/form-data; boundary=BOUNDARY",
}


@pytest.fixture
def port(transactional_db, tmp_path) -> Iterator[int]:
    """The server that operators run, on the database of this test."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        number = free.getsockname()[1]
    name = connection.settings_dict["NAME"]
    environment = {
        **os.environ,
        "XINFENG_HOME": str(tmp_path),
        "DATABASE_URL": make_conninfo(**database.parameters(database.OWNER, name)),
        "DATABASE_APP_URL": make_conninfo(**database.parameters(database.APP, name)),
        "DATABASE_AUDITOR_URL": make_conninfo(**database.parameters(database.AUDITOR, name)),
    }
    command = [
        sys.executable,
        "-m",
        "xinfeng",
        "serve",
        "--port",
        str(number),
        "--workers",
        "1",
    ]
    with (tmp_path / "serve.log").open("w") as log:
        server = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
    try:
        _wait(number, tmp_path / "serve.log")
        yield number
    finally:
        server.terminate()
        server.wait(timeout=30)


def _wait(port, log):
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1):
                return
        except OSError:
            time.sleep(0.1)
    raise AssertionError(log.read_text())


@pytest.fixture
def phone(port) -> Iterator[http.client.HTTPConnection]:
    with scope.whole_city():
        a_version()
        a_phone(an_inspector())
    wire = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    yield wire
    wire.close()


def in_pieces(body: bytes, size: int):
    for start in range(0, len(body), size):
        yield body[start : start + size]


def test_bodies_arrive_whole_with_and_without_a_length_and_not_when_broken_off(phone, port):
    for number, encode_chunked in enumerate((False, True), start=1):
        body = multipart(answers(f"uuid:{number}", photos=["a.jpg"]), [("a.jpg", PHOTO)])
        more = {} if encode_chunked else {"Content-Length": str(len(body))}
        phone.request(
            "POST", ADDRESS, body=in_pieces(body, 7001), headers=HEADERS | more,
            encode_chunked=encode_chunked,
        )  # fmt: skip
        answer = phone.getresponse()
        assert answer.status == 201, answer.read()
        answer.read()
    phone.request("HEAD", ADDRESS, headers={"X-OpenRosa-Version": "1.0"})
    looked = phone.getresponse()
    assert (looked.status, looked.read()) == (204, b"")
    _break_off(port, multipart(answers("uuid:3", photos=["a.jpg"]), [("a.jpg", PHOTO)]))

    with scope.whole_city():
        assert Submission.objects.count() == 2
        assert {row.file.size for row in SubmissionFile.objects.all()} == {len(PHOTO)}


def _break_off(port: int, body: bytes) -> None:
    """The network goes in the middle of a photo."""
    head = f"POST {ADDRESS} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(body)}\r\n"
    head += "".join(f"{name}: {value}\r\n" for name, value in HEADERS.items())
    with socket.create_connection(("127.0.0.1", port)) as wire:
        wire.sendall(head.encode() + b"\r\n" + body[: len(body) // 2])
    time.sleep(0.5)

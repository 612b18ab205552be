"""Check-in over HTTP: signed by devices, durable, 64 clients, all rules on, exactly once.

Made people, places and keys are copied into the city that stands and taken out again. wrk sends
bodies that were signed beforehand, so that the client takes as little of the machine as it can.
"""

import base64
import json
import os
import re
import resource
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.error import HTTPError, URLError
from uuid import uuid4

import psycopg
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from bench import memory
from bench.measure import Measured
from xinfeng.activities import door, doorway
from xinfeng.base import clock
from xinfeng.config import database

CLIENTS, THREADS = 64, 2
PEOPLE, ACTIVITIES = 20_000, 100
# One in twenty is sent a second time.
TWICE = PEOPLE // 20
SECONDS = 25
A_SECOND, P99_MS = 1500, 80
MARK = "BENCHDOOR"
LUA = Path(__file__).with_name("checkin.lua")


def answers() -> Iterator[Measured]:
    what = f"check-in over HTTP, durable, {CLIENTS} clients, exactly once"
    bar = f"≥ {A_SECOND:,}/s, p99 ≤ {P99_MS} ms"
    if shutil.which("wrk") is None:
        yield Measured(what, "not measured: wrk is not installed", bar, holds=False)
        return
    with _owner() as owner, TemporaryDirectory() as folder:
        _take_out(owner)
        try:
            crowd = _put_in(owner)
            with _served() as (address, server):
                _warm_up(address, crowd)
                told = _storm(address, server, crowd, Path(folder))
            rate, exact = _stored(owner)
        finally:
            _take_out(owner)
    yield Measured(
        what,
        f"{rate:,.0f}/s, p50 {told.p50:.0f} ms, p99 {told.p99:.0f} ms, {PEOPLE:,} people,"
        f" {told.answered:,} answers, {told.refused} refused, stored {exact}; of the processor"
        f" {told.server_us:.0f} µs each in the server, {told.database_us:.0f} in PostgreSQL,"
        f" {told.client_us:.0f} in the client",
        bar,
        rate >= A_SECOND
        and told.p99 <= P99_MS
        and told.refused == 0
        and exact == "exactly once",
    )


@dataclass(frozen=True)
class Told:
    """What wrk saw."""

    answered: int
    refused: int
    p50: float
    p99: float
    # Processor time of each answer, in microseconds.
    server_us: float
    database_us: float
    client_us: float


@dataclass(frozen=True)
class Member:
    """One volunteer with a phone: whom it speaks for, about which sign-up, at which door."""

    holder: str
    signup_id: int
    activity: str
    key: ec.EllipticCurvePrivateKey

    def body(self, at: datetime) -> bytes:
        said = {
            "id": str(uuid4()), "counter": 1, "signup": self.signup_id, "phase": "IN",
            "means": "ROTATING", "code": str(door.shown(self.activity, at)),
            "said_at": round(at.timestamp() * 1000),
        }  # fmt: skip
        text = json.dumps(said)
        r, s = decode_dss_signature(self.key.sign(text.encode(), ec.ECDSA(hashes.SHA256())))
        raw = r.to_bytes(32, "big") + s.to_bytes(32, "big")
        envelope = {
            "key": self.holder, "said": text, "sent_at": said["said_at"],
            "signature": base64.urlsafe_b64encode(raw).decode().rstrip("="),
        }  # fmt: skip
        return json.dumps(envelope).encode()


def _owner() -> psycopg.Connection:
    return psycopg.connect(**database.parameters(database.OWNER), autocommit=True)


def _put_in(owner: psycopg.Connection) -> list[Member]:
    """Activities that are on now, with people of the city signed up and their phones known."""
    now = clock.now()
    people = owner.execute(
        "SELECT id, division_id FROM people_person WHERE state = 'ACTIVE'"
        " AND registered_on IS NOT NULL AND left_on IS NULL ORDER BY id LIMIT %s",
        [PEOPLE + 1],
    ).fetchall()
    # Who leads does not check in: nobody vouches for themselves.
    leader, division = people.pop()
    category = owner.execute("SELECT min(id) FROM activities_category").fetchone()
    assert category
    shifts = _shifts(owner, leader, division, category[0], now)
    crowd = []
    signups = []
    keys = [ec.generate_private_key(ec.SECP256R1()) for _ in people]
    devices = _devices(owner, keys, now)
    with owner.cursor().copy(
        "COPY activities_keyholder (code, device_id, person_id, division_id, label,"
        " registered_at) FROM STDIN"
    ) as holders:
        for i, ((person, home), device) in enumerate(zip(people, devices, strict=True)):
            holders.write_row([f"{MARK}{i:06}", device, person, home, "", now])
            signups.append([shifts[i % ACTIVITIES][0], person, division])
    for i, signup_id in enumerate(_signups(owner, signups)):
        activity = shifts[i % ACTIVITIES][1]
        crowd.append(Member(f"{MARK}{i:06}", signup_id, activity, keys[i]))
    owner.execute("ANALYZE activities_keyholder, activities_device, activities_signup")
    return crowd


def _shifts(
    owner: psycopg.Connection, leader: int, division: int, category: int, now: datetime
) -> list[tuple[int, str]]:
    rows = owner.execute(
        "WITH made AS (INSERT INTO activities_activity (code, title, category_id, division_id,"
        " leader_id, state) SELECT %s || g, 'bench', %s, %s, %s, 'ANNOUNCED'"
        " FROM generate_series(1, %s) g RETURNING id, code)"
        " INSERT INTO activities_shift (activity_id, starts_at, ends_at, capacity)"
        " SELECT id, %s, %s, 1000 FROM made ORDER BY id RETURNING id, activity_id",
        [MARK, category, division, leader, ACTIVITIES, now - timedelta(minutes=5),
         now + timedelta(hours=2)],
    ).fetchall()  # fmt: skip
    codes = dict(
        owner.execute(
            "SELECT id, code FROM activities_activity WHERE code LIKE %s", [f"{MARK}%"]
        ).fetchall()
    )
    return [(shift, codes[activity]) for shift, activity in rows]


def _devices(
    owner: psycopg.Connection, keys: list[ec.EllipticCurvePrivateKey], now: datetime
) -> list[int]:
    points = [
        key.public_key().public_bytes(
            serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
        )
        for key in keys
    ]
    prints = [sha256(point).digest() for point in points]
    with owner.cursor().copy(
        "COPY activities_device (fingerprint, public_key, registered_at) FROM STDIN"
    ) as copy:
        for fingerprint, point in zip(prints, points, strict=True):
            copy.write_row([fingerprint, point, now])
    ids = dict(
        owner.execute(
            "SELECT fingerprint, id FROM activities_device WHERE registered_at = %s", [now]
        ).fetchall()
    )
    return [ids[fingerprint] for fingerprint in prints]


def _signups(owner: psycopg.Connection, rows: list[list[int]]) -> list[int]:
    shift, person, division = zip(*rows, strict=True)
    found = owner.execute(
        "INSERT INTO activities_signup (shift_id, person_id, division_id, state)"
        " SELECT shift, person, division, 'BOOKED'"
        " FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[]) AS r (shift, person, division)"
        " RETURNING id, person_id",
        [list(shift), list(person), list(division)],
    ).fetchall()
    ids = {who: signup for signup, who in found}
    return [ids[who] for who in person]


@contextmanager
def _served() -> Iterator[tuple[str, int]]:
    """The program's own server, as it serves everybody, on a free port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "xinfeng", "serve", "--port", str(port)]
    server = subprocess.Popen(command, env=os.environ.copy(), stdout=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}{doorway.PATH}"
    try:
        deadline = time.monotonic() + 60
        while _status(address, b"") != 400:
            assert time.monotonic() < deadline, "the server did not start"
            time.sleep(0.2)
        yield address, server.pid
    finally:
        server.terminate()
        server.wait(timeout=30)


def _status(address: str, body: bytes) -> int:
    try:
        with urllib.request.urlopen(urllib.request.Request(address, body)) as answer:  # noqa: S310
            return int(answer.status)
    except HTTPError as error:
        return error.code
    except (URLError, ConnectionError):
        return 0


def _warm_up(address: str, crowd: list[Member]) -> None:
    """Connections, prepared statements and caches of each thread; nothing is stored."""
    bodies = [member.body(clock.now() - timedelta(days=1)) for member in crowd[:400]]
    for body in bodies:
        status = _status(address, body)
        assert status == 409, f"a code of yesterday was answered {status}"


def _storm(address: str, server: int, crowd: list[Member], folder: Path) -> Told:
    at = clock.now()
    bodies = [member.body(at) for member in crowd]
    # Again right after the first time, when both may be on their way.
    for i in range(TWICE):
        bodies.insert(i * 20 + 3, bodies[i * 20])
    for number in range(THREADS):
        part = bodies[number::THREADS]
        # The first and the last once more: wrk may ask for a body that it never sends.
        part = [part[0], *part, part[-1]]
        (folder / f"{number + 1}").write_bytes(b"\n".join(part) + b"\n")
    before, client = _spent(server), resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(
        ["wrk", "-t", str(THREADS), "-c", str(CLIENTS), "-d", f"{SECONDS}s", "--timeout", "10s",
         "-s", str(LUA), address],
        env={**os.environ, "BODIES": str(folder)}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    after, ended = _spent(server), resource.getrusage(resource.RUSAGE_CHILDREN)
    found = re.search(r"answered=(\d+) refused=(\d+) p50=([\d.]+) p99=([\d.]+)", done.stdout)
    assert found, done.stdout
    each = 1e6 / int(found[1])
    return Told(
        answered=int(found[1]),
        refused=int(found[2]),
        p50=float(found[3]),
        p99=float(found[4]),
        server_us=(after[0] - before[0]) * each,
        database_us=(after[1] - before[1]) * each,
        client_us=(ended.ru_utime + ended.ru_stime - client.ru_utime - client.ru_stime) * each,
    )


def _spent(server: int) -> tuple[float, float]:
    """Seconds of processor time so far of the server's processes, and of PostgreSQL's."""
    data = str(database.server().data)
    ours = memory.descendants(server)
    spent = [0.0, 0.0]
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError, ValueError):
            ticks = (process / "stat").read_text().rsplit(")", 1)[1].split()
            seconds = (int(ticks[11]) + int(ticks[12])) / os.sysconf("SC_CLK_TCK")
            if int(process.name) in ours:
                spent[0] += seconds
            elif memory.directory(process) == data:
                spent[1] += seconds
    return spent[0], spent[1]


def _stored(owner: psycopg.Connection) -> tuple[float, str]:
    """How many a second by the server's clock, and whether each stands there once."""
    row = owner.execute(
        "SELECT count(*), count(DISTINCT c.signup_id),"
        " count(*) FILTER (WHERE s.state = 'PRESENT'),"
        " extract(epoch FROM max(c.received_at) - min(c.received_at))"
        " FROM activities_checkin c JOIN activities_signup s ON s.id = c.signup_id"
        " JOIN activities_shift h ON h.id = s.shift_id JOIN activities_activity a"
        " ON a.id = h.activity_id WHERE a.code LIKE %s",
        [f"{MARK}%"],
    ).fetchone()
    assert row
    kept, people, present, seconds = row
    told = owner.execute(
        "SELECT count(*) FROM journal_entry e JOIN activities_signup s"
        " ON e.subject = 'activities.signup:' || s.id JOIN activities_shift h"
        " ON h.id = s.shift_id JOIN activities_activity a ON a.id = h.activity_id"
        " WHERE a.code LIKE %s AND e.verb = 'signup.arrived'",
        [f"{MARK}%"],
    ).fetchone()
    assert told
    once = kept == people == present == told[0] == PEOPLE
    return (
        kept / float(seconds or 1),
        "exactly once" if once else f"{kept}/{people}/{present}/{told[0]} of {PEOPLE}",
    )


def _take_out(owner: psycopg.Connection) -> None:
    """Everything this bench put in, an earlier broken run's too."""
    ours = (
        "SELECT s.id FROM activities_signup s JOIN activities_shift h ON h.id = s.shift_id"
        " JOIN activities_activity a ON a.id = h.activity_id WHERE a.code LIKE %(mark)s"
    )
    shifts = (
        "SELECT h.id FROM activities_shift h JOIN activities_activity a"
        " ON a.id = h.activity_id WHERE a.code LIKE %(mark)s"
    )
    statements = [
        f"DELETE FROM journal_entry WHERE subject IN (SELECT 'activities.signup:' || id"
        f" FROM ({ours}) o (id))",
        f"DELETE FROM activities_checkin WHERE signup_id IN ({ours})",
        f"DELETE FROM activities_signup WHERE id IN ({ours})",
        f"DELETE FROM activities_shift WHERE id IN ({shifts})",
        "DELETE FROM activities_activity WHERE code LIKE %(mark)s",
        "CREATE TEMP TABLE gone AS SELECT device_id FROM activities_keyholder"
        " WHERE code LIKE %(mark)s",
        "DELETE FROM activities_keyholder WHERE code LIKE %(mark)s",
        "DELETE FROM activities_device WHERE id IN (SELECT device_id FROM gone)",
        "DROP TABLE gone",
    ]
    with suppress(psycopg.errors.UndefinedTable):
        owner.execute("DROP TABLE gone")
    with owner.transaction():
        for statement in statements:
            owner.execute(statement, {"mark": f"{MARK}%"})

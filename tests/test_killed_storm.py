"""Killed in the middle of a check-in storm: nothing acknowledged is lost, nothing doubled."""

import json
import os
import signal
import time
from datetime import datetime, timedelta
from pathlib import Path

import psycopg
import pytest

from xinfeng.base.postgres import Server

from . import storm
from .test_killed_database import served, waited_for

__all__ = ["served"]

pytestmark = pytest.mark.skipif(
    "DATABASE_URL" in os.environ, reason="the database is not ours to kill"
)
PEOPLE, CLIENTS = 300, 8
KEPT = """
    SELECT count(*), count(DISTINCT c.signup_id), count(DISTINCT c.client_id)
    FROM activities_checkin c WHERE c.signup_id = ANY(%s)"""
TOLD = """
    SELECT count(*), count(DISTINCT subject) FROM journal_entry
    WHERE verb = 'signup.arrived' AND subject = ANY(%s)"""


@pytest.fixture
def the_citys_keys(served, settings):
    """Codes are made with the keys of the city that is served, not with the tests' own."""
    _address, home = served
    settings.KEY_RING_FILE = home / "keys" / "ring.json"


def workers(home: Path) -> list[int]:
    """The serving processes of this home: children of the one that serves."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            words = (process / "cmdline").read_bytes().split(b"\0")
            around = (process / "environ").read_bytes()
        except OSError:
            continue
        ours = f"XINFENG_HOME={home}".encode() in around.split(b"\0")
        # The worker processes are spawned; the one that serves is the demo itself.
        if ours and any(b"spawn_main" in word for word in words):
            found.append(int(process.name))
    return found


def test_a_storm_survives_the_death_of_database_and_server(served, the_citys_keys):
    address, home = served
    offset = timedelta(
        seconds=json.loads((home / "demo-clock.json").read_text())["offset_seconds"]
    )
    now = datetime.now().astimezone() + offset
    server = Server(home)
    with psycopg.connect(**server.parameters("xinfeng_owner", "xinfeng")) as owner:
        crowd = storm.put_in(owner, PEOPLE, now)
    for member in crowd:
        member.sign(storm.MARK, datetime.now().astimezone() + offset)

    threads = storm.let_loose(address, crowd, offset, CLIENTS)
    acknowledged_before = []
    for kill in ("database", "server", "database"):
        wanted = len([m for m in crowd if m.acknowledged]) + PEOPLE // 8
        while len([m for m in crowd if m.acknowledged]) < wanted and any(
            thread.is_alive() for thread in threads
        ):
            time.sleep(0.01)
        acknowledged_before.append({m.signup_id for m in crowd if m.acknowledged})
        if kill == "database":
            process = server.process_id()
            assert process is not None
            os.kill(process, signal.SIGKILL)
        else:
            for process in workers(home):
                os.kill(process, signal.SIGKILL)
    for thread in threads:
        thread.join(timeout=100)

    assert all(member.acknowledged for member in crowd), "each was acknowledged in the end"
    # The kills were in the middle: before each, some and not all were acknowledged.
    assert all(0 < len(known) < PEOPLE for known in acknowledged_before)
    waited_for(f"{address}/", 200, 60)
    with psycopg.connect(**server.parameters("xinfeng_owner", "xinfeng")) as owner:
        present = owner.execute(
            "SELECT id FROM activities_signup WHERE state = 'PRESENT' AND id = ANY(%s)",
            [[member.signup_id for member in crowd]],
        ).fetchall()
        subjects = [f"activities.signup:{member.signup_id}" for member in crowd]
        assert {row[0] for row in present} == {member.signup_id for member in crowd}
        signups = [member.signup_id for member in crowd]
        assert owner.execute(KEPT, [signups]).fetchone() == (PEOPLE, PEOPLE, PEOPLE)
        assert owner.execute(TOLD, [subjects]).fetchone() == (PEOPLE, PEOPLE)

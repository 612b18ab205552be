"""A crowd of phones before a demo that is served: put into its database, and let loose."""

import json
import threading
import time
import urllib.request
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from urllib.error import HTTPError, URLError

import psycopg

from xinfeng.activities import door
from xinfeng.activities.tests.phones import Phone, milliseconds

MARK = "STORM"


@dataclass
class Member:
    """One phone with one thing to say, and what it was answered."""

    phone: Phone
    key: str
    signup_id: int
    message: dict = field(default_factory=dict)
    acknowledged: bool = False
    is_refused: bool = False

    def sign(self, activity: str, at: datetime) -> None:
        holder = type("Holder", (), {"code": self.key})
        code = str(door.shown(activity, at))
        self.message = self.phone.say(holder, said_at=at, signup=self.signup_id, code=code)


def put_in(owner: psycopg.Connection, people: int, at: datetime) -> list[Member]:
    """An activity that is on, and people of the city signed up for it, each with a phone."""
    rows = owner.execute(
        "SELECT id, division_id FROM people_person WHERE state = 'ACTIVE'"
        " AND registered_on IS NOT NULL AND left_on IS NULL ORDER BY id LIMIT %s",
        [people + 1],
    ).fetchall()
    leader, division = rows.pop()
    (activity,) = owner.execute(
        "INSERT INTO activities_activity (code, title, category_id, division_id, leader_id,"
        " state) SELECT %s, 'storm', min(id), %s, %s, 'ANNOUNCED' FROM activities_category"
        " RETURNING id",
        [MARK, division, leader],
    ).fetchone()
    (shift,) = owner.execute(
        "INSERT INTO activities_shift (activity_id, starts_at, ends_at, capacity)"
        " VALUES (%s, %s, %s, 9999) RETURNING id",
        [activity, at - timedelta(minutes=5), at + timedelta(hours=2)],
    ).fetchone()
    return [
        _member(owner, number, person, home, shift, division, at)
        for number, (person, home) in enumerate(rows)
    ]


def _member(owner, number, person, home, shift, division, at) -> Member:
    phone, key = Phone(), f"{MARK}{number:06}"
    (signup,) = owner.execute(
        "INSERT INTO activities_signup (shift_id, person_id, division_id, state)"
        " VALUES (%s, %s, %s, 'BOOKED') RETURNING id",
        [shift, person, division],
    ).fetchone()
    (device,) = owner.execute(
        "INSERT INTO activities_device (fingerprint, public_key, registered_at)"
        " VALUES (%s, %s, %s) RETURNING id",
        [sha256(phone.point).digest(), phone.point, at],
    ).fetchone()
    owner.execute(
        "INSERT INTO activities_keyholder (code, device_id, person_id, division_id, label,"
        " registered_at) VALUES (%s, %s, %s, %s, '', %s)",
        [key, device, person, home, at],
    )
    return Member(phone, key, signup)


def send(address: str, member: Member, offset: timedelta) -> bool:
    """Once over the network; true when the server has acknowledged it."""
    at = datetime.now().astimezone() + offset
    body = json.dumps(member.message | {"sent_at": milliseconds(at)}).encode()
    request = urllib.request.Request(f"{address}/api/v1/checkins", body)
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            told = json.loads(answer.read())
    except HTTPError as error:
        # Anything but "come again" ends the storm, and the test fails by what is missing.
        member.is_refused = error.code != 503
        return False
    except (URLError, ConnectionError, TimeoutError, OSError, ValueError):
        return False
    return told["state"] == "PRESENT"


def let_loose(
    address: str, crowd: list[Member], offset: timedelta, clients: int
) -> list[threading.Thread]:
    """Each client sends its part in order, again and again until it is acknowledged."""
    deadline = time.monotonic() + 90

    def work(part: Iterable[Member]) -> None:
        for member in part:
            while (
                not (member.acknowledged or member.is_refused) and time.monotonic() < deadline
            ):
                member.acknowledged = send(address, member, offset)
                if not member.acknowledged:
                    time.sleep(0.2)

    threads = [
        threading.Thread(target=work, args=(crowd[number::clients],))
        for number in range(clients)
    ]
    for thread in threads:
        thread.start()
    return threads

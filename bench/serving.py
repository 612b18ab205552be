"""A server of the bench's own, as a user starts it, and clients that press at the same time."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException
from importlib import import_module
from threading import Barrier
from time import perf_counter

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

from xinfeng.people.models import Person

TOKEN = "b" * 32
READY_S = 60


@contextmanager
def server(port: int) -> Iterator[int]:
    """`xinfeng serve` on the city of the bench, until the block is left."""
    command = [sys.executable, "-m", "xinfeng", "serve", "--port", str(port)]
    process = subprocess.Popen(
        command, env=os.environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        _wait(port)
        yield port
    finally:
        process.terminate()
        process.wait(timeout=30)


def signed_in(people: Iterable[Person]) -> list[str]:
    """A cookie for each person, as a sign-in leaves it."""
    store = import_module(settings.SESSION_ENGINE).SessionStore
    cookies = []
    for person in people:
        session = store()
        session[SESSION_KEY] = str(person.pk)
        session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
        session[HASH_SESSION_KEY] = person.get_session_auth_hash()
        session.create()
        cookies.append(
            f"{settings.SESSION_COOKIE_NAME}={session.session_key}; csrftoken={TOKEN}"
        )
    return cookies


def at_once(
    port: int, asks: Sequence[Callable[[HTTPConnection], int]], clients: int
) -> tuple[list[float], list[int]]:
    """Each ask on one of so many connections kept open; milliseconds and statuses."""
    everyone_is_connected = Barrier(clients)

    def run(own: Sequence[Callable[[HTTPConnection], int]]) -> list[tuple[float, int]]:
        connection = HTTPConnection("127.0.0.1", port, timeout=60)
        connection.connect()
        everyone_is_connected.wait(timeout=60)
        answers = []
        for ask in own:
            started = perf_counter()
            status = ask(connection)
            answers.append((1000 * (perf_counter() - started), status))
        connection.close()
        return answers

    with ThreadPoolExecutor(clients) as pool:
        shares = [asks[number::clients] for number in range(clients)]
        answers = [answer for share in pool.map(run, shares) for answer in share]
    return [taken for taken, _ in answers], [status for _, status in answers]


def press(connection: HTTPConnection, address: str, cookie: str, body: str = "") -> int:
    """One button of one person: a POST with its CSRF token; the status of the answer."""
    headers = {
        "Cookie": cookie,
        "X-CSRFToken": TOKEN,
        "Content-Type": "application/x-www-form-urlencoded",
        "Host": "127.0.0.1",
    }
    connection.request("POST", address, body, headers)
    answer = connection.getresponse()
    answer.read()
    return answer.status


def _wait(port: int) -> None:
    until = time.monotonic() + READY_S
    while time.monotonic() < until:
        try:
            connection = HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", "/activities/", headers={"Host": "127.0.0.1"})
            if connection.getresponse().status == 200:
                return
        except (OSError, HTTPException):
            time.sleep(0.2)
    raise TimeoutError("the server of the bench did not come up")

"""Phones that send photos: durable, sixteen at once, by the protocol, over HTTP.

What is sent is made beforehand; each photo differs in its first bytes, so nothing is the same
file twice. The photos are erased again; a city of the bench keeps the rows.
"""

import io
import os
import secrets
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from threading import Barrier
from time import perf_counter

from django.conf import settings
from PIL import Image

from bench import serving
from bench.measure import Measured
from xinfeng.base import clock, scope
from xinfeng.fieldwork import building, commands
from xinfeng.fieldwork.building import Checklist, Line, Section, Words
from xinfeng.fieldwork.models import Submission, SubmissionFile
from xinfeng.files.commands import erase
from xinfeng.people.models import Grant, Person, Role

PHONES, SUBMISSIONS, WARM = 16, 112, 16
PHOTOS, PHOTO_BYTES = 10, 2 << 20
A_SECOND, MOST_GROWTH_MIB = 20, 64
FORM, BOUNDARY = "bench-phones", "bench"


def answers() -> Iterator[Measured]:
    now = clock.now()
    office = _office()
    _form(office)
    token = secrets.token_urlsafe(24)
    device = commands.issue(
        person_id=office.pk, name="bench", token=token, actor=office, at=now
    ).device
    try:
        with serving.server(_free_port()) as port:
            idle = _peak(port)
            _send(port, token, WARM)
            warm = _peak(port)
            seconds, statuses, ids = _send(port, token, SUBMISSIONS)
            growth = _peak(port) - warm
        whole = _stored(ids)
    finally:
        commands.revoke(device_id=device.pk, actor=office, at=clock.now())
        _let_go(device.pk)
    rate = SUBMISSIONS / seconds
    yield Measured(
        f"submissions with {PHOTOS} photos of 2 MB from {PHONES} phones at once",
        f"{rate:.1f}/s ({rate * PHOTOS * PHOTO_BYTES / 1e6:.0f} MB/s), {whole} of"
        f" {SUBMISSIONS} whole and durable; a serving process holds {idle:.0f} MiB idle,"
        f" {warm:.0f} with the first {WARM}, {growth:.0f} more with the rest",
        f"≥ {A_SECOND}/s, memory flat",
        rate >= A_SECOND and whole == SUBMISSIONS and growth <= MOST_GROWTH_MIB
        and statuses == {201},
    )  # fmt: skip


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _office() -> Person:
    grants = Grant.objects.filter(role=Role.CITY_OFFICE, person__state="ACTIVE")
    return grants.select_related("person").order_by("pk")[0].person


def _form(office: Person) -> None:
    lines = tuple(Line(f"1.{number}", Words(f"检查项 {number}")) for number in range(PHOTOS))
    checklist = Checklist(FORM, "1", Words("测速"), (Section(Words("一"), lines),))
    drafted = commands.draft(
        xlsx=building.xlsx(checklist), file_name="bench.xlsx", owner_id=office.division_id,
        actor=office, at=clock.now(),
    )  # fmt: skip
    commands.publish(version_id=drafted.version.pk, actor=office, at=clock.now())


@dataclass(frozen=True)
class _Parcel:
    id: str
    pieces: list[bytes]

    @property
    def length(self) -> int:
        return sum(map(len, self.pieces))


class _Camera:
    """JPEGs of 2 MB: a right head, a comment that is new each time, and noise."""

    def __init__(self) -> None:
        out = io.BytesIO()
        Image.new("RGB", (4000, 3000)).save(out, "JPEG")
        self._head = out.getvalue()
        noise = os.urandom(PHOTO_BYTES - len(self._head) - 64).replace(b"\xff", b"\x00")
        self._rest = self._head[2:-2] + noise + b"\xff\xd9"

    def shoot(self) -> list[bytes]:
        return [b"\xff\xd8\xff\xfe\x00\x12" + secrets.token_bytes(16), self._rest]


def _parcel(camera: _Camera) -> _Parcel:
    instance = f"uuid:{secrets.token_hex(16)}"
    names = [f"{secrets.token_hex(6)}.jpg" for _ in range(PHOTOS)]
    named = "".join(
        f"<l_1_{n}>NOT_MET</l_1_{n}><l_1_{n}_photo>{name}</l_1_{n}_photo>"
        for n, name in enumerate(names)
    )
    xml = (
        f'<data id="{FORM}" version="1"><part_1>{named}</part_1>'
        f"<meta><instanceID>{instance}</instanceID></meta></data>"
    )
    pieces = [_head("xml_submission_file", "data.xml"), xml.encode()]
    for name in names:
        pieces += [b"\r\n" + _head(name, name), *camera.shoot()]
    return _Parcel(instance, [*pieces, f"\r\n--{BOUNDARY}--\r\n".encode()])


def _head(name: str, file_name: str) -> bytes:
    return (
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"; filename="{file_name}"'
        "\r\nContent-Type: application/octet-stream\r\n\r\n"
    ).encode()


def _send(port: int, token: str, count: int) -> tuple[float, set[int], list[str]]:
    camera = _Camera()
    parcels = [_parcel(camera) for _ in range(count)]
    start = Barrier(PHONES + 1)

    def run(own: list[_Parcel]) -> set[int]:
        connection = HTTPConnection("127.0.0.1", port, timeout=120)
        connection.connect()
        start.wait(timeout=60)
        statuses = {_post(connection, token, parcel) for parcel in own}
        connection.close()
        return statuses

    with ThreadPoolExecutor(PHONES) as pool:
        runs = [pool.submit(run, parcels[number::PHONES]) for number in range(PHONES)]
        start.wait(timeout=60)
        started = perf_counter()
        statuses = set().union(*(each.result() for each in runs))
        seconds = perf_counter() - started
    return seconds, statuses, [parcel.id for parcel in parcels]


def _post(connection: HTTPConnection, token: str, parcel: _Parcel) -> int:
    connection.putrequest("POST", f"/or/key/{token}/submission")
    connection.putheader("X-OpenRosa-Version", "1.0")
    connection.putheader("Content-Type", f"multipart/form-data; boundary={BOUNDARY}")
    connection.putheader("Content-Length", str(parcel.length))
    connection.endheaders()
    for piece in parcel.pieces:
        connection.send(piece)
    answer = connection.getresponse()
    answer.read()
    return answer.status


def _peak(port: int) -> float:
    """The most memory that any serving process ever held, in MiB."""
    peaks = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            words = (process / "cmdline").read_bytes()
            around = (process / "environ").read_bytes()
            status = (process / "status").read_text()
        except OSError:
            continue
        ours = f"XINFENG_HOME={settings.HOME}".encode() in around
        if ours and (b"spawn_main" in words or f"--port\0{port}".encode() in words):
            line = next(each for each in status.splitlines() if each.startswith("VmHWM"))
            peaks.append(int(line.split()[1]) / 1024)
    return max(peaks)


def _stored(ids: list[str]) -> int:
    with scope.whole_city():
        found = Submission.objects.filter(instance_id__in=ids).complete().order_by("pk")
        return sum(each.files.count() == PHOTOS for each in found)


def _let_go(device_id: int) -> None:
    with scope.whole_city():
        files = SubmissionFile.objects.filter(submission__device=device_id)
        numbers = list(files.order_by("pk").values_list("file_id", flat=True))
    for number in numbers:
        erase(file_id=number, actor=None, at=clock.now())

"""Answers by personal code over HTTP: so many a second for a minute, none lost, none doubled.

A made survey with its households is put into the city that stands and taken out again. Sheets
are sent at fixed moments, whether or not the ones before were answered, so that a server that
falls behind is seen to.
"""

import asyncio
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from statistics import median, quantiles
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode

import psycopg
import yaml
from django.conf import settings

from bench.measure import Measured
from xinfeng.base import clock, codes, pack, scope, short_code
from xinfeng.config import database
from xinfeng.places.models import Division
from xinfeng.surveys import personal_codes
from xinfeng.surveys.asking import bank_of
from xinfeng.surveys.models import (
    Frame,
    Mode,
    Questionnaire,
    QuestionnaireVersion,
    Sample,
    SampleCommunity,
    SampleUnit,
    Stratum,
    Survey,
    SurveyState,
    VersionState,
)

A_SECOND, SECONDS, P99_MS = 200, 60, 1000
# Then every sheet twice at once.
TWICE_SECONDS = 15
CONNECTIONS = 64
MARK = "bench-web"


@dataclass(frozen=True)
class Told:
    """What came back: how many were new, how many had been there, and what else."""

    new: int
    again: int
    other: int
    p50: float
    p99: float
    seconds: float


def answers() -> Iterator[Measured]:
    with psycopg.connect(**database.parameters(database.OWNER), autocommit=True) as owner:
        _take_out(owner)
        try:
            letters = _put_in(A_SECOND * (SECONDS + TWICE_SECONDS))
            with _served() as port:
                _warm_up(port)
                once = asyncio.run(_send(port, letters[: A_SECOND * SECONDS], 1))
                kept = _kept(owner)
                twice = asyncio.run(_send(port, letters[A_SECOND * SECONDS :], 2))
                both = _kept(owner)
        finally:
            _take_out(owner)
    yield _once(once, kept)
    yield _twice(twice, both[0] - kept[0], both == (both[0],) * 3)


def _once(told: Told, kept: tuple[int, int, int]) -> Measured:
    sent = A_SECOND * SECONDS
    whole = kept == (sent, sent, sent) and told.new == sent
    return Measured(
        f"answers by web, {A_SECOND} a second for {SECONDS} s, by personal code",
        f"{told.new:,} of {sent:,} answered in {told.seconds:.0f} s, p50 {told.p50:.0f} ms, p99"
        f" {told.p99:.0f} ms; kept {kept[0]:,}, households {kept[1]:,}, journal {kept[2]:,}",
        f"none lost, none doubled, p99 ≤ {P99_MS:,} ms",
        whole and told.p99 <= P99_MS,
    )


def _twice(told: Told, kept: int, agree: bool) -> Measured:
    sheets = A_SECOND * TWICE_SECONDS
    return Measured(
        f"the same with each sheet sent twice at once, for {TWICE_SECONDS} s",
        f"{told.new:,} new and {told.again:,} told that it is there, {told.other} else, p99"
        f" {told.p99:.0f} ms; kept {kept:,}",
        "none lost, none doubled",
        agree and kept == told.new == told.again == sheets and told.other == 0,
    )


def _put_in(households: int) -> list[str]:
    """A survey in its field with so many households; their personal codes."""
    city = Division.objects.filter(level=codes.Level.CITY).order_by("pk")[0]
    village = Division.objects.filter(level=codes.Level.VILLAGE).order_by("pk")[0]
    now = clock.now()
    version = _version(city)
    frame = Frame.objects.create(
        code=MARK, name=MARK, division=city, as_of=clock.today(), digest="0" * 64,
        communities=1, households=households, made_at=now,
    )  # fmt: skip
    survey = Survey.objects.create(
        code=MARK, name=MARK, year=now.year, questionnaire=version, division=city,
        since=clock.today() - timedelta(days=1), until=clock.today() + timedelta(days=2),
        frame=frame, secret=MARK, commitment="0" * 64, dice="1", state=SurveyState.IN_FIELD,
        planned_at=now, drawn_at=now, opened_at=now,
    )  # fmt: skip
    sample = Sample.objects.create(
        survey=survey, mode=Mode.WEB_CODE, communities=1, per_community=households
    )
    county = codes.span(village.pk, codes.Level.COUNTY)[0]
    stratum = Stratum.objects.create(
        sample=sample, key=MARK, county=county, is_urban=True, communities=1,
        households=households, wanted=1,
    )  # fmt: skip
    community = SampleCommunity.objects.create(
        sample=sample, stratum=stratum, division=village, households=households,
        taken=households, chance_num=1, chance_den=1,
    )  # fmt: skip
    units = short_code.many(households, 12)
    letters = personal_codes.codes_of(units)
    digests = personal_codes.digests_of(letters[unit] for unit in units)
    with scope.whole_city():
        SampleUnit.objects.bulk_create(
            [
                SampleUnit(sample=sample, community=community, division_id=city.pk, code=unit,
                           number=number, web_digest=digest)
                for number, (unit, digest) in enumerate(zip(units, digests, strict=True), 1)
            ],
            batch_size=2000,
        )  # fmt: skip
    return [letters[unit] for unit in units]


@cache
def _document() -> dict[str, Any]:
    """The city's own questions."""
    file = pack.load(settings.CITY_PACK).folder / "questionnaires" / "residents.yaml"
    said: dict[str, Any] = yaml.safe_load(file.read_text(encoding="utf-8"))
    return said


def _version(city: Division) -> QuestionnaireVersion:
    now = clock.now()
    questionnaire = Questionnaire.objects.create(code=MARK, owner=city, created_at=now)
    return QuestionnaireVersion.objects.create(
        questionnaire=questionnaire, number=1, document=_document(), digest="0" * 64,
        created_at=now, changed_at=now, state=VersionState.LOCKED, locked_at=now,
    )  # fmt: skip


def _sheet(number: int) -> bytes:
    """Answered as people do: every question that everybody is asked, or most of them."""
    bank = bank_of(_document())
    said = {"by": "code", "adults": "2", "arrangement": str(number % 24), "seconds": "170"}
    for question in bank.questions.values():
        if question.options and not question.only_if:
            among = next(
                (each.among for each in bank.screening if each.question == question.code),
                tuple(option.code for option in question.options),
            )
            said[f"q.{question.code}"] = among[number % len(among)]
    return urlencode(said | {"survey": MARK}).encode()


async def _send(port: int, letters: Sequence[str], times: int) -> Told:
    """Each sheet so many times at its own moment, over connections that stay."""
    sheets = [_sheet(number) for number in range(24)]
    waiting: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()
    started = time.perf_counter() + 0.5
    for i, letter in enumerate(letters):
        body = sheets[i % len(sheets)]
        head = (
            f"POST /answer/{letter}/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type:"
            f" application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        for _time in range(times):
            waiting.put_nowait((started + i / A_SECOND, head.encode() + body))
    took: list[float] = []
    counted = {"new": 0, "again": 0, "other": 0}
    await asyncio.gather(*(_client(port, waiting, took, counted) for _n in range(CONNECTIONS)))
    return Told(
        **counted, p50=median(took), p99=quantiles(took, n=100)[98],
        seconds=time.perf_counter() - started,
    )  # fmt: skip


async def _client(
    port: int, waiting: "asyncio.Queue[tuple[float, bytes]]", took: list[float],
    counted: dict[str, int],
) -> None:  # fmt: skip
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    while not waiting.empty():
        due, request = waiting.get_nowait()
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        writer.write(request)
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        length = next(
            (int(line.split(b":")[1]) for line in head.split(b"\r\n")
             if line.startswith(b"content-length:")), 0,
        )  # fmt: skip
        await reader.readexactly(length)
        # From the moment it was due, so that waiting for a connection counts as well.
        took.append(1000 * (time.perf_counter() - due))
        thanked = b" 302 " in head.split(b"\r\n")[0] and b"/answer/thanks/" in head
        kind = ("again" if b"again=1" in head else "new") if thanked else "other"
        counted[kind] += 1
    writer.close()


@contextmanager
def _served() -> Iterator[int]:
    """The program's own server, as it serves everybody, on a free port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    command = [sys.executable, "-m", "xinfeng", "serve", "--port", str(port)]
    server = subprocess.Popen(command, env=os.environ.copy(), stdout=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + 60
        while _status(f"http://127.0.0.1:{port}/answer/") != 200:
            assert time.monotonic() < deadline, "the server did not start"
            time.sleep(0.2)
        yield port
    finally:
        server.terminate()
        server.wait(timeout=30)


def _status(address: str, body: bytes | None = None) -> int:
    try:
        with urllib.request.urlopen(urllib.request.Request(address, body)) as answer:  # noqa: S310
            return int(answer.status)
    except HTTPError as error:
        return error.code
    except (URLError, ConnectionError):
        return 0


def _warm_up(port: int) -> None:
    """Connections and caches of each thread; nothing is kept."""
    for _time in range(200):
        assert _status(f"http://127.0.0.1:{port}/answer/") == 200


def _kept(owner: psycopg.Connection) -> tuple[int, int, int]:
    """Sheets, households that are done, and entries of the journal."""
    row = owner.execute(
        "SELECT (SELECT count(*) FROM surveys_response r JOIN surveys_sample s"
        "   ON s.id = r.sample_id WHERE s.survey_id = v.id),"
        " (SELECT count(*) FROM surveys_sampleunit u JOIN surveys_sample s"
        "   ON s.id = u.sample_id WHERE s.survey_id = v.id AND u.is_final),"
        " (SELECT count(*) FROM journal_entry WHERE subject = 'surveys.survey:' || v.id"
        "   AND verb = 'survey.answered')"
        " FROM surveys_survey v WHERE v.code = %s",
        [MARK],
    ).fetchone()
    assert row
    return row[0], row[1], row[2]


def _take_out(owner: psycopg.Connection) -> None:
    """Everything this bench put in, an earlier broken run's too.

    Answers are kept by triggers that hold for the owner as well; they rest for this alone.
    """
    ours = "SELECT id FROM surveys_survey WHERE code = %(mark)s"
    samples = f"SELECT id FROM surveys_sample WHERE survey_id IN ({ours})"
    statements = [
        "DELETE FROM journal_entry WHERE subject IN"
        " (SELECT 'surveys.survey:' || id FROM surveys_survey WHERE code = %(mark)s)",
        "ALTER TABLE surveys_response DISABLE TRIGGER answers_are_kept",
        f"DELETE FROM surveys_response WHERE sample_id IN ({samples})",
        "SET CONSTRAINTS ALL IMMEDIATE",
        "ALTER TABLE surveys_response ENABLE ALWAYS TRIGGER answers_are_kept",
        f"DELETE FROM surveys_sampleunit WHERE sample_id IN ({samples})",
        f"DELETE FROM surveys_samplecommunity WHERE sample_id IN ({samples})",
        f"DELETE FROM surveys_stratum WHERE sample_id IN ({samples})",
        f"DELETE FROM surveys_sample WHERE survey_id IN ({ours})",
        "DELETE FROM surveys_survey WHERE code = %(mark)s",
        "DELETE FROM surveys_frame WHERE code = %(mark)s",
        "DELETE FROM surveys_questionnaireversion WHERE questionnaire_id IN"
        " (SELECT id FROM surveys_questionnaire WHERE code = %(mark)s)",
        "DELETE FROM surveys_questionnaire WHERE code = %(mark)s",
    ]
    with owner.transaction():
        for statement in statements:
            owner.execute(statement, {"mark": MARK})

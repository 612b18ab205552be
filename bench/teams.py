"""How long a table of 100,000 people takes to become invitations, with signs of progress."""

from collections.abc import Iterator
from io import BytesIO
from time import perf_counter

import xlsxwriter
from django.db import transaction

from bench.measure import Measured
from xinfeng.base import clock, id_number, short_code
from xinfeng.people.models import Person
from xinfeng.teams import commands, reading
from xinfeng.teams.commands import batches
from xinfeng.teams.models import Team

PEOPLE = reading.MOST_ROWS


def answers() -> Iterator[Measured]:
    table = _table(PEOPLE)
    started = perf_counter()
    found = reading.read(table, on=clock.today())
    read = perf_counter() - started
    assert len(found.rows) == PEOPLE, found.problems[:3]
    with transaction.atomic():
        preview, imported, slowest = _import(table)
        transaction.set_rollback(True)
    yield Measured(
        f"import of {PEOPLE:,} people from Excel as invitations, with progress",
        f"{preview + imported:.1f} s (reading the file {read:.1f} s, preview {preview:.1f} s,"
        f" import {imported:.1f} s, at most {slowest:.1f} s between two signs of progress)",
        "≤ 60 s",
        preview + imported <= 60,
    )


def _import(table: bytes) -> tuple[float, float, float]:
    """Seconds of the preview, of the import, and of the longest wait for a sign of life."""
    team = Team.objects.filter(state="ACTIVE", leader__isnull=False).order_by("pk")[0]
    leader = Person.objects.get(pk=team.leader_id)
    started = perf_counter()
    batch = commands.add_batch(
        team_id=team.pk, code=short_code.new(), file_name="people.xlsx", content=table,
        actor=leader, at=clock.now(),
    )  # fmt: skip
    commands.read_batch(batch_id=batch.pk, at=clock.now())
    preview, started = perf_counter() - started, perf_counter()
    commands.start_import(batch_id=batch.pk, actor=leader, at=clock.now())
    slowest, last = 0.0, perf_counter()
    for chunk in batches.chunks(batch_id=batch.pk, at=clock.now()):
        assert commands.import_rows(batch_id=batch.pk, at=clock.now(), **chunk)
        slowest, last = max(slowest, perf_counter() - last), perf_counter()
    return preview, perf_counter() - started, slowest


def _table(people: int) -> bytes:
    """Names, numbers and ID numbers as a team's clerk would have them."""
    file = BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True, "constant_memory": False})
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, [titles[0] for titles in reading.COLUMNS.values()])
    for n in range(people):
        first = f"430405{1950 + n % 50}{n % 12 + 1:02d}{n % 28 + 1:02d}{n % 1000:03d}"
        card = first + id_number.check_sign(first)
        sheet.write_row(n + 1, 0, [f"王小{n}", f"139{n:08d}", card, ""])
    book.close()
    return file.getvalue()

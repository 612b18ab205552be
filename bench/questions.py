"""What is asked of a city that stands."""

from collections.abc import Iterator
from io import BytesIO
from time import perf_counter

import xlsxwriter
from django.conf import settings
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from python_calamine import CalamineWorkbook

from bench import (
    activities,
    checkin,
    dispatch,
    findings,
    honesty,
    hours,
    openrosa,
    orders,
    proof,
    roster,
    rounds,
    school,
    surveys,
    surveys_draw,
    surveys_results,
    surveys_web,
    teams,
)
from bench import inspections as engine
from bench.measure import Measured, milliseconds
from xinfeng.base import clock
from xinfeng.insight import commands as insight
from xinfeng.insight.published import published
from xinfeng.inspections import commands as inspections
from xinfeng.inspections.models import Score, Standard
from xinfeng.places import commands as places
from xinfeng.places import exporting, importing
from xinfeng.places.models import Place, Tier

settings.ALLOWED_HOSTS = ["*"]
BOARD = "city board, warm, server time"


def answers() -> Iterator[Measured]:
    yield _evaluation()
    yield _page(
        BOARD, reverse("insight:board"), "p50 ≤ 15 ms, p99 ≤ 50 ms, ≤ 8 queries", 15, 50, 8
    )
    for title, address in _drill():
        yield _page(f"drill: {title}", address, "p99 ≤ 80 ms, ≤ 10 queries", 80, 80, 10)
    yield _reconcile()
    yield _import()
    yield from hours.answers()
    yield from roster.answers()
    yield from checkin.answers()
    yield from activities.answers()
    yield from teams.answers()
    yield from honesty.answers()
    yield from proof.answers()
    yield from openrosa.answers()
    yield from orders.answers()
    yield from dispatch.answers()
    yield from school.answers()
    yield from findings.answers()
    yield from engine.answers()
    yield from rounds.answers()
    yield from surveys.answers()
    yield from surveys_draw.answers()
    yield from surveys_results.answers()
    yield from surveys_web.answers()


def _page(what: str, address: str, bar: str, p50: float, p99: float, most: int) -> Measured:
    client = Client()
    with CaptureQueriesContext(connection) as seen:
        answer = client.get(address)
    queries = len(seen)
    assert answer.status_code == 200, f"{address}: {answer.status_code}"
    middle, tail = milliseconds(lambda: client.get(address))
    return Measured(
        what,
        f"p50 {middle:.1f} ms, p99 {tail:.1f} ms, {queries} queries",
        bar,
        middle <= p50 and tail <= p99 and queries <= most,
    )


def _drill() -> Iterator[tuple[str, str]]:
    """From the city down to the rows, along one station with something missing."""
    score = (
        Score.objects.filter(project="", tier=Tier.STATION, not_met__len__gt=0)
        .select_related("evaluation__standard", "place")
        .order_by("pk")
        .first()
    )
    assert score
    place, code = score.place, score.place.division_id
    yield "county", reverse("insight:division", args=[code // 10**6 * 10**6])
    yield "township", reverse("insight:division", args=[code // 1000 * 1000])
    yield "village", reverse("insight:division", args=[code])
    yield "place", reverse("places:place", args=[place.code])
    for name in ("volunteers", "service_minutes", "activities_held", "places"):
        yield f"figure {name}", reverse("insight:figure", args=[name])
        county = f"?within={code // 10**6 * 10**6}"
        yield f"figure {name} of a county", reverse("insight:figure", args=[name]) + county
    yield (
        "figure of a place",
        reverse("insight:figure", args=["place_seats"]) + f"?unit={place.pk}",
    )
    standard = score.evaluation.standard
    card = [standard.name, standard.version, place.code, "2022Q2"]
    yield "scorecard of a place", reverse("inspections:scorecard", args=card)
    yield "line of a place", reverse("inspections:line", args=[*card, score.not_met[0]])
    yield "standard", reverse("inspections:standard", args=card[:2])
    yield "places", reverse("places:list")


def _evaluation() -> Measured:
    standard = Standard.objects.get(name="five-haves", state="PUBLISHED")
    started = perf_counter()
    inspections.evaluate(standard_id=standard.pk, period="2022Q2", actor=None, at=clock.now())
    seconds = perf_counter() - started
    places = Place.objects.filter(state="OPEN").count()
    return Measured(
        f"evaluate all places ({places:,}) × all lines of five-haves",
        f"{seconds:.1f} s",
        "≤ 5 s",
        seconds <= 5,
    )


def _reconcile() -> Measured:
    insight.rebuild(names=published().names, as_of=clock.today(), at=clock.now())
    started = perf_counter()
    differences = insight.reconcile(names=published().names)
    seconds = perf_counter() - started
    return Measured(
        "reconcile: every stored roll-up equals a recount",
        f"{seconds:.1f} s, {len(differences)} differences",
        "≤ 60 s, zero differences",
        seconds <= 60 and not differences,
    )


def _import() -> Measured:
    table = _renamed(exporting.workbook(Place.objects.filter(state="OPEN")))
    started = perf_counter()
    found = importing.preview(table, today=clock.today())
    shown = perf_counter() - started
    with transaction.atomic():
        sheet = places.add_sheet(name="places.xlsx", content=table, actor=None, at=clock.now())
        places.import_sheet(sheet_id=sheet.pk, actor=None, at=clock.now())
        seconds = perf_counter() - started
        transaction.set_rollback(True)
    return Measured(
        f"import of {found.new:,} new places from Excel with preview",
        f"{seconds:.1f} s (the preview alone {shown:.1f} s)",
        "≤ 5 s",
        seconds <= 5,
    )


def _renamed(table: bytes) -> bytes:
    """The same places under codes nobody has yet."""
    rows = CalamineWorkbook.from_filelike(BytesIO(table)).get_sheet_by_index(0).to_python()
    file = BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True})
    sheet = book.add_worksheet()
    for number, row in enumerate(rows):
        sheet.write_row(number, 0, [f"N{row[0]}" if number else row[0], *row[1:]])
    book.close()
    return file.getvalue()

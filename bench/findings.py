"""The finding desk with 50,000 findings, laid in for the measurement and removed."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connections
from django.test import Client
from django.urls import reverse

from bench import pages
from bench.measure import Measured
from xinfeng.base import clock
from xinfeng.findings.models import Finding, State
from xinfeng.people.models import Person, Role

MANY, OPEN_OF_TEN = 50_000, 2
DEEP = 8_000


def answers() -> Iterator[Measured]:
    with _laid_in():
        yield _page("the most pressing first", {})
        yield _page("what has ended, newest first", {"state": State.CLOSED})
        yield _deep()
        yield _deep_in_what_ended()
        yield _map()
        yield _compared()


@contextmanager
def _laid_in() -> Iterator[None]:
    """By the tables' owner, who alone may take the statistics that a city has after a night."""
    owner = connections["owner"]
    with owner.cursor() as cursor:
        try:
            cursor.execute(_LAY_IN, {"many": MANY, "open": OPEN_OF_TEN, "at": clock.now()})
            cursor.execute("ANALYZE findings_finding")
            yield
        finally:
            cursor.execute("DELETE FROM findings_finding WHERE origin LIKE 'bench:%'")


def _page(words: str, query: dict[str, str]) -> Measured:
    desk = pages.read(_office(), reverse("findings:desk"), query)
    total, opened = Finding.objects.count(), Finding.objects.open().count()
    return Measured(
        f"finding desk with {total:,} findings, {opened:,} open: {words}",
        str(desk),
        "≤ 10 queries, p99 ≤ 100 ms",
        desk.queries <= 10 and desk.p99 <= 100,
    )


def _office() -> Client:
    office = Person.objects.filter(grants__role=Role.CITY_OFFICE).order_by("pk")[0]
    client = Client()
    client.force_login(office)
    return client


def _map() -> Measured:
    """The points of the same choice, which the page asks for once it is seen."""
    spots = pages.read(_office(), reverse("findings:points"))
    return Measured(
        "its map, the 3,000 most pressing ones with a position",
        str(spots),
        "≤ 10 queries, p99 ≤ 300 ms",
        spots.queries <= 10 and spots.p99 <= 300,
    )


def _compared() -> Measured:
    """All units side by side, counted once a minute and whenever a finding moves."""
    units = pages.read(_office(), reverse("findings:compared"))
    return Measured(
        "all units compared, as of this minute",
        str(units),
        "p50 ≤ 150 ms",
        units.p50 <= 150,
    )


def _deep() -> Measured:
    """A page far down the list, found by its key."""
    far = Finding.objects.open().order_by("-warned", "due_at", "pk")[DEEP]
    assert far.due_at is not None
    after = f"{far.warned}_{far.due_at.timestamp():.6f}_{far.pk}"
    return _page(f"{DEEP:,} lines further down", {"after": after})


def _deep_in_what_ended() -> Measured:
    ended = Finding.objects.filter(state=State.CLOSED).order_by("-found_at", "-pk")
    far = ended[DEEP]
    after = f"0_{far.found_at.timestamp():.6f}_{far.pk}"
    query = {"state": State.CLOSED, "after": after}
    return _page(f"what has ended, {DEEP:,} lines further down", query)


# Units take turns, villages as well; a fifth is open, a tenth of that overdue.
_LAY_IN = """
    WITH who AS (SELECT array_agg(id) AS ids FROM
                 (SELECT id FROM people_person ORDER BY id LIMIT 3) AS p),
    unit AS (SELECT array_agg(id) AS ids FROM units_unit WHERE is_active),
    village AS (SELECT array_agg(code) AS codes FROM places_division WHERE level = 4),
    n AS (SELECT n, n %% 10 < %(open)s AS is_open FROM generate_series(1, %(many)s) AS n)
    INSERT INTO findings_finding (
        code, origin, source, line, division_id, unit_id, text, is_praise, state, term, due_at,
        yellow_at, warned, escalation, attempt, extended, sent_back, reopened, late_repairs,
        reason, found_by_id, confirmed_by_id, ordered_by_id, repaired_by_id, rechecked_by_id,
        lat_e6, lon_e6, cell, found_at, confirmed_at, ordered_at, repaired_at, verified_at,
        closed_at, moved_at)
    SELECT 'B' || n, 'bench:' || n, 'INSPECTION', 'II-26', codes[1 + n %% cardinality(codes)],
           unit.ids[1 + n %% cardinality(unit.ids)], '果皮箱满溢，地面有积水。', false,
           CASE WHEN is_open THEN 'ORDERED' ELSE 'CLOSED' END, 'WD3',
           CASE WHEN is_open THEN %(at)s + (n %% 400 - 40) * interval '1 hour' END,
           CASE WHEN is_open THEN %(at)s + (n %% 400 - 60) * interval '1 hour' END,
           CASE WHEN is_open AND n %% 400 < 40 THEN 2 ELSE 0 END, 0, 1, 0, 0, 0, 0, '',
           who.ids[1], who.ids[1], who.ids[1],
           CASE WHEN NOT is_open THEN who.ids[2] END, CASE WHEN NOT is_open THEN who.ids[3] END,
           26400000 + n * 7919 %% 900000, 112000000 + n * 6007 %% 1200000, n,
           t.found, t.found, t.found,
           CASE WHEN NOT is_open THEN t.found + interval '1 day' END,
           CASE WHEN NOT is_open THEN t.found + interval '2 days' END,
           CASE WHEN NOT is_open THEN t.found + interval '3 days' END, t.found
    FROM n, who, unit, village,
         LATERAL (SELECT %(at)s - (n %% 700 + 4) * interval '1 day' AS found) AS t
"""

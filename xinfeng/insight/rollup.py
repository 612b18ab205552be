"""Recounting figures: one statement per figure gives its value for every division and month.

The recount goes to a temporary table; what is stored is then made equal to it, or compared.
A value of an upper division is the sum over its villages because the figures kept here are
additive (a ratio keeps numerator and denominator).
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import connection

from xinfeng.base import codes, figures
from xinfeng.base.figures import Figure, Time, Window

HISTORY_MONTHS = 37
# A figure that is judged as of a day costs one query a month: fewer months are kept.
STATE_MONTHS = 7


@dataclass(frozen=True)
class Extent:
    """What is recounted: up to which day, and under which divisions (None: all)."""

    as_of: date
    tops: tuple[int, ...] | None = None

    def inside(self) -> str:
        """SQL: rows under the tops. The codes are our own whole numbers."""
        if self.tops is None:
            return "true"
        spans = (codes.span(top, codes.level_of(top)) for top in self.tops)
        return " OR ".join(f"(division_id >= {lo} AND division_id < {hi})" for lo, hi in spans)

    def months(self, count: int) -> list[date]:
        """First days of the last `count` months, the current one last."""
        index = self.as_of.year * 12 + self.as_of.month - 1
        return [date(i // 12, i % 12 + 1, 1) for i in range(index - count + 1, index + 1)]

    def last_day(self, month: date) -> date:
        following = (month.replace(day=1) + timedelta(days=32)).replace(day=1)
        return min(following - timedelta(days=1), self.as_of)


def outermost(divisions: Iterable[int]) -> tuple[int, ...]:
    """The divisions that lie under no other one of them."""
    tops: list[int] = []
    end = 0
    for code in sorted(divisions):
        if code >= end:
            tops.append(code)
            end = codes.span(code, codes.level_of(code))[1]
    return tuple(tops)


def prepare() -> None:
    """An empty table for one transaction's recount."""
    _execute("DROP TABLE IF EXISTS pg_temp.recount")
    _execute(
        "CREATE TEMPORARY TABLE recount (figure text, division_id bigint, month date,"
        " numerator bigint, denominator bigint, rows bigint) ON COMMIT DROP"
    )


def recount(names: Sequence[str], extent: Extent) -> None:
    """Fill the temporary table with every value of the named figures."""
    for name in names:
        figure = figures.get(name)
        for sql, parameters in _statements(figure, extent):
            # An INSERT runs on one core; a table made from a query may use all of them.
            _execute(f"{_PART} AS {sql}", parameters | {"figure": name})
            _execute("INSERT INTO pg_temp.recount SELECT * FROM pg_temp.part")
            _execute("DROP TABLE pg_temp.part")
    _execute("ANALYZE pg_temp.recount")


def _statements(figure: Figure, extent: Extent) -> Iterator[tuple[str, dict[str, Any]]]:
    months = extent.months(HISTORY_MONTHS)
    window = Window(months[0], extent.as_of + timedelta(days=1))
    everything = figures.parameters(window, months=months)
    where = f"WHERE ({extent.inside()})"
    if figure.time is Time.FLOW:
        yield _flow(figure, where), everything
    elif figure.time is Time.STOCK:
        yield _stock(figure, where), everything
    elif figure.over_days is not None:
        yield _over_days(figure, figure.over_days, extent, where)
    else:
        for month in extent.months(STATE_MONTHS):
            day = extent.last_day(month)
            yield (
                _state(figure, where),
                figures.parameters(Window(month, day + timedelta(days=1)), month=month),
            )


_PART = "CREATE TEMPORARY TABLE part (figure, division_id, month, numerator, denominator, rows)"
# Each row counts for its own division and for those above it, once each.
_UPWARDS = """
    CROSS JOIN (VALUES (100000000, 1000000000000), (1000000, 100000000), (1000, 1000000),
                       (1, 1000)) AS level (unit, above)
    WHERE level.unit = 100000000
       OR d.division_id / level.unit * level.unit <> d.division_id / level.above * level.above
"""


def _flow(figure: Figure, where: str) -> str:
    return f"""
        SELECT %(figure)s, d.division_id / level.unit * level.unit, d.month,
               sum(d.n), sum(d.dn), sum(d.c)
        FROM (
            SELECT division_id, date_trunc('month', starts_on)::date AS month,
                   sum(numerator) AS n, sum(denominator) AS dn, count(*) AS c
            FROM ({figure.sql}) r
            {where} AND starts_on >= %(since)s AND starts_on < %(until)s
            GROUP BY 1, 2
        ) d {_UPWARDS} GROUP BY 2, 3
    """


def _stock(figure: Figure, where: str) -> str:
    return f"""
        WITH r AS (
            SELECT division_id, starts_on, ends_on, numerator, denominator
            FROM ({figure.sql}) r {where}
        ), change AS (
            SELECT division_id,
                   greatest(date_trunc('month', starts_on)::date, %(since)s) AS month,
                   sum(numerator) AS n, sum(denominator) AS dn, count(*) AS c
            FROM r WHERE starts_on <= %(as_of)s GROUP BY 1, 2
            UNION ALL
            SELECT division_id, greatest(date_trunc('month', ends_on)::date, %(since)s),
                   -sum(numerator), -sum(denominator), -count(*)
            FROM r WHERE ends_on <= %(as_of)s GROUP BY 1, 2
        ), upwards AS (
            SELECT d.division_id / level.unit * level.unit AS code, d.month,
                   sum(d.n) AS n, sum(d.dn) AS dn, sum(d.c) AS c
            FROM change d {_UPWARDS} GROUP BY 1, 2
        ), running AS (
            SELECT code, m.month,
                   sum(u.n) OVER past AS n, sum(u.dn) OVER past AS dn, sum(u.c) OVER past AS c
            FROM (SELECT DISTINCT code FROM upwards) AS codes
            CROSS JOIN unnest(%(months)s::date[]) AS m(month)
            LEFT JOIN upwards u USING (code, month)
            WINDOW past AS (PARTITION BY code ORDER BY m.month)
        )
        SELECT %(figure)s, code, month, coalesce(n, 0), dn, c FROM running WHERE c > 0
    """


def _state(figure: Figure, where: str) -> str:
    return f"""
        SELECT %(figure)s, d.division_id / level.unit * level.unit, %(month)s,
               sum(d.n), sum(d.dn), sum(d.c)
        FROM (
            SELECT division_id, sum(numerator) AS n, sum(denominator) AS dn, count(*) AS c
            FROM ({figure.sql}) r {where} GROUP BY 1
        ) d {_UPWARDS} GROUP BY 2
    """


def _over_days(
    figure: Figure, sums: Callable[[int], str], extent: Extent, where: str
) -> tuple[str, dict[str, Any]]:
    """All months of a state in one statement: the last day of each is judged in one pass."""
    days = [extent.last_day(month) for month in extent.months(STATE_MONTHS)]
    sql = f"""
        SELECT %(figure)s, d.division_id / level.unit * level.unit,
               date_trunc('month', d.as_of)::date, sum(d.numerator), sum(d.denominator),
               sum(d.rows)
        FROM (SELECT * FROM ({sums(len(days))}) r {where}) d {_UPWARDS} GROUP BY 2, 3
    """
    return sql, {f"day{n}": day for n, day in enumerate(days)}


DIFFERENCES = """
    SELECT coalesce(s.figure, n.figure), coalesce(s.division_id, n.division_id),
           coalesce(s.month, n.month), s.numerator, n.numerator, s.denominator, n.denominator
    FROM (SELECT * FROM insight_monthlyfigure WHERE figure = ANY(%(figures)s)) s
    FULL JOIN pg_temp.recount n
      ON (s.figure, s.division_id, s.month) = (n.figure, n.division_id, n.month)
    WHERE (s.numerator, s.denominator, s.rows) IS DISTINCT FROM
          (n.numerator, n.denominator, n.rows)
    ORDER BY 1, 2, 3
"""


def differences(names: Sequence[str]) -> list[tuple[Any, ...]]:
    """Stored values that a recount does not confirm: figure, division, month, both values."""
    with connection.cursor() as cursor:
        cursor.execute(DIFFERENCES, {"figures": list(names)})
        return list(cursor.fetchall())


def _execute(sql: str, parameters: dict[str, Any] | None = None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)

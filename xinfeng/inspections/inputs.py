"""What the figures say of every place in a window: one query a figure, whatever the places."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db import connection

from xinfeng.base import figures
from xinfeng.base.figures import Missing, Window

from . import periods
from .rules import READS_DAYS, READS_VALUES, Inputs
from .tree import Line


@dataclass(frozen=True, slots=True)
class Question:
    """One figure in one window, with the single values or days of its rows where asked."""

    figure: str
    window: Window
    values: bool = False
    days: bool = False


@dataclass(frozen=True, slots=True)
class Judged:
    """An open place as a standard sees it."""

    id: int
    tier: str
    division_id: int


def question(line: Line, period: Window) -> Question:
    """What a line asks; a window over several months ends where the period ends."""
    rule = line.rule
    window = period
    if rule.over_months is not None:
        window = Window(periods.shifted(period.until, -rule.over_months), period.until)
    return Question(
        rule.figure, window, values=rule.kind in READS_VALUES, days=rule.kind in READS_DAYS
    )


def answers(question: Question) -> Mapping[int, Inputs]:
    """Inputs by place id, of all places with at least one row."""
    figure = figures.get(question.figure)
    values = (
        "array_agg(v.numerator ORDER BY v.starts_on, v.row_id)" if question.values else "NULL"
    )
    days = "array_agg(%(as_of)s::date - v.starts_on ORDER BY v.starts_on)"
    asked = f"{values}, {days if question.days else 'NULL'}"
    # Only SQL that the program itself declares is put together here.
    sql = (
        "SELECT v.unit_id, sum(v.numerator)::bigint, sum(v.denominator)::bigint, count(*),"  # noqa: S608
        f" {asked} FROM ({figures.rows_sql(figure)}) v GROUP BY v.unit_id"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, figures.parameters(question.window))
        return {
            unit: Inputs(numerator, denominator, rows, tuple(each or ()), tuple(back or ()))
            for unit, numerator, denominator, rows, each, back in cursor.fetchall()
        }


def nothing(question: Question) -> Inputs:
    """What a place without a row means: none of it, or that nobody knows."""
    figure = figures.get(question.figure)
    if figure.missing is Missing.ZERO:
        return Inputs(0, 0 if figure.ratio else None)
    return Inputs(None)


def open_places(as_of: date) -> list[Judged]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT p.id, p.tier, s.division_id"
            " FROM places_spell s JOIN places_place p ON p.id = s.place_id"
            " WHERE s.state = 'OPEN' AND s.starts_on <= %(as_of)s"
            " AND (s.ends_on IS NULL OR s.ends_on > %(as_of)s) ORDER BY p.id",
            {"as_of": as_of},
        )
        return [Judged(*row) for row in cursor.fetchall()]

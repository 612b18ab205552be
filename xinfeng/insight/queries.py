"""Reads that join rooms: a figure's answer with its rows, and what stands beside a board."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import connection
from django.db.models import Sum
from django.urls import reverse

from xinfeng.base import codes, figures, scope
from xinfeng.base.asked import Answered
from xinfeng.base.figures import Figure, Grain, Row, Time, Value
from xinfeng.base.scope import Span
from xinfeng.findings.models import Category
from xinfeng.inspections.models import Score
from xinfeng.inspections.queries import newest_evaluation
from xinfeng.places.models import Division, Place
from xinfeng.units.models import Unit

from .addresses import Addresses, Reader, addresses
from .asking import Question
from .board import Cell, Rank, family, month_of, rank
from .models import MonthlyFigure, RollUp
from .published import published

PAGE = 50
# A recount that nobody waits for longer than this; wider questions are answered by month.
LIVE_MILLISECONDS = 5000


@dataclass(frozen=True)
class Subject:
    """What a figure was asked of besides a division: a place, a unit, a class of reports."""

    name: str
    href: str = ""


@dataclass(frozen=True)
class Beside:
    """Another figure of the same question; its own page has the rows."""

    figure: Figure
    value: Value

    @property
    def reading(self) -> int | None:
        permille = Cell(self.value.numerator, self.value.denominator).permille
        return permille if self.figure.ratio else self.value.numerator


@dataclass(frozen=True)
class Answer:
    """A figure's page: its value, where it comes from, and one page of the rows behind it."""

    figure: Figure
    question: Question
    division: Division
    trail: list[Division]
    of: Subject | None
    value: Value
    stored: bool
    ranking: list[Rank]
    rows: list[Row]
    names: dict[int, str]
    addresses: dict[int, str]
    rows_are_open: bool
    narrowed: bool
    next_after: str | None
    # What this figure is never read without.
    beside: "Beside | None" = None
    # Of an estimate: the survey behind it, and every year's.
    estimated: Answered | None = None
    years: Sequence[Answered] = ()

    @property
    def permille(self) -> int | None:
        return Cell(self.value.numerator, self.value.denominator).permille

    @property
    def reading(self) -> int | None:
        return self.permille if self.figure.ratio else self.value.numerator


def answer(figure: Figure, question: Question, *, reader: Reader) -> Answer:
    """Everything the figure's page shows; about ten queries whatever the city's size."""
    code = question.within or published().city
    state = RollUp.objects.order_by("pk").first()
    trail, children = family(code, state.as_of if state else question.window.as_of)
    if not trail or trail[-1].code != code:
        # A merged division has no children today, and its page all the same.
        trail, children = _trail(code), []
    value, stored = _value(figure, question, state)
    span, is_open = _open_span(figure, question, reader.spans)
    rows, pages = _rows(figure, question, span, reader) if is_open else ([], {})
    shown = rows[:PAGE]
    current = stored and state is not None and question.window.as_of == state.as_of
    # What is estimated is ranked with ties, by the room that estimates it.
    ranks = current and figure.interval is None
    ranking = rank(figure.name, children, question.window.as_of) if ranks else []
    known = [*trail, *children]
    return Answer(
        figure=figure,
        question=question,
        division=trail[-1],
        trail=trail,
        of=_subject(figure, question),
        value=value,
        stored=stored,
        ranking=ranking,
        rows=shown,
        names=_names({row.division_id for row in shown}, known),
        addresses=pages,
        rows_are_open=is_open,
        narrowed=span != question.span,
        next_after=_key(shown[-1]) if len(rows) > PAGE else None,
        beside=_beside(figure, question, state),
        estimated=figure.interval(code, question.window.as_of) if figure.interval else None,
        years=figure.years(code) if figure.years else (),
    )


def _rows(
    figure: Figure, question: Question, span: Span | None, reader: Reader
) -> tuple[list[Row], Addresses]:
    """A page of rows and one more, with where they open."""
    reading = scope.reading(person_id=reader.person, spans=reader.spans)
    # Only rows about people are hidden from anybody, so only they need a scope.
    with reading if figure.personal else nullcontext():
        rows = figures.rows(
            figure.name, question.window, span=span, unit_id=question.unit,
            after=question.after, limit=PAGE + 1,
        )  # fmt: skip
        return rows, addresses(figure, rows[:PAGE], reader)


def every_open_row(figure: Figure, question: Question, spans: Sequence[Span]) -> Iterator[Row]:
    """All rows the visitor may open; run inside the visitor's scope."""
    span, is_open = _open_span(figure, question, spans)
    if is_open:
        yield from figures.every_row(
            figure.name, question.window, span=span, unit_id=question.unit
        )


def _open_span(
    figure: Figure, question: Question, spans: Sequence[Span]
) -> tuple[Span | None, bool]:
    """Where the visitor may open rows: everywhere, or where a grant reaches."""
    if not figure.personal:
        return question.span, True
    lo, hi = question.span or codes.span(published().city, codes.Level.CITY)
    shared = [(max(lo, a), min(hi, b)) for a, b in spans if max(lo, a) < min(hi, b)]
    if not shared:
        return question.span, False
    widest = max(shared, key=lambda span: span[1] - span[0])
    return (question.span if widest == (lo, hi) else widest), True


def _value(figure: Figure, question: Question, state: RollUp | None) -> tuple[Value, bool]:
    """The stored value where the roll-up keeps this window, otherwise a recount."""
    if question.unit is None and (stored := _stored(figure, question, state)) is not None:
        return stored, True
    if question.unit is not None and not figure.personal:
        # The few rows of one place, which nobody is kept from: no scope and no limit.
        return figures.value(figure.name, question.window, unit_id=question.unit), False
    with scope.whole_city():
        with connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL statement_timeout = {LIVE_MILLISECONDS}")
        value = figures.value(
            figure.name, question.window, span=question.span, unit_id=question.unit
        )
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = 0")
    return value, False


def _beside(figure: Figure, question: Question, state: RollUp | None) -> Beside | None:
    if not figure.beside:
        return None
    other = figures.get(figure.beside)
    return Beside(other, _value(other, question, state)[0])


def _stored(figure: Figure, question: Question, state: RollUp | None) -> Value | None:
    if state is None or figure.name not in published().names:
        return None
    window = question.window
    if not _ends_with_a_month(window.as_of, state.as_of):
        return None
    if figure.time is Time.FLOW and window.since.day != 1:
        return None
    first = month_of(window.since) if figure.time is Time.FLOW else month_of(window.as_of)
    kept = MonthlyFigure.objects.filter(
        figure=figure.name,
        division_id=question.within or published().city,
        month__gte=first,
        month__lte=month_of(window.as_of),
    ).aggregate(Sum("numerator"), Sum("denominator"), Sum("rows"))
    found = Value(kept["numerator__sum"], kept["denominator__sum"], kept["rows__sum"] or 0)
    return figures.known(figure, found)


def _ends_with_a_month(day: date, as_of: date) -> bool:
    return day == as_of or (day < as_of and (day + timedelta(days=1)).day == 1)


def _trail(code: int) -> list[Division]:
    above = [*codes.ancestors(code, codes.level_of(code)), code]
    return list(Division.objects.filter(code__in=above).order_by("level"))


def _subject(figure: Figure, question: Question) -> Subject | None:
    if question.unit is None:
        return None
    if figure.grain is Grain.PLACE:
        place = Place.objects.filter(pk=question.unit).order_by("pk").first()
        href = reverse("places:place", args=[place.code]) if place else ""
        return Subject(place.name, href) if place else None
    if figure.grain is Grain.UNIT:
        unit = Unit.objects.filter(pk=question.unit).order_by("pk").first()
        href = reverse("units:unit", args=[unit.code]) if unit else ""
        return Subject(unit.name, href) if unit else None
    if figure.grain is Grain.CLASS:
        kind = Category.objects.filter(pk=question.unit).order_by("pk").first()
        return Subject(kind.title) if kind else None
    return None


def _names(wanted: set[int], known: Iterable[Division]) -> dict[int, str]:
    names = {division.code: division.name for division in known}
    if missing := wanted - names.keys():
        found = Division.objects.filter(code__in=missing).order_by("code")
        names |= {division.code: division.name for division in found}
    return names


def _key(row: Row) -> str:
    return f"{row.division_id}_{row.starts_on.isoformat()}_{row.row_id}"


def places_at(code: int) -> list[tuple[Place, Score | None]]:
    """The places of exactly this division, each with its newest score on the whole standard."""
    places = list(Place.objects.filter(division_id=code).in_reading_order()[:PAGE])
    if not places:
        return []
    newest = newest_evaluation()
    scores = Score.objects.filter(evaluation=newest, project="", place__in=places)
    by_place = {score.place_id: score for score in scores.order_by("pk")}
    return [(place, by_place.get(place.pk)) for place in places]

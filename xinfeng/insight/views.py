import csv
from collections.abc import Iterator

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from xinfeng.base import clock, figures, scope, standing
from xinfeng.base.exports import plain
from xinfeng.base.figures import Row
from xinfeng.base.refusal import Refusal, Unknown
from xinfeng.findings.permissions import READERS
from xinfeng.inspections.queries import newest_published
from xinfeng.people.permissions import OFFICES

from . import asking, assessment, geography, queries
from .addresses import Reader
from .board import read
from .models import RollUp
from .published import published

MAY_OPEN_PEOPLE = frozenset({"CITY_OFFICE", "COUNTY_OFFICE", "TOWNSHIP", "AUDITOR"})


class NotYet(Refusal):
    """Asked too early: a new city is counted by the worker within a minute."""

    status = 503


@require_safe
def board(request: HttpRequest) -> HttpResponse:
    return _board(request, published().city, "insight/board.html")


@require_safe
def division(request: HttpRequest, code: int) -> HttpResponse:
    return _board(request, code, "insight/board.html")


@require_safe
def screen(request: HttpRequest) -> HttpResponse:
    return _board(request, published().city, "insight/screen.html")


def _board(request: HttpRequest, code: int, template: str) -> HttpResponse:
    choice = published()
    ranked_by = request.GET.get("rank", "standard_score")
    # Estimates are compared with their intervals: on the survey's own page.
    if ranked_by not in choice.names or figures.get(ranked_by).interval:
        ranked_by = choice.names[0]
    found = read(code, names=choice.names, ranked_by=ranked_by, targets=choice.targets)
    if found is None and not RollUp.objects.exists():
        raise NotYet(
            "not_counted_yet", _("The figures are being counted. Come back in a minute.")
        )
    if found is None:
        raise Unknown("division_unknown", _("There is no such division in this city."))
    page = {
        "board": found,
        "places": queries.places_at(found.division.code),
        "round": newest_published(found.division.code),
        "may_compare": bool(_standing(request).spans(READERS)),
    }
    return render(request, template, page)


@require_safe
def assessment_hub(request: HttpRequest) -> HttpResponse:
    """What of the assessment waits for whoever looks; for a stranger the results."""
    found = assessment.hub(
        request.user.pk, _standing(request), city=published().city, today=clock.today()
    )
    return render(request, "insight/assessment.html", {"hub": found, "now": clock.now()})


@require_safe
def figures_list(request: HttpRequest) -> HttpResponse:
    return render(request, "insight/figures.html", {"figures": figures.declared()})


@require_safe
def figure(request: HttpRequest, name: str) -> HttpResponse:
    asked = _figure(name)
    question = asking.question(asked, request.GET, today=clock.today(), city=published().city)
    page = queries.answer(asked, question, reader=_reader(request))
    return render(request, "insight/figure.html", {"page": page})


def _reader(request: HttpRequest) -> Reader:
    return Reader(request.user.pk, _spans(request), _standing(request).spans(OFFICES))


def _spans(request: HttpRequest) -> list[tuple[int, int]]:
    """Where the visitor may open rows about people."""
    return _standing(request).spans(MAY_OPEN_PEOPLE)


def _standing(request: HttpRequest) -> standing.Standing:
    visitor: standing.Standing = request.standing  # type: ignore[attr-defined]
    return visitor


@require_safe
def rows_csv(request: HttpRequest, name: str) -> StreamingHttpResponse:
    asked = _figure(name)
    question = asking.question(asked, request.GET, today=clock.today(), city=published().city)
    lines = _csv_lines(asked, question, request.user.pk, _spans(request))
    answer = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return answer


def _figure(name: str) -> figures.Figure:
    try:
        return figures.get(name)
    except figures.UnknownFigure:
        raise Unknown(
            "figure_unknown", _("No figure has this name. The list of figures shows all.")
        ) from None


class _Echo:
    """A file whose write gives the line back."""

    def write(self, line: str) -> str:
        return line


def _csv_lines(
    asked: figures.Figure,
    question: asking.Question,
    person: int | None,
    spans: list[tuple[int, int]],
) -> Iterator[str]:
    writer = csv.writer(_Echo())
    # The byte order mark makes spreadsheet programs read Chinese as UTF-8.
    yield "\ufeff" + writer.writerow(Row._fields)
    with scope.reading(person_id=person, spans=spans):
        for row in queries.every_open_row(asked, question, spans):
            yield writer.writerow([plain(value) for value in row])


@require_safe
@gzip_page
def places_geojson(request: HttpRequest) -> HttpResponse:
    return geography.places(request)


@require_safe
@gzip_page
def outlines_geojson(request: HttpRequest) -> HttpResponse:
    return geography.outlines(request)

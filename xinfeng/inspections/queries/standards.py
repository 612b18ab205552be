"""What the pages of this room read."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import connection
from django.db.models import Count, F, Max, Q, Sum
from django.utils.translation import gettext as _

from xinfeng.base.figures import Span, Window
from xinfeng.base.refusal import Unknown
from xinfeng.inspections.figures import STANDARD
from xinfeng.inspections.models import (
    WHOLE,
    Evaluation,
    Filing,
    Result,
    Score,
    Standard,
    StandardState,
)
from xinfeng.places.models import Place

# Read only when the tree of a version is not known yet.
_LONG = ("standard__document", "standard__parsed")


def versions_of(name: str) -> list[Standard]:
    """All versions, the newest first."""
    return list(Standard.objects.filter(name=name).order_by("-imported_at", "-pk"))


def standards() -> list[Standard]:
    """Every version of every standard; the longest texts are left where they are."""
    return list(
        Standard.objects.defer("document")
        .annotate(last=Max("evaluations__at"))
        .order_by("name", "-imported_at", "-pk")
    )


def version_of(name: str, version: str | None = None) -> Standard:
    """One version; without a version, the one published last."""
    found = Standard.objects.filter(name=name)
    if version:
        found = found.filter(version=version)
    else:
        found = found.filter(state=StandardState.PUBLISHED).order_by("-published_at", "-pk")
    standard = found.first()
    if standard is None:
        raise Unknown("standard_unknown", _("There is no such standard or version."))
    return standard


def evaluations_of(standard: Standard) -> list[Evaluation]:
    """The newest evaluation of each period, the latest period first."""
    return list(
        standard.evaluations.order_by("-until", "since", "-pk").distinct("until", "since")
    )


def evaluation_of(name: str, version: str, window: Window) -> Evaluation:
    """The newest one of a version over a period, with its standard."""
    found = (
        Evaluation.objects.filter(
            standard__name=name,
            standard__version=version,
            since=window.since,
            until=window.until,
        )
        .select_related("standard")
        .defer(*_LONG)
        .order_by("-pk")
        .first()
    )
    if found is None:
        raise Unknown("not_evaluated", _("This version was not evaluated over this period."))
    return found


def newest_evaluation(name: str = STANDARD) -> Evaluation | None:
    """Of the published versions, over the latest period that is evaluated."""
    return (
        Evaluation.objects.filter(standard__name=name, standard__state=StandardState.PUBLISHED)
        .select_related("standard")
        .defer(*_LONG)
        .order_by("-until", "-pk")
        .first()
    )


def before(evaluation: Evaluation) -> Evaluation | None:
    """The evaluation of the same version and period that this one replaced."""
    return (
        Evaluation.objects.filter(
            standard_id=evaluation.standard_id,
            since=evaluation.since,
            until=evaluation.until,
            pk__lt=evaluation.pk,
        )
        .select_related("standard")
        .order_by("-pk")
        .first()
    )


def results_of(evaluation: Evaluation, place: Place) -> dict[str, Result]:
    """What the evaluation says of each line: the newest result up to it."""
    found = (
        _results(evaluation, place)
        .filter(evaluation_id__lte=evaluation.pk)
        .order_by("line", "-pk")
        .distinct("line")
    )
    return {result.line: result for result in found}


def history_of(evaluation: Evaluation, place: Place, line: str) -> list[Result]:
    """Every result of a line over the same period, the newest first."""
    found = _results(evaluation, place).filter(line=line).select_related("evaluation")
    return list(found.order_by("-pk")[:50])


def _results(evaluation: Evaluation, place: Place):  # type: ignore[no-untyped-def]
    return Result.objects.filter(
        place=place,
        evaluation__standard_id=evaluation.standard_id,
        evaluation__since=evaluation.since,
        evaluation__until=evaluation.until,
    )


def scores_of(evaluation: Evaluation, place: Place) -> dict[str, Score]:
    """By project, the whole under ""; they are kept for the newest evaluation of the period."""
    found = Score.objects.filter(
        place=place,
        evaluation__standard_id=evaluation.standard_id,
        evaluation__since=evaluation.since,
        evaluation__until=evaluation.until,
    )
    return {score.project: score for score in found}


@dataclass(frozen=True)
class Mean:
    """The mean score of the places in a project, in permille; None: nothing is known."""

    project: str
    permille: int | None
    places: int
    met: int


def means(evaluation: Evaluation) -> dict[str, Mean]:
    """By project: mean score, places with a score, and places that fail nothing known."""
    found = (
        Score.objects.filter(evaluation=evaluation, score_permille__isnull=False)
        .values("project")
        .annotate(
            total=Sum("score_permille"),
            places=Count("pk"),
            flawless=Count("pk", filter=Q(not_met=[], known=F("applicable"))),
        )
        .order_by("project")
    )
    return {
        row["project"]: Mean(
            row["project"], round(row["total"] / row["places"]), row["places"], row["flawless"]
        )
        for row in found
    }


@dataclass(frozen=True)
class Weak:
    """How many places of an area do not meet a line, and for how many nobody knows."""

    line: str
    not_met: int
    not_known: int


_WEAK = """
    SELECT line, count(*) FILTER (WHERE NOT unknown), count(*) FILTER (WHERE unknown)
    FROM (
        SELECT unnest(not_met) AS line, false AS unknown, division_id
        FROM inspections_score WHERE evaluation_id = %(evaluation)s AND project = ''
          AND division_id >= %(lo)s AND division_id < %(hi)s
        UNION ALL
        SELECT unnest(not_known), true, division_id
        FROM inspections_score WHERE evaluation_id = %(evaluation)s AND project = ''
          AND division_id >= %(lo)s AND division_id < %(hi)s
    ) lines
    GROUP BY line ORDER BY 2 DESC, line
"""


def weak_lines(evaluation: Evaluation, span: Span) -> list[Weak]:
    with connection.cursor() as cursor:
        cursor.execute(_WEAK, {"evaluation": evaluation.pk, "lo": span[0], "hi": span[1]})
        return [Weak(*row) for row in cursor.fetchall()]


PAGE = 50
After = tuple[int, int]


@dataclass(frozen=True)
class Weakest:
    """A page of places, the lowest score first; `after` opens the next page."""

    scores: Sequence[Score]
    after: After | None


def weakest(
    evaluation: Evaluation,
    span: Span,
    *,
    line: str = "",
    verdict: str = "NOT_MET",
    after: After | None = None,
) -> Weakest:
    """Places with something not met or not known, or those of one line."""
    found = Score.objects.filter(
        evaluation=evaluation, project=WHOLE, division_id__gte=span[0], division_id__lt=span[1]
    )
    if line:
        field = "not_known" if verdict == "NOT_KNOWN" else "not_met"
        found = found.filter(**{f"{field}__contains": [line]})
    else:
        found = found.exclude(not_met=[], not_known=[])
    if after is not None:
        score, pk = after
        # Places with no score at all come last, as 1001.
        found = found.extra(
            where=["(coalesce(score_permille, 1001), inspections_score.id) > (%s, %s)"],
            params=[score, pk],
        )
    ordered = found.select_related("place", "place__division").order_by(
        F("score_permille").asc(nulls_last=True), "pk"
    )
    page = list(ordered[: PAGE + 1])
    more = len(page) > PAGE
    last = page[PAGE - 1] if more else None
    key = (
        (1001 if last.score_permille is None else last.score_permille, last.pk)
        if last
        else None
    )
    return Weakest(page[:PAGE], key)


def filings_of(place: Place, since: date) -> list[Filing]:
    """What stands entered for a place since a day, and what still holds; newest first."""
    return list(
        Filing.objects.standing()
        .filter(Q(on__gte=since) | Q(valid_until__gt=since), place=place)
        .order_by("-on", "-pk")
    )


def places_by_id(ids: Collection[int]) -> list[Place]:
    return list(Place.objects.filter(pk__in=ids).select_related("division").order_by("code"))

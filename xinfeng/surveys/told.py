"""What a published survey tells other rooms: its headline sample's shares, with interval."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date

from django.db.models import QuerySet
from django.db.models.fields.json import KeyTextTransform
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from xinfeng.base import asked, codes
from xinfeng.base.asked import Answered
from xinfeng.base.codes import Level

from .models import Domain, Estimate, EstimationState, Statistic, Survey, SurveyState

# The yearly survey of the whole city that its board shows.
SERIES = "residents"


class Told:
    """Read by others through `base.asked`."""

    def newest(
        self, questions: Collection[str], division_id: int, as_of: date
    ) -> Mapping[str, Answered]:
        """From the newest survey that asked it and whose field ended before the day."""
        rows = (
            _rows(division_id)
            .filter(question__in=questions, estimation__sample__survey__until__lt=as_of)
            .order_by("question", "-estimation__sample__survey__until", "-pk")
            .distinct("question")
        )
        return {row.question: _told(row) for row in rows}

    def years(self, question: str, division_id: int) -> Sequence[Answered]:
        rows = list(
            _rows(division_id)
            .filter(question=question)
            .order_by("estimation__sample__survey__until", "pk")
        )
        series = rows[-1].estimation.sample.survey.series if rows else ""
        own = rows[-1:] if not series else rows
        return [_told(row) for row in own if row.estimation.sample.survey.series == series]


asked.tells(Told())


def headline(division_id: int, as_of: date) -> Answered | None:
    """All in all, from the newest survey of the city's series before the day."""
    rows = _of_series(division_id).filter(estimation__sample__survey__until__lt=as_of)
    found = rows.order_by("-estimation__sample__survey__until", "-pk").first()
    return _told(found) if found else None


def headline_years(division_id: int) -> list[Answered]:
    rows = _of_series(division_id).order_by("estimation__sample__survey__until", "pk")
    return [_told(row) for row in rows]


def _of_series(division_id: int) -> QuerySet[Estimate]:
    main = KeyTextTransform("headline", "estimation__sample__survey__questionnaire__document")
    return _rows(division_id).filter(
        estimation__sample__survey__series=SERIES,
        estimation__sample__survey__division=codes.span(division_id, Level.CITY)[0],
        question=main,
    )


def _rows(division_id: int) -> QuerySet[Estimate]:
    """Of a county: from a survey of its own, or its part in one of the city; none below."""
    level = codes.level_of(division_id)
    whole = Estimate.objects.filter(
        estimation__sample__survey__division=division_id, domain=Domain.WHOLE
    )
    part = Estimate.objects.filter(
        estimation__sample__survey__division=codes.span(division_id, Level.CITY)[0],
        domain=Domain.COUNTY, key=str(division_id),
    )  # fmt: skip
    if level not in (Level.CITY, Level.COUNTY):
        return Estimate.objects.none()
    return (whole | part).filter(
        statistic=Statistic.SATISFIED,
        estimation__state=EstimationState.PUBLISHED,
        estimation__sample__is_headline=True,
        estimation__sample__survey__state=SurveyState.PUBLISHED,
    ).select_related("estimation__sample__survey")  # fmt: skip


def _told(row: Estimate) -> Answered:
    survey = row.estimation.sample.survey
    shown = not row.held and row.value is not None
    return Answered(
        question=row.question,
        value=row.value if shown else None,
        low=row.low if shown else None,
        high=row.high if shown else None,
        n=row.n,
        survey=name_of(survey),
        until=survey.until,
        year=survey.year,
        href=reverse("surveys:survey", args=[survey.code]),
        note="" if shown else _("too few or too uncertain answers to be given out"),
    )


def name_of(survey: Survey) -> str:
    chinese = (get_language() or "zh").startswith("zh")
    return survey.name if chinese else survey.name_en or survey.name

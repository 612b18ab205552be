"""The results of a survey that 10,000 answered: worked out, and read as a page."""

from collections.abc import Iterator
from pathlib import Path
from time import perf_counter
from typing import Any

from django.conf import settings
from django.db import transaction
from django.test import Client
from django.urls import reverse

from bench import pages
from bench.measure import Measured
from xinfeng.base import clock
from xinfeng.surveys import commands
from xinfeng.surveys.asking import reading
from xinfeng.surveys.models import Estimation, EstimationState, Survey, SurveyState
from xinfeng.surveys.tests.answered import Shape, an_answered_survey
from xinfeng.surveys.tests.build import DOCUMENT

# 12 counties, urban and rural: 24 strata of 21 communities with 20 sheets each.
COUNTIES = tuple(
    43_0400_000000 + code * 10**6 for code in (5, 6, 7, 8, 12, 21, 22, 23, 24, 26, 81, 82)
)
SHAPE = Shape(counties=COUNTIES, communities=40, drawn=21, per_community=20, answering=1.0)


def answers() -> Iterator[Measured]:
    # Answers are kept for ever, so these are never committed.
    with transaction.atomic():
        survey = an_answered_survey(SHAPE, at=clock.now(), document=_document())
        yield _estimated(survey)
        yield from _read(survey)
        transaction.set_rollback(True)


def _document() -> dict[str, Any]:
    """The questionnaire of the pack, where it has one."""
    file = Path(settings.CITY_PACK) / "questionnaires" / "residents.yaml"
    return reading.read(file.read_text("utf-8")).document if file.exists() else DOCUMENT


def _estimated(survey: Survey) -> Measured:
    sample, now = survey.samples.get(), clock.now()
    started = perf_counter()
    made = commands.estimate_sample(sample_id=sample.pk, actor=None, at=now)
    seconds = perf_counter() - started
    Estimation.objects.filter(pk=made.pk).update(
        state=EstimationState.PUBLISHED, published_at=now
    )
    Survey.objects.filter(pk=survey.pk).update(state=SurveyState.PUBLISHED, published_at=now)
    return Measured(
        f"survey of {made.responses:,} sheets weighted and estimated through the database:"
        f" {made.estimates.count():,} numbers, differences of all counties, jackknife",
        f"{seconds:.1f} s",
        "≤ 20 s (ours)",
        seconds <= 20,
    )


def _read(survey: Survey) -> Iterator[Measured]:
    client, code = Client(), survey.code
    for what, address, query in (
        ("results, all questions × counties", "survey", {}),
        ("one question × counties", "question", {"by": "county"}),
        ("sheets behind a number", "rows", {"county": str(COUNTIES[0])}),
        ("note on methods", "methods", {}),
    ):
        page = pages.read(client, reverse(f"surveys:{address}", args=[code]), query)
        bar = 300
        yield Measured(
            f"survey of 10,080 sheets: {what}", str(page), f"p99 ≤ {bar} ms", page.p99 <= bar
        )

"""A sample drawn from the frame of the whole city, through the database."""

from collections.abc import Iterator
from datetime import timedelta
from time import perf_counter

from django.db import transaction

from bench.measure import Measured
from xinfeng.base import clock, scope
from xinfeng.people.models import Grant, Role
from xinfeng.surveys import commands, repeating
from xinfeng.surveys.commands import NewSample, NewSurvey
from xinfeng.surveys.models import Mode, SampleUnit, Survey

COMMUNITIES, HOUSEHOLDS = 100, 20


def answers() -> Iterator[Measured]:
    """Nothing where no survey stands in the city; what is drawn is never committed."""
    last = Survey.objects.exclude(frame=None).select_related("frame").order_by("-year").first()
    if last is None or last.frame is None:
        return
    with transaction.atomic():
        with scope.whole_city():
            made, seconds = _drawn(last)
            units = SampleUnit.objects.filter(sample__survey=made).count()
            holds = repeating.check(made).holds
        transaction.set_rollback(True)
    yield Measured(
        f"survey: {units:,} households drawn through the database from"
        f" {last.frame.households:,} in {last.frame.communities:,} communities, and the same"
        " when drawn again",
        f"{seconds:.1f} s" + ("" if holds else ", NOT THE SAME"),
        "≤ 5 s",
        seconds <= 5 and holds,
    )


def _drawn(last: Survey) -> tuple[Survey, float]:
    office = Grant.objects.filter(role=Role.CITY_OFFICE).order_by("pk").first()
    assert office is not None
    at = clock.now()
    day = clock.local_date(at)
    made = commands.plan_survey(
        new=NewSurvey(
            code="BENCH", name="抽样计时", questionnaire_version_id=last.questionnaire_id,
            division_id=last.division_id, since=day, until=day + timedelta(days=30),
            year=day.year, frame_id=last.frame_id,
            samples=(
                NewSample(Mode.HOUSEHOLD, COMMUNITIES, HOUSEHOLDS, is_headline=True),
            ),
        ),
        secret="0" * 32, actor=office.person, at=at,
    )  # fmt: skip
    started = perf_counter()
    drawn = commands.draw_survey(survey_id=made.pk, dice="3 1 4", actor=office.person, at=at)
    return drawn, perf_counter() - started

"""Surveys of a demo: three years worked out and published, and one in the field to play with.

What people answered is simulated; weights, numbers, draws and publications are made by the same
commands as an office uses, on the days on which it would have used them.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from time import perf_counter

from xinfeng.base import clock, scope
from xinfeng.people.models import Grant, Person, Role
from xinfeng.surveys import commands
from xinfeng.surveys.models import Survey, SurveyState
from xinfeng.units.queries import units_of

Say = Callable[[str], None]
# From the last day of the field to the day on which the numbers come out.
_WORKED_OUT = timedelta(days=30)


def hold(city: int, say: Say) -> None:
    """Nothing where nobody was asked, or nobody of the office may run a survey."""
    office = _office(city)
    if office is None:
        return
    started, count = perf_counter(), 0
    with scope.whole_city():
        closed = list(Survey.objects.filter(state=SurveyState.CLOSED).order_by("year"))
    for each in closed:
        _publish(each, office)
        count += 1
    if count:
        say(f"worked out and published {count} surveys: {perf_counter() - started:.1f} s")


def _publish(survey: Survey, office: Person) -> None:
    assert survey.closed_at is not None, "only what is closed is worked out"
    at: datetime = min(survey.closed_at + _WORKED_OUT, clock.now())
    for sample in survey.samples.order_by("pk"):
        commands.estimate_sample(sample_id=sample.pk, actor=office, at=at)
    commands.publish_survey(survey_id=survey.pk, actor=office, at=at)


def _office(city: int) -> Person | None:
    """Somebody of the city office who acts for no unit."""
    with scope.whole_city():
        grants = Grant.objects.filter(role=Role.CITY_OFFICE, division_id=city)
        for grant in grants.select_related("person").order_by("pk"):
            if not units_of(grant.person_id):
                return grant.person
    return None

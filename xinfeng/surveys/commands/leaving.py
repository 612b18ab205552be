"""What becomes of households still to be asked when an account ends or two become one."""

from datetime import datetime

from django.utils.translation import gettext_lazy

from xinfeng.journal import commands as journal
from xinfeng.people.models import Person
from xinfeng.surveys.models import (
    SampleCommunity,
    SampleUnit,
    Survey,
    Surveyor,
    SurveyState,
)

from .holding import record

journal.declare(
    {
        "survey.surveyor_left": gettext_lazy("left households of a survey without a surveyor"),
        "survey.surveyor_moved": gettext_lazy(
            "moved households of a survey to the account that stays"
        ),
    }
)
_GOING_ON = (SurveyState.PLANNED, SurveyState.DRAWN, SurveyState.IN_FIELD)


def end_of_interviews(person: Person, actor: Person, at: datetime) -> None:
    """Whoever runs the survey sends somebody else; what was asked stays as it is."""
    for found in _surveys_of(person):
        asks = Surveyor.objects.get(survey=found, person=person)
        SampleCommunity.objects.filter(surveyor=asks).update(surveyor=None)
        waiting = SampleUnit.objects.filter(surveyor=asks, is_final=False)
        households = waiting.update(surveyor=None, person=None)
        record("survey.surveyor_left", found, actor, at, households=households)


def move_interviews(keep: Person, gone: Person, actor: Person, at: datetime) -> None:
    """Who asks is the same human being; tries stay as they were sent."""
    for found in _surveys_of(gone):
        old = Surveyor.objects.get(survey=found, person=gone)
        new = Surveyor.objects.filter(survey=found, person=keep).first()
        if new is None:
            old.person = keep
            old.save(update_fields=["person"])
            new = old
        SampleCommunity.objects.filter(surveyor=old).update(surveyor=new)
        waiting = SampleUnit.objects.filter(surveyor=old, is_final=False)
        households = waiting.update(surveyor=new, person=keep)
        record("survey.surveyor_moved", found, actor, at, households=households)


def _surveys_of(person: Person) -> list[Survey]:
    """Surveys that go on and in which somebody asks, held until commit."""
    asked = Surveyor.objects.filter(person=person).values("survey")
    surveys = Survey.objects.select_for_update(no_key=True)
    return list(surveys.filter(pk__in=asked, state__in=_GOING_ON).order_by("pk"))

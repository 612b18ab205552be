"""Who holds a survey, and the row that its commands lock first."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from xinfeng.base import clock, codes
from xinfeng.base.refusal import Forbidden, Unknown
from xinfeng.journal import commands as journal
from xinfeng.people.models import Person
from xinfeng.people.queries import standing_of
from xinfeng.surveys import permissions
from xinfeng.surveys.models import Survey
from xinfeng.units.queries import units_of


def locked(survey_id: int, actor: Person, at: datetime) -> Survey:
    """The survey, held until commit, for somebody who may run it."""
    found = (
        Survey.objects.select_for_update(no_key=True, of=("self",))
        .select_related("frame", "questionnaire", "division")
        .filter(pk=survey_id)
        .first()
    )
    if found is None:
        raise Unknown("survey_unknown", _("There is no such survey."))
    refuse_assessed(actor, found.division_id, at)
    return found


def refuse_assessed(actor: Person, division_id: int, at: datetime) -> None:
    """Whoever is assessed, or acts for a unit that is, never holds a survey's secrets."""
    standing = standing_of(actor, clock.local_date(at))
    span = codes.span(division_id, codes.level_of(division_id))
    if not permissions.may_run_surveys(standing, span, units_of(actor.pk)):
        raise Forbidden(
            "not_your_survey",
            _("Surveys are held by an office over the whole area, by somebody who acts for no"
              " unit."),
        )  # fmt: skip


def record(
    verb: str, found: Survey, actor: Person | None, at: datetime, **details: Any
) -> None:
    journal.record(verb, found, actor=actor, at=at, where=found.division_id, **details)

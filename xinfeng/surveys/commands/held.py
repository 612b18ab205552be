"""What a command about a survey starts from: the row held, for somebody who may run it."""

from datetime import datetime

from django.utils.translation import gettext as _

from xinfeng.base import clock, codes
from xinfeng.base.refusal import Forbidden, Unknown
from xinfeng.people.models import Person
from xinfeng.people.queries import standing_of
from xinfeng.surveys import permissions
from xinfeng.surveys.models import Sample, Survey
from xinfeng.units.queries import units_of


def sample_run_by(sample_id: int, actor: Person | None, at: datetime) -> Sample:
    """The sample, held until commit; `actor` is None where the program itself acts."""
    sample = (
        Sample.objects.select_for_update(of=("self",), no_key=True)
        .select_related("survey__questionnaire")
        .filter(pk=sample_id)
        .first()
    )
    if sample is None:
        raise Unknown("sample_unknown", _("There is no such sample."))
    if actor is not None and not runs(actor, sample.survey, at):
        raise not_yours()
    return sample


def runs(actor: Person, survey: Survey, at: datetime) -> bool:
    standing = standing_of(actor, clock.local_date(at))
    span = codes.span(survey.division_id, codes.level_of(survey.division_id))
    return permissions.may_run_surveys(standing, span, units_of(actor.pk))


def not_yours() -> Forbidden:
    return Forbidden(
        "not_your_survey",
        _(
            "Surveys are run by an office over the whole area, by somebody who acts for no"
            " unit."
        ),
    )

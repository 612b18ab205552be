"""Which surveys a visitor reaches: asked alike by pages and by the interface."""

from django.http import Http404
from django.utils.translation import gettext as _

from xinfeng.base import codes
from xinfeng.base.refusal import Forbidden
from xinfeng.people.http import VisitorRequest
from xinfeng.people.permissions import UPPER_OFFICES
from xinfeng.units.queries import units_of

from . import permissions
from .models import Survey, SurveyState


def runs(request: VisitorRequest) -> bool:
    """Whether the visitor holds surveys at all: offices that act for no unit."""
    return any(
        permissions.may_run_surveys(request.standing, span, units_of(request.user.pk))
        for span in request.standing.spans(UPPER_OFFICES)
    )


def own_spans(request: VisitorRequest) -> list[tuple[int, int]]:
    """Where the visitor's offices hold surveys; refused where they hold none."""
    spans = list(request.standing.spans(UPPER_OFFICES))
    if not runs(request) or not spans:
        raise Forbidden(
            "not_your_survey",
            _("Surveys are held by an office over the whole area, by somebody who acts for no"
              " unit."),
        )  # fmt: skip
    return spans


def held(request: VisitorRequest, survey_code: str) -> Survey:
    """The survey, for whoever runs it; for all others there is none."""
    found = _of(survey_code)
    if found is None or not may_run(request, found):
        raise Http404
    return found


def told(request: VisitorRequest, survey_code: str) -> Survey:
    """A published survey; one that is only closed for whoever runs it."""
    found = _of(survey_code)
    if found is None:
        raise Http404
    if found.state != SurveyState.PUBLISHED and not may_run(request, found):
        raise Http404
    return found


def may_run(request: VisitorRequest, found: Survey) -> bool:
    units = units_of(request.user.pk)
    return permissions.may_run_surveys(request.standing, span_of(found), units)


def span_of(found: Survey) -> tuple[int, int]:
    return codes.span(found.division_id, codes.level_of(found.division_id))


def _of(survey_code: str) -> Survey | None:
    return (
        Survey.objects.select_related("questionnaire__questionnaire", "division", "frame")
        .filter(code=survey_code)
        .first()
    )

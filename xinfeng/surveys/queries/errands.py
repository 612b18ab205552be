"""In which surveys somebody asks now, and in which ways."""

from collections.abc import Sequence

from xinfeng.base import scope
from xinfeng.surveys.models import Mode, Sample, SurveyState

_ASKED_BY_SURVEYORS = (Mode.HOUSEHOLD, Mode.PHONE, Mode.INTERCEPT)


def errands_of(person_id: int) -> Sequence[Sample]:
    """The samples of surveys in the field that have named this person; one query."""
    with scope.whole_city():
        return list(
            Sample.objects.select_related("survey")
            .filter(
                survey__state=SurveyState.IN_FIELD, survey__surveyors__person=person_id,
                mode__in=_ASKED_BY_SURVEYORS,
            )
            .order_by("survey__until", "survey__code", "mode")
        )  # fmt: skip

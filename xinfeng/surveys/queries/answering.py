"""What a resident's page needs of a survey, by the code of a letter or an open address."""

from dataclasses import dataclass
from datetime import date

from xinfeng.base import scope
from xinfeng.surveys.asking import Bank, bank_of
from xinfeng.surveys.models import Mode, Sample, Survey, SurveyState
from xinfeng.surveys.models import SampleUnit as Unit
from xinfeng.surveys.personal_codes import digest_of


@dataclass(frozen=True)
class Door:
    """A survey that somebody may be about to answer."""

    sample: Sample
    bank: Bank
    is_answered: bool = False

    @property
    def survey(self) -> Survey:
        return self.sample.survey

    def is_open(self, on: date) -> bool:
        survey = self.survey
        return survey.state == SurveyState.IN_FIELD and survey.since <= on < survey.until


def by_code(code: str) -> Door | None:
    with scope.whole_city():
        unit = (
            Unit.objects.select_related(*_above("sample__"))
            .filter(web_digest=digest_of(code), sample__mode=Mode.WEB_CODE)
            .first()
        )
    return _door(unit.sample, is_answered=unit.is_final) if unit else None


def open_to_all(open_code: str) -> Door | None:
    samples = Sample.objects.select_related(*_above(""))
    sample = samples.filter(mode=Mode.WEB_OPEN, open_code=open_code).first()
    return _door(sample) if sample else None


def door_of(survey: Survey, mode: Mode) -> Door | None:
    """For surveyors and the desk: the survey's sample that is asked in this way."""
    sample = Sample.objects.select_related(*_above("")).filter(survey=survey, mode=mode).first()
    return _door(sample) if sample else None


def thanked(survey_code: str) -> Survey | None:
    surveys = Survey.objects.select_related("questionnaire", "division")
    return surveys.filter(code=survey_code, opened_at__isnull=False).first()


def _above(sample: str) -> tuple[str, str]:
    return f"{sample}survey__questionnaire", f"{sample}survey__division"


def _door(sample: Sample, *, is_answered: bool = False) -> Door:
    return Door(sample, bank_of(sample.survey.questionnaire.document), is_answered)

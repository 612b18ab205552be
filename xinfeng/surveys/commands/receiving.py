"""An answered sheet is taken in: the one way, whichever way it was asked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from uuid import UUID, uuid4

from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinfeng.base import clock, codes
from xinfeng.base.refusal import Refusal
from xinfeng.journal import commands as journal
from xinfeng.surveys.asking import NOT_ELIGIBLE, Bank, Problem, bank_of, checked
from xinfeng.surveys.asking.flow import ARRANGEMENTS
from xinfeng.surveys.models import (
    QuestionnaireVersion,
    Quota,
    Response,
    Sample,
    SampleCommunity,
    Survey,
    Surveyor,
    SurveyState,
)
from xinfeng.surveys.sent import LANGUAGES, Sheet
from xinfeng.surveys.wording import sentence_of

journal.declare({"survey.answered": gettext_lazy("took in an answered sheet")})


class BadAnswers(Refusal):
    """Answers that cannot be; `problems` tells each with its question."""

    status = 422

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("answers_wrong", _("Some answers cannot be as they are."))
        self.problems = problems
        self.mistakes = [
            {"where": each.question, "detail": sentence_of(each.reason)} for each in problems
        ]


class NotEligible(Refusal):
    """Whoever answered is none of those who are asked: nothing of it is kept."""

    def __init__(self) -> None:
        super().__init__(
            "not_eligible", _("This survey asks other people. Thank you for your time.")
        )


@dataclass(frozen=True)
class Asked:
    """By whom and where it was asked, of samples that are not answered at home alone."""

    surveyor: Surveyor | None = None
    spot: str = ""
    county: int | None = None
    quota: Quota | None = None
    # Shared with the household until the close, by consent.
    pair: UUID | None = None


def keep_response(
    *,
    sample: Sample,
    community: SampleCommunity | None,
    sheet: Sheet,
    at: datetime,
    asked: Asked | None = None,
    response_id: UUID | None = None,
) -> Response:
    """Keep one sheet of a sample in the field. Called inside another command's transaction.

    The caller has locked what makes it one: the household, the quota, or the form's own id.
    """
    # A phone without a network sends tonight what was answered at noon.
    on = clock.local_date(min(sheet.ended_at or at, at))
    survey = in_field(sample.survey_id, on)
    kept = check_sheet(bank_by(survey.questionnaire_id), sheet)
    asked = asked or Asked()
    made = Response(
        # Random, and never the household's, the order's or the time's.
        id=response_id or uuid4(), sample=sample, community=community,
        division_id=survey.division_id,
        county=county_of(community) if community else asked.county,
        spot=" ".join(asked.spot.split()), surveyor=asked.surveyor, answers=kept,
        adults=sheet.adults, arrangement=sheet.arrangement, language=sheet.language,
        on=on, started_at=sheet.started_at, ended_at=sheet.ended_at,
        seconds=sheet.believable_seconds, is_complete=sheet.is_complete, quota=asked.quota,
        pair=asked.pair,
    )  # fmt: skip
    made.save(force_insert=True)
    # Survey and mode, and nothing beside: whoever reads the journal finds no household by it.
    journal.record(
        "survey.answered", survey, actor=None, at=at, where=survey.division_id,
        on=clock.local_date(at), mode=sample.mode,
    )  # fmt: skip
    return made


def check_sheet(bank: Bank, sheet: Sheet) -> dict[str, Any]:
    """The answers as they are kept; all problems at once otherwise.

    What was broken off need not hold what has to be answered.
    """
    assert 0 <= sheet.arrangement < ARRANGEMENTS, "the caller arranges; people do not"
    assert sheet.language in LANGUAGES
    kept, problems = checked(bank, sheet.answers)
    if any(each.reason == NOT_ELIGIBLE for each in problems):
        raise NotEligible
    if not sheet.is_complete:
        problems = [each for each in problems if each.reason != "not_there"]
    if sheet.adults is not None and not 1 <= sheet.adults <= 99:
        problems = [*problems, Problem("adults", "not_a_number")]
    if problems:
        raise BadAnswers(problems)
    return kept


def in_field(survey_id: int, on: date) -> Survey:
    """The survey, kept from closing until the end of this transaction; many share this lock.

    Taken before the household's or the quota's, as closing does.
    """
    rows = Survey.objects.raw(
        "SELECT * FROM surveys_survey WHERE id = %s FOR SHARE", [survey_id]
    )
    survey = rows[0]
    if survey.state != SurveyState.IN_FIELD:
        raise Refusal("survey_not_in_field", _("This survey does not take answers now."))
    if on < survey.since:
        raise Refusal("survey_not_begun", _("This survey has not begun yet."))
    if on >= survey.until:
        raise Refusal("survey_over", _("This survey has ended. Thank you all the same."))
    return survey


def county_of(community: SampleCommunity) -> int:
    return codes.span(community.division_id, codes.Level.COUNTY)[0]


@lru_cache(maxsize=16)
def bank_by(version_id: int) -> Bank:
    """The questions of a locked version, which never change: read once by each process."""
    return bank_of(QuestionnaireVersion.objects.get(pk=version_id).document)


def alone(key: str) -> None:
    """One at a time, so that the same thing, or a count, is decided once."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [key])

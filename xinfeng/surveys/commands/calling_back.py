"""Some households are asked a second time, by somebody else than the first."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinfeng.base import clock, scope
from xinfeng.base.refusal import Forbidden, Refusal, Unknown
from xinfeng.journal import commands as journal
from xinfeng.people.models import Person
from xinfeng.surveys.asking import Kind, bank_of
from xinfeng.surveys.contacts import address_of, phone_of
from xinfeng.surveys.integrity.asking_again import asked_again
from xinfeng.surveys.models import (
    CallBack,
    CallBackOutcome,
    CallBackSummary,
    Disposition,
    SampleUnit,
    Survey,
    SurveyState,
)
from xinfeng.surveys.queries.call_backs import calls_of, compared

from .held import not_yours, runs

journal.declare(
    {
        "call_back.opened": gettext_lazy("opened how to reach a household, to call it back"),
        "call_back.made": gettext_lazy("called back a household of a survey"),
        "call_back.summed_up": gettext_lazy("summed up the call-backs of a survey"),
    }
)
LONGEST_MINUTES = 600


@dataclass(frozen=True)
class Reached:
    """Where a household can be reached; "": it is not known."""

    phone: str
    address: str


@dataclass(frozen=True)
class Told:
    """What a second call came to."""

    outcome: CallBackOutcome
    minutes: int | None = None
    answers: Mapping[str, Any] | None = None


@scope.command
def open_household(*, unit_id: int, actor: Person, at: datetime) -> Reached:
    """How to reach a household that is called back; each opening is written down."""
    unit = _to_call(unit_id, actor, at)
    _record("call_back.opened", unit, actor, at)
    return Reached(phone_of(unit), address_of(unit))


@scope.command
def record_call_back(*, unit_id: int, told: Told, actor: Person, at: datetime) -> CallBack:
    """What the household said of its interview; once, and by somebody who did not hold it."""
    unit = _to_call(unit_id, actor, at)
    already = CallBack.objects.filter(unit=unit).first()
    if already is not None and already.outcome != CallBackOutcome.NOT_REACHED:
        if already.outcome == told.outcome:
            return already
        raise Refusal("called_back_already", _("This household was called back already."))
    if told.minutes is not None and not 0 <= told.minutes <= LONGEST_MINUTES:
        raise Refusal("minutes_wrong", _("Say in minutes how long the interview was."))
    reached = told.outcome in {CallBackOutcome.CONFIRMED, CallBackOutcome.DIFFERS}
    fields = {
        "outcome": told.outcome, "minutes": told.minutes if reached else None,
        "answers": _answers(unit, told) if reached else {},
        "pair": unit.pair if reached else None, "by": actor, "on": clock.local_date(at),
    }  # fmt: skip
    if already is None:
        already = CallBack.objects.create(unit=unit, division_id=unit.division_id, **fields)
    else:
        # Nobody was reached before: this call is the one that counts.
        for name, value in fields.items():
            setattr(already, name, value)
        already.save(update_fields=list(fields))
    _record("call_back.made", unit, actor, at)
    return already


def settle_call_backs(*, survey: Survey, actor: Person | None, at: datetime) -> None:
    """Keep what the second calls told, then forget whose they were.

    The close calls it, in its own transaction, before it erases the pairs of households and
    sheets; afterwards nobody could compare.
    """
    bank = bank_of(survey.questionnaire.document)
    for sample in survey.samples.order_by("pk"):
        wanted = sample.units.filter(is_called_back=True).count()
        if not wanted or CallBackSummary.objects.filter(sample=sample).exists():
            continue
        calls = calls_of(sample)
        CallBackSummary.objects.create(
            sample=sample, wanted=wanted, called=len(calls),
            paired=sum(each.pair is not None for each in calls),
            found=compared(bank, calls), at=at,
        )  # fmt: skip
        CallBack.objects.filter(unit__sample=sample).update(pair=None, answers={})
        journal.record(
            "call_back.summed_up", sample, actor=actor, at=at, where=survey.division_id,
            on=clock.local_date(at), wanted=wanted, called=len(calls),
        )  # fmt: skip


def _answers(unit: SampleUnit, told: Told) -> dict[str, Any]:
    """Only of the few questions asked again, and only where the household agreed to it."""
    if unit.pair is None or not told.answers:
        return {}
    asked = {
        each.code: each
        for each in asked_again(bank_of(unit.sample.survey.questionnaire.document))
        if each.kind in {Kind.SCALE, Kind.ONE}
    }
    kept = {}
    for code, question in asked.items():
        value = told.answers.get(code)
        if value in (None, ""):
            continue
        if value not in {option.code for option in question.options}:
            raise Refusal("answer_impossible", _("One of the answers is not offered."))
        kept[code] = value
    return kept


def _to_call(unit_id: int, actor: Person, at: datetime) -> SampleUnit:
    unit = (
        SampleUnit.objects.select_for_update(of=("self",), no_key=True)
        .select_related("sample__survey__questionnaire")
        .filter(pk=unit_id, is_called_back=True)
        .first()
    )
    if unit is None:
        raise Unknown("unit_unknown", _("There is no such household to call back."))
    if not runs(actor, unit.sample.survey, at):
        raise not_yours()
    if unit.person_id == actor.pk:
        raise Forbidden(
            "own_interview", _("Somebody else calls back the households that you asked.")
        )
    if unit.sample.survey.state != SurveyState.IN_FIELD:
        raise Refusal(
            "survey_not_in_field",
            _("Call back while the survey is in the field."),
        )
    if unit.disposition != Disposition.COMPLETE:
        raise Refusal("not_asked_yet", _("Nobody says that this household was asked: wait."))
    return unit


def _record(verb: str, unit: SampleUnit, actor: Person, at: datetime) -> None:
    journal.record(
        verb, unit, actor=actor, at=at, where=unit.division_id, on=clock.local_date(at)
    )

"""The telephone desk: the next household to call, for one caller at a time."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinfeng.base import clock, scope
from xinfeng.base.refusal import Refusal, Unknown
from xinfeng.journal import commands as journal
from xinfeng.people.models import Person
from xinfeng.surveys.contacts import phone_of
from xinfeng.surveys.models import Attempt, Calling, Disposition, Mode, Sample, SampleUnit
from xinfeng.surveys.queries.calling import part_of, waiting
from xinfeng.surveys.sent import Sheet

from .answering import asker_of
from .attempts import interview, record_attempt
from .receiving import alone, in_field

journal.declare(
    {
        "survey.call_begun": gettext_lazy("began to call a household of a survey"),
        "survey.call_put_back": gettext_lazy("put a household of a survey back unheard"),
        "survey.phone_opened": gettext_lazy("saw the telephone number of a household"),
    }
)
# Long enough for a call and its questions; then the household is anybody's again.
HELD = timedelta(minutes=20)


@scope.command
def take_next(*, sample_id: int, actor: Person, at: datetime) -> SampleUnit | None:
    """The household to call now, held for the caller; None while there is none.

    Whoever holds one already gets the same one again: nobody collects households.
    """
    sample = _phone_sample(sample_id)
    asker_of(sample.survey, actor, at)
    in_field(sample.survey_id, clock.local_date(at))
    # Two callers at once, or one who presses twice, choose one after the other.
    alone(f"survey calls {sample.pk}")
    held = Calling.objects.filter(by=actor, until__gt=at, unit__sample=sample)
    if mine := held.select_related("unit").order_by("pk").first():
        return mine.unit
    unit = waiting(sample, on=clock.local_date(at), part=part_of(at), at=at).first()
    if unit is None:
        return None
    Calling.objects.filter(unit=unit).delete()
    Calling.objects.create(unit=unit, by=actor, division_id=unit.division_id, until=at + HELD)
    _note("survey.call_begun", sample, actor, at)
    return unit


@scope.command
def put_back(*, unit_id: int, actor: Person, at: datetime) -> None:
    """The call is over, or is not made: others may have the household."""
    held = Calling.objects.filter(unit=unit_id, by=actor)
    calling = held.select_related("unit__sample__survey").first()
    if calling is None:
        return
    sample = calling.unit.sample
    calling.delete()
    _note("survey.call_put_back", sample, actor, at)


@scope.command
def open_phone(*, unit_id: int, actor: Person, at: datetime) -> str:
    """The number in full, for whoever calls the household now; each opening is written down."""
    unit = held_by(unit_id, actor, at)
    number = phone_of(unit)
    if not number:
        raise Refusal("phone_missing", _("No telephone number of this household is known."))
    # The household by its community alone: the journal joins it to nothing it says.
    _note("survey.phone_opened", unit.sample, actor, at, community=unit.community_id)
    return number


@scope.command
def end_call(
    *, unit_id: int, key: UUID, disposition: Disposition, again_on: date | None = None,
    again_part: str = "", actor: Person, at: datetime,
) -> Attempt:  # fmt: skip
    """What a call without answers came to; the household is anybody's again."""
    made = record_attempt(
        unit_id=unit_id, key=key, disposition=disposition, on=clock.local_date(at),
        part=part_of(at), again_on=again_on, again_part=again_part, actor=actor, at=at,
    )  # fmt: skip
    Calling.objects.filter(unit=unit_id, by=actor).delete()
    return made


@scope.command
def keep_call_sheet(
    *, unit_id: int, key: UUID, sheet: Sheet, actor: Person, at: datetime
) -> Attempt:
    """What was answered on the telephone: household and sheet, both or neither."""
    unit = SampleUnit.objects.get(pk=unit_id)
    made = interview(
        unit_code=unit.code, key=key, sheet=sheet, on=clock.local_date(at), part=part_of(at),
        actor=actor, at=at,
    )  # fmt: skip
    Calling.objects.filter(unit=unit_id, by=actor).delete()
    return made


def held_by(unit_id: int, actor: Person, at: datetime) -> SampleUnit:
    """The household that somebody has before them; for everybody else there is none."""
    held = Calling.objects.filter(Q(until__gt=at), by=actor, unit=unit_id)
    calling = held.select_related(
        "unit__sample__survey", "unit__community__division", "unit__community__stratum"
    ).first()
    if calling is None:
        raise Unknown("household_unknown", _("This household is not before you any more."))
    asker_of(calling.unit.sample.survey, actor, at)
    return calling.unit


def _phone_sample(sample_id: int) -> Sample:
    samples = Sample.objects.select_related("survey").filter(mode=Mode.PHONE)
    sample = samples.filter(pk=sample_id).first()
    if sample is None:
        raise Unknown("survey_unknown", _("There is no such survey."))
    return sample


def _note(verb: str, sample: Sample, actor: Person, at: datetime, **details: Any) -> None:
    survey = sample.survey
    journal.record(verb, survey, actor=actor, at=at, where=survey.division_id, **details)

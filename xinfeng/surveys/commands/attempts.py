"""A household is tried, and answers or not: what came of it, once, however often it is sent."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinfeng.base import clock, codes, crypto, scope
from xinfeng.base.refusal import Forbidden, Refusal, Unknown
from xinfeng.journal import commands as journal
from xinfeng.people.models import Person
from xinfeng.people.queries import standing_of
from xinfeng.surveys import permissions
from xinfeng.surveys.models import (
    FINAL,
    Attempt,
    Calling,
    DayPart,
    Disposition,
    Mode,
    SampleUnit,
    Survey,
    Surveyor,
)
from xinfeng.surveys.sent import Sheet
from xinfeng.surveys.trying import Try, is_used_up
from xinfeng.units.queries import units_of

from .receiving import Asked, NotEligible, alone, in_field, keep_response

journal.declare({"survey.attempted": gettext_lazy("tried to reach a household")})
_WITH_A_SHEET = (Disposition.COMPLETE, Disposition.PARTIAL)
# A call that lasts longer than the household was held is not lost, if nobody else took it.
_LONG_CALL = timedelta(hours=2)
_CLOCKS_DIFFER = timedelta(minutes=10)
_NOBODY_CAME = (Disposition.NOT_AT_HOME, Disposition.NO_ACCESS)


@dataclass(frozen=True)
class Tried:
    """When it was tried, and when to come again if that was agreed."""

    on: date
    # A `DayPart`; "": of a household that answered neither day nor part is kept.
    part: str
    again_on: date | None = None
    again_part: str = ""


@scope.command
def record_attempt(  # noqa: PLR0913 - a try has that many sides
    *, unit_id: int, key: UUID, disposition: Disposition, on: date, part: DayPart,
    again_on: date | None = None, again_part: str = "", actor: Person, at: datetime,
) -> Attempt:  # fmt: skip
    """What came of a try that brought no answers; the same `key` again is the same try."""
    tried = Tried(on, part, again_on, again_part)
    survey, unit = _to_be_tried(unit_id, actor, at)
    if known := _known(key, unit):
        return known
    if disposition in _WITH_A_SHEET:
        raise Refusal("sheet_missing", _("What was answered belongs to it: send the sheet."))
    _refuse_day(tried, disposition, survey, at)
    _refuse_done(unit)
    made = _add(unit, key, disposition, tried, actor)
    is_final = disposition in FINAL or (disposition in _NOBODY_CAME and _is_used_up(unit))
    _note(unit, disposition, on if is_final else None)
    # Which community and nothing closer: the journal tells times, and a household none.
    journal.record(
        "survey.attempted", survey, actor=actor, at=at, where=survey.division_id,
        community=unit.community_id,
    )  # fmt: skip
    return made


@scope.command
def interview(
    *, unit_code: str, key: UUID, sheet: Sheet, on: date, part: DayPart,
    pair: UUID | None = None, actor: Person, at: datetime,
) -> Attempt:  # fmt: skip
    """A member answered: the household is done and the sheet is kept, both or neither.

    `pair` is what a member who agreed to a second call lets join the two until the close; it is
    kept only of households drawn for that. Whoever turns out to be nobody who is asked leaves
    no sheet. Sent twice it is one.
    """
    unit_id = SampleUnit.objects.filter(code=unit_code).values_list("pk", flat=True).first()
    survey, unit = _to_be_tried(unit_id or 0, actor, at)
    if known := _known(key, unit):
        return known
    disposition = Disposition.COMPLETE if sheet.is_complete else Disposition.PARTIAL
    _refuse_day(Tried(on, part), disposition, survey, at)
    _refuse_done(unit)
    kept_pair = pair if unit.is_called_back else None
    try:
        _keep_sheet(unit, _believable(sheet, at), kept_pair, actor, at)
    except NotEligible:
        disposition, kept_pair = Disposition.NO_ADULT, None
    if disposition in _WITH_A_SHEET:
        # The sheet keeps its day, so the household does not: few are asked in one community on
        # one day, and a day on both sides would join them.
        made = _add(unit, key, disposition, Tried(survey.since, ""), actor)
        _note(unit, disposition, survey.since, kept_pair)
    else:
        made = _add(unit, key, disposition, Tried(on, part), actor)
        _note(unit, disposition, on)
    journal.record("survey.attempted", survey, actor=actor, at=at, where=survey.division_id)
    return made


def _to_be_tried(unit_id: int, actor: Person, at: datetime) -> tuple[Survey, SampleUnit]:
    """The household, locked until commit after its survey, for somebody who may try it."""
    unit = SampleUnit.objects.select_related("sample__survey").filter(pk=unit_id).first()
    if unit is None or not _may_try(unit, actor, at):
        raise Unknown("household_unknown", _("This household is not yours to visit."))
    survey = in_field(unit.sample.survey_id, min(clock.local_date(at), _last(unit)))
    # Read anew under its lock; it may have been given to somebody else meanwhile.
    held = (
        SampleUnit.objects.select_for_update(no_key=True, of=("self",))
        .select_related("sample__survey", "community__surveyor", "surveyor")
        .get(pk=unit_id)
    )
    if not _may_try(held, actor, at):
        raise Forbidden("household_unknown", _("This household is not yours to visit."))
    return survey, held


def _last(unit: SampleUnit) -> date:
    """A phone without a network sends after the last day what was tried before it."""
    return unit.sample.survey.until - timedelta(days=1)


def _may_try(unit: SampleUnit, actor: Person, at: datetime) -> bool:
    standing = standing_of(actor, clock.local_date(at))
    span = codes.span(unit.division_id, codes.level_of(unit.division_id))
    if unit.person_id == actor.pk and actor.is_active and permissions.may_ask(standing, span):
        return True
    if unit.sample.mode == Mode.PHONE and permissions.may_ask(standing, span):
        # At the desk a household is whose it is to call now.
        held = Calling.objects.filter(unit=unit.pk, by=actor, until__gt=at - _LONG_CALL)
        return actor.is_active and held.exists()
    return permissions.may_run_surveys(standing, span, units_of(actor.pk))


def _known(key: UUID, unit: SampleUnit) -> Attempt | None:
    alone(f"survey attempt {key}")
    known = Attempt.objects.filter(key=key).first()
    if known is not None and known.unit_id != unit.pk:
        raise Refusal("key_taken", _("This was sent before for another household."))
    if known is not None:
        known.unit = unit
    return known


def _refuse_day(tried: Tried, disposition: str, survey: Survey, at: datetime) -> None:
    if not survey.since <= tried.on <= clock.local_date(at) or tried.on >= survey.until:
        raise Refusal("attempt_day", _("It was not tried on a day of this survey."))
    if disposition == Disposition.COME_AGAIN:
        if (tried.again_on is None) != (tried.again_part == ""):
            raise Refusal("again_half", _("Say on which day and in which part of it."))
        if tried.again_on and not tried.on <= tried.again_on < survey.until:
            raise Refusal("again_day", _("Come again while the survey runs."))
    elif tried.again_on or tried.again_part:
        raise Refusal("again_needless", _("Only “come again” has a day to come again."))


def _refuse_done(unit: SampleUnit) -> None:
    if unit.is_final:
        raise Refusal(
            "household_done",
            _("This household is done already: %(how)s. Nothing was doubled.")
            % {"how": unit.get_disposition_display()},
        )


def _add(
    unit: SampleUnit, key: UUID, disposition: Disposition, tried: Tried, actor: Person
) -> Attempt:
    # Not in the order of coming, which is also the order of the sheets.
    pk = int.from_bytes(crypto.derive("survey attempt", str(key))[:8]) >> 1
    return Attempt.objects.create(
        pk=pk, unit=unit, key=key, disposition=disposition, on=tried.on, part=tried.part,
        again_on=tried.again_on, again_part=tried.again_part, by=actor,
        division_id=unit.division_id,
    )  # fmt: skip


def _is_used_up(unit: SampleUnit) -> bool:
    return is_used_up(Try(on, part) for on, part in unit.tries.values_list("on", "part"))


def _note(
    unit: SampleUnit, disposition: Disposition, done_on: date | None, pair: UUID | None = None
) -> None:
    unit.disposition, unit.done_on, unit.pair = disposition, done_on, pair
    unit.is_final = done_on is not None
    unit.attempts += 1
    unit.save(update_fields=["disposition", "done_on", "pair", "is_final", "attempts"])


def _keep_sheet(
    unit: SampleUnit, sheet: Sheet, pair: UUID | None, actor: Person, at: datetime
) -> None:
    named = unit.surveyor
    if named is None:
        asking = Surveyor.objects.filter(survey=unit.sample.survey_id, person=actor)
        named = asking.order_by("pk").first()
    keep_response(
        sample=unit.sample, community=unit.community, sheet=sheet, at=at,
        asked=Asked(surveyor=named, pair=pair),
    )  # fmt: skip


def _believable(sheet: Sheet, at: datetime) -> Sheet:
    """Without times that cannot be: the phone's clock was set meanwhile, or is wrong."""
    begun, ended = sheet.started_at, sheet.ended_at
    if begun is None or ended is None or not begun <= ended <= at + _CLOCKS_DIFFER:
        return replace(sheet, started_at=None, ended_at=None)
    return sheet

"""Residents answer: by the code in a letter, at an address open to all, or in the street."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinfeng.base import clock, codes, crypto, scope
from xinfeng.base.refusal import Forbidden, Refusal, Unknown
from xinfeng.journal import commands as journal
from xinfeng.people.models import Person
from xinfeng.people.queries import standing_of
from xinfeng.surveys import permissions, quotas
from xinfeng.surveys.models import (
    AddressTally,
    Disposition,
    Mode,
    Quota,
    Response,
    Sample,
    SampleUnit,
    Survey,
    Surveyor,
)
from xinfeng.surveys.personal_codes import digest_of
from xinfeng.surveys.queries.street import taken_of
from xinfeng.surveys.sent import Sheet

from .receiving import Asked, NotEligible, alone, bank_by, check_sheet, in_field, keep_response

journal.declare(
    {
        "survey.not_eligible": gettext_lazy(
            "heard from a household that nobody lives in it of the age asked"
        )
    }
)
# A family, or an office behind one line, fits; whoever wants to answer for a street does not.
SHEETS_A_DAY = 40


class Receipt(StrEnum):
    RECEIVED = "RECEIVED"
    # The household, or the form, has sent its sheet before: nothing was doubled.
    ALREADY = "ALREADY"
    # Whoever answered is none of those who are asked: no sheet was kept. The household is final
    # only if it says that nobody else is (`adults` = 0).
    NOT_ELIGIBLE = "NOT_ELIGIBLE"


@scope.command
def answer_by_code(
    *, code: str, sheet: Sheet, at: datetime, actor: Person | None = None
) -> Receipt:
    """One sheet of a household, by whoever holds its letter; sent twice it is there once."""
    unit = _of_code(code)
    survey = in_field(unit.sample.survey_id, clock.local_date(at))
    if unit.is_final:
        return Receipt.ALREADY
    if sheet.adults == 0:
        return _nobody(unit, survey, at)
    try:
        check_sheet(bank_by(survey.questionnaire_id), sheet)
    except NotEligible:
        # Somebody else of the household may be: nothing is final before it says that nobody is.
        return Receipt.NOT_ELIGIBLE
    if not _claim(unit, Disposition.COMPLETE, survey):
        return Receipt.ALREADY
    keep_response(sample=unit.sample, community=unit.community, sheet=sheet, at=at)
    return Receipt.RECEIVED


def answer_open(
    *, open_code: str, key: UUID, sheet: Sheet, at: datetime, address: str = ""
) -> Receipt:
    """Anybody may; `key` was made for the form, so that it is kept once however often sent.

    `address` is counted before, in a transaction of its own: no row, and nothing that the
    database remembers of one, joins an address and a sheet.
    """
    sample = _open_sample(open_code)
    if Response.objects.filter(pk=_id_of(sample, key)).exists():
        return Receipt.ALREADY
    survey_bank = bank_by(sample.survey.questionnaire_id)
    try:
        check_sheet(survey_bank, sheet)
    except NotEligible:
        return Receipt.NOT_ELIGIBLE
    if address:
        _count_address(sample_id=sample.pk, address=address, at=at)
    return _keep_open(sample_id=sample.pk, key=key, sheet=sheet, at=at)


@scope.command
def answer_in_street(
    *, sample_id: int, key: UUID, sheet: Sheet, spot: str, county: int | None = None,
    actor: Person, at: datetime,
) -> Receipt:  # fmt: skip
    """A surveyor hands in what somebody in the street has answered, within the quotas."""
    sample = _street(sample_id)
    surveyor = asker_of(sample.survey, actor, at)
    if not spot.strip() or len(spot) > 80:
        raise Refusal("spot_missing", _("Say where it was asked, in 80 signs at most."))
    survey = in_field(sample.survey_id, clock.local_date(at))
    if county is not None:
        _refuse_county(survey, county)
    try:
        kept = check_sheet(bank_by(survey.questionnaire_id), sheet)
    except NotEligible:
        return Receipt.NOT_ELIGIBLE
    alone(f"survey sheet {key}")
    made = _id_of(sample, key)
    # Before the quota: what was kept already is not refused because others have filled it.
    if Response.objects.filter(pk=made).exists():
        return Receipt.ALREADY
    quota = _room_in_quota(sample, kept)
    keep_response(
        sample=sample, community=None, sheet=sheet, at=at, response_id=made,
        asked=Asked(surveyor=surveyor, spot=spot, county=county, quota=quota),
    )  # fmt: skip
    return Receipt.RECEIVED


def asker_of(survey: Survey, actor: Person, at: datetime) -> Surveyor:
    """Whoever the survey has named, as long as they may survey there."""
    span = codes.span(survey.division_id, codes.level_of(survey.division_id))
    named = Surveyor.objects.filter(survey=survey, person=actor).first()
    standing = standing_of(actor, clock.local_date(at))
    if named is None or not (actor.is_active and permissions.may_ask(standing, span)):
        raise Forbidden("not_a_surveyor", _("Only surveyors of this survey do this."))
    return named


def _of_code(code: str) -> SampleUnit:
    units = SampleUnit.objects.select_related("sample", "community")
    unit = units.filter(web_digest=digest_of(code), sample__mode=Mode.WEB_CODE).first()
    if unit is None:
        raise Unknown("code_unknown", _("This code is not known. Look at the letter again."))
    return unit


def _nobody(unit: SampleUnit, survey: Survey, at: datetime) -> Receipt:
    """The household says that nobody of those who are asked lives in it."""
    if not _claim(unit, Disposition.NO_ADULT, survey):
        return Receipt.ALREADY
    # As of an answer, nothing that leads to the household.
    journal.record(
        "survey.not_eligible", survey, actor=None, at=at, where=survey.division_id,
        on=clock.local_date(at), mode=unit.sample.mode,
    )  # fmt: skip
    return Receipt.NOT_ELIGIBLE


def _claim(unit: SampleUnit, disposition: Disposition, survey: Survey) -> bool:
    """Whether the household's row was ours: locked, and not final before.

    Of a household that answers by itself not even the day is kept: where few answer, a day on
    both sides would join it to its sheet. It stands as done on the first day of the field.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE surveys_sampleunit SET disposition = %s, is_final = true, done_on = %s"
            " WHERE id = %s AND NOT is_final",
            [disposition, survey.since, unit.pk],
        )
        return bool(cursor.rowcount == 1)


def _open_sample(open_code: str) -> Sample:
    samples = Sample.objects.select_related("survey").filter(mode=Mode.WEB_OPEN)
    sample = samples.filter(open_code=open_code).first()
    if sample is None:
        raise Unknown("survey_unknown", _("There is no such survey."))
    return sample


def _id_of(sample: Sample, key: UUID) -> UUID:
    """The same for the same form, and nobody who knows the form knows it."""
    return UUID(bytes=crypto.derive("survey sheet", str(sample.pk), str(key))[:16], version=4)


@scope.command
def _count_address(*, sample_id: int, address: str, at: datetime) -> None:
    on = clock.local_date(at)
    digest = crypto.digest("survey address", f"{sample_id} {on} {address}")
    AddressTally.objects.filter(on__lt=on).delete()
    alone(f"survey address {digest.hex()}")
    tally, made = AddressTally.objects.get_or_create(
        digest=digest, defaults={"on": on, "sheets": 1}
    )
    if made:
        return
    if tally.sheets >= SHEETS_A_DAY:
        raise Refusal(
            "too_many_sheets",
            _("Many sheets came from here today. Please try again tomorrow."),
        )
    tally.sheets += 1
    tally.save(update_fields=["sheets"])


@scope.command
def _keep_open(*, sample_id: int, key: UUID, sheet: Sheet, at: datetime) -> Receipt:
    sample = Sample.objects.get(pk=sample_id)
    in_field(sample.survey_id, clock.local_date(at))
    alone(f"survey sheet {key}")
    made = _id_of(sample, key)
    if Response.objects.filter(pk=made).exists():
        return Receipt.ALREADY
    keep_response(sample=sample, community=None, sheet=sheet, at=at, response_id=made)
    return Receipt.RECEIVED


def _street(sample_id: int) -> Sample:
    samples = Sample.objects.select_related("survey").filter(mode=Mode.INTERCEPT)
    sample = samples.filter(pk=sample_id).first()
    if sample is None:
        raise Unknown("survey_unknown", _("There is no such survey."))
    return sample


def _refuse_county(survey: Survey, county: int) -> None:
    lo, hi = codes.span(survey.division_id, codes.level_of(survey.division_id))
    if not lo <= county < hi or codes.level_of(county) != codes.Level.COUNTY:
        raise Refusal("county_wrong", _("This county is not part of the survey."))


def _room_in_quota(sample: Sample, kept: Mapping[str, Any]) -> Quota | None:
    """The quota of these answers, locked, with room in it; None where the sample has none.

    Whoever is in none of the cells is not wanted, and told so.
    """
    asked = list(sample.quotas.order_by("pk"))
    if not asked:
        return None
    cell = quotas.cell_of(asked[0].cell, kept)
    key = quotas.key_of(cell) if cell else ""
    quota = sample.quotas.select_for_update().filter(key=key).first()
    if quota is None:
        raise Refusal("quota_none", _("Nobody like this is asked in the street any more."))
    if taken_of([quota])[quota.pk] >= quota.wanted:
        raise Refusal(
            "quota_full",
            _("Enough people like this have answered. Thank them, and ask somebody else."),
        )
    return quota

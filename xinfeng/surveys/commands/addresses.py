"""Where drawn households live and how they are called: taken in sealed, opened for a reason."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from django.db import connection
from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from xinfeng.base import scope
from xinfeng.base.refusal import Refusal, Unknown
from xinfeng.journal import commands as journal
from xinfeng.people.models import Person
from xinfeng.surveys.contacts import address_of, sealed_all
from xinfeng.surveys.models import (
    Sample,
    SampleCommunity,
    SampleUnit,
    SheetKind,
    Survey,
    SurveySheet,
    SurveyState,
)
from xinfeng.surveys.tables import Told

from .frames import refuse_problems
from .holding import locked, record
from .sheets import NewSheet, keep_sheet, not_your_sheet, preview_of

journal.declare(
    {
        "survey.addresses_taken_in": gettext_lazy("took in how to reach drawn households"),
        "survey.addresses_opened": gettext_lazy("saw the addresses of drawn households"),
    }
)
# Before the draw there is nobody to reach; after the close nobody is reached any more.
REACHED = (SurveyState.DRAWN, SurveyState.IN_FIELD)
# An empty cell leaves what was known.
_WRITE = """
    UPDATE surveys_sampleunit AS kept
       SET address_sealed = coalesce(nullif(told.address, ''), kept.address_sealed),
           phone_sealed = coalesce(nullif(told.phone, ''), kept.phone_sealed)
      FROM unnest(%s::bigint[], %s::text[], %s::text[]) AS told(id, address, phone)
     WHERE kept.id = told.id
"""


class AddressReason(TextChoices):
    """Why addresses are looked at: to choose from, since free words could name somebody."""

    VISITS = "VISITS", pgettext_lazy("address reason", "prepare the visits")
    CHECK = "CHECK", pgettext_lazy("address reason", "check an address that was not found")
    ASKED = "ASKED", pgettext_lazy("address reason", "a household asks what is known of it")


@scope.command
def add_address_sheet(
    *, sample_id: int, code: str, name: str, content: bytes, actor: Person, at: datetime
) -> SurveySheet:
    """Keep a table for its preview; it changes nothing yet."""
    sample = _held(sample_id, actor, at)
    new = NewSheet(
        code, SheetKind.ADDRESSES, name, sample.survey.division_id, sample_id=sample.pk
    )
    return keep_sheet(new, content, actor, at)


@scope.command
def import_address_sheet(*, code: str, actor: Person, at: datetime) -> SurveySheet:
    """Every row becomes what is known of its household; a single problem stops it all.

    The survey is locked before the table, as its close does, which erases both.
    """
    sheets = SurveySheet.objects.filter(code=code, added_by=actor, kind=SheetKind.ADDRESSES)
    found = sheets.first()
    if found is None or found.sample_id is None:
        raise not_your_sheet()
    if found.imported_at is not None:
        return found
    sample = _held(found.sample_id, actor, at)
    sheet = sheets.select_for_update(of=("self",)).first()
    if sheet is None:
        raise not_your_sheet()
    if sheet.imported_at is not None:
        return sheet
    sheet.sample = sample
    preview = preview_of(sheet)
    refuse_problems(len(preview.problems))
    rows = [row for row in preview.rows if row.differs]
    _keep(rows)
    sheet.imported_at, sheet.content_sealed, sheet.added = at, "", len(rows)
    sheet.save(update_fields=["imported_at", "content_sealed", "added"])
    record(
        "survey.addresses_taken_in", sample.survey, actor, at, mode=sample.mode,
        households=len(rows), **_counted(rows),
    )  # fmt: skip
    return sheet


@scope.command
def open_addresses(
    *, community_id: int, reason: str, actor: Person, at: datetime
) -> dict[int, str]:
    """The addresses of a drawn community by household; each opening is written down."""
    community = SampleCommunity.objects.filter(pk=community_id).first()
    if community is None:
        raise Unknown("community_unknown", _("This community was not drawn."))
    sample = _held(community.sample_id, actor, at)
    if reason not in AddressReason.values:
        raise Refusal("reason_missing", _("Give the reason: it is recorded and can be read."))
    units = community.units.exclude(address_sealed="").order_by("number")
    told = {unit.pk: address_of(unit) for unit in units}
    record(
        "survey.addresses_opened", sample.survey, actor, at, community=community.division_id,
        why=reason, households=len(told),
    )  # fmt: skip
    return told


def forget_addresses(found: Survey) -> None:
    """Nobody goes there or calls any more: what is known goes, and tables nobody took in."""
    SampleUnit.objects.filter(sample__survey=found).update(address_sealed="", phone_sealed="")
    SurveySheet.objects.filter(sample__survey=found, imported_at=None).delete()


def _held(sample_id: int, actor: Person, at: datetime) -> Sample:
    """A drawn sample whose survey is held until commit, while its households are reached."""
    sample = Sample.objects.filter(pk=sample_id).first()
    if sample is None:
        raise Unknown("survey_unknown", _("There is no such survey."))
    sample.survey = locked(sample.survey_id, actor, at)
    if not sample.is_drawn or sample.survey.state not in REACHED:
        raise Refusal(
            "survey_reaches_nobody",
            _("Addresses are kept from the draw to the close of a survey only."),
        )
    return sample


def _keep(rows: Sequence[Told]) -> None:
    addresses, phones = sealed_all(rows)
    ids = [row.household.unit_id for row in rows]
    with connection.cursor() as cursor:
        cursor.execute(_WRITE, [ids, addresses, phones])


def _counted(rows: Sequence[Told]) -> Counter[str]:
    """How many addresses and telephones; never which."""
    return Counter(
        addresses=sum(bool(row.address) for row in rows),
        telephones=sum(bool(row.phone) for row in rows),
    )

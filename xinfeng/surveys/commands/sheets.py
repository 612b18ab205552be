"""Tables for a survey: kept sealed, looked through, imported whole or not at all."""

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinfeng.base import codes, crypto, scope
from xinfeng.base.previews import LARGEST, Preview
from xinfeng.base.refusal import Forbidden, Refusal
from xinfeng.journal import commands as journal
from xinfeng.people.models import Person
from xinfeng.surveys import framing
from xinfeng.surveys.contacts import households_of
from xinfeng.surveys.models import Frame, SheetKind, SurveySheet
from xinfeng.surveys.tables import read_addresses, read_frame, read_totals

from .frames import NewFrame, keep_frame, keep_totals, refuse_problems
from .holding import refuse_assessed

journal.declare(
    {
        "survey_sheet.added": gettext_lazy("uploaded a table for a survey"),
        "survey_sheet.imported": gettext_lazy("imported a table for a survey"),
        "survey_sheets.forgotten": gettext_lazy("let tables for surveys go unread"),
    }
)
KEPT_FOR = timedelta(days=7)


@dataclass(frozen=True)
class NewSheet:
    """A table, of what kind and for whom; what was said beside it, or of which frame it is."""

    code: str
    kind: SheetKind
    name: str
    division_id: int
    said: Mapping[str, Any] = field(default_factory=dict)
    frame_id: int | None = None
    sample_id: int | None = None


@scope.command
def add_survey_sheet(
    *, new: NewSheet, content: bytes, actor: Person, at: datetime
) -> SurveySheet:
    """Keep a table for its preview; it changes nothing yet."""
    assert new.kind != SheetKind.ADDRESSES
    refuse_assessed(actor, new.division_id, at)
    return keep_sheet(new, content, actor, at)


def keep_sheet(new: NewSheet, content: bytes, actor: Person, at: datetime) -> SurveySheet:
    if known := SurveySheet.objects.filter(code=new.code, added_by=actor).first():
        return known
    if not content or len(content) > LARGEST:
        raise Refusal(
            "sheet_size",
            _("A table must hold something and be at most %(mb)s MB.")
            % {"mb": LARGEST // 2**20},
        )
    sheet = SurveySheet(
        code=new.code, kind=new.kind, name=new.name[:120], bytes=len(content),
        frame_id=new.frame_id, sample_id=new.sample_id,
        said=dict(new.said) | {"division": new.division_id},
        digest=hashlib.sha256(content).hexdigest(), added_by=actor, added_at=at,
    )  # fmt: skip
    sheet.content_sealed = crypto.seal(base64.b64encode(content).decode(), about=sheet.bound)
    sheet.save(force_insert=True)
    journal.record("survey_sheet.added", sheet, actor=actor, at=at, bytes=len(content))
    return sheet


@scope.command
def import_survey_sheet(*, code: str, actor: Person, at: datetime) -> SurveySheet:
    """Every row becomes what it says; a single problem stops it all."""
    sheet = (
        SurveySheet.objects.select_for_update(of=("self",))
        .select_related("frame")
        .filter(code=code, added_by=actor)
        .exclude(kind=SheetKind.ADDRESSES)
        .first()
    )
    if sheet is None:
        raise not_your_sheet()
    if sheet.imported_at is not None:
        return sheet
    refuse_assessed(actor, sheet.said["division"], at)
    found = preview_of(sheet)
    refuse_problems(len(found.problems))
    if sheet.kind == SheetKind.FRAME:
        sheet.frame = keep_frame(new_frame(sheet), found.rows, actor, at)
        sheet.added = len(found.rows)
    else:
        assert sheet.frame is not None
        held = Frame.objects.select_for_update(no_key=True).get(pk=sheet.frame.pk)
        sheet.added = keep_totals(held, found.rows, actor, at)
    sheet.imported_at, sheet.content_sealed = at, ""
    sheet.save(update_fields=["imported_at", "content_sealed", "added", "frame"])
    journal.record("survey_sheet.imported", sheet, actor=actor, at=at, rows=sheet.added)
    return sheet


@scope.command
def forget_survey_sheets(*, at: datetime) -> int:
    """Tables that nobody imported within a week are let go."""
    old = SurveySheet.objects.filter(imported_at=None, added_at__lt=at - KEPT_FOR)
    oldest = old.order_by("pk").first()
    if oldest is None:
        return 0
    journal.record("survey_sheets.forgotten", oldest, actor=None, at=at, sheets=old.count())
    return old.delete()[0]


def preview_of(sheet: SurveySheet) -> Preview[Any]:
    """What importing the table would do."""
    if sheet.imported_at is not None:
        return Preview()
    if sheet.kind == SheetKind.FRAME:
        division = int(sheet.said["division"])
        span = codes.span(division, codes.level_of(division))
        return read_frame(sheet.opened(), span, date.fromisoformat(sheet.said["as_of"]))
    if sheet.kind == SheetKind.ADDRESSES:
        assert sheet.sample is not None
        frame = sheet.sample.survey.frame
        day = frame.as_of if frame else None
        return read_addresses(sheet.opened(), households_of(sheet.sample), day)
    assert sheet.frame is not None
    return read_totals(
        sheet.opened(), framing.counties_of(sheet.frame), framing.totals_of(sheet.frame)
    )


def not_your_sheet() -> Forbidden:
    return Forbidden("not_your_sheet", _("This is not your table."))


def new_frame(sheet: SurveySheet) -> NewFrame:
    said = sheet.said
    return NewFrame(
        sheet.code, said["name"], int(said["division"]), date.fromisoformat(said["as_of"]),
        said["source"],
    )  # fmt: skip

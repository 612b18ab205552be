"""Frames: taken in whole from a table or not at all, and never changed after."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinfeng.base import codes, scope
from xinfeng.base.codes import Level
from xinfeng.base.refusal import Refusal, Unknown
from xinfeng.base.table_cells import Problem
from xinfeng.journal import commands as journal
from xinfeng.people.models import Person
from xinfeng.places.models import Division
from xinfeng.surveys import framing
from xinfeng.surveys.models import Frame, FrameCommunity, FrameTotal
from xinfeng.surveys.tables import (
    Listed,
    Total,
    listed_in,
    read_frame,
    read_totals,
    totals_in,
)

from .holding import refuse_assessed

journal.declare(
    {
        "frame.imported": gettext_lazy("took in a list of communities to draw from"),
        "frame.totals_added": gettext_lazy("added known numbers of people to a frame"),
    }
)


# Whoever sees so many problems mends the table, not the rows.
MOST_TOLD = 200


@dataclass(frozen=True)
class NewFrame:
    """Whose list it is, of which day, and where the numbers come from."""

    code: str
    name: str
    division_id: int
    as_of: date
    source: str = ""


@scope.command
def import_frame(*, new: NewFrame, content: bytes, actor: Person, at: datetime) -> Frame:
    """Take in an office's table; a single problem stops it all."""
    refuse_assessed(actor, new.division_id, at)
    found = read_frame(content, _span(new.division_id), new.as_of)
    refuse_problems(len(found.problems))
    return keep_frame(new, found.rows, actor, at)


class BadRows(Refusal):
    """Rows that cannot be taken in, each problem with its row; nothing was imported."""

    status = 422

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(
            "rows_have_problems", _("Some rows still have problems; nothing was imported.")
        )
        self.mistakes = [
            {
                "where": f"rows.{each.row - 1}.{each.column}",
                "detail": f"{each.reason} {each.mend}".strip(),
            }
            for each in problems[:MOST_TOLD]
        ]


@scope.command
def take_frame(
    *, new: NewFrame, rows: Sequence[Mapping[str, str]], actor: Person, at: datetime
) -> Frame:
    """Take in rows of another program; a single problem stops it all."""
    refuse_assessed(actor, new.division_id, at)
    found = listed_in(rows, _span(new.division_id), new.as_of)
    if found.problems:
        raise BadRows(found.problems)
    return keep_frame(new, found.rows, actor, at)


@scope.command
def take_totals(
    *, frame_id: int, rows: Sequence[Mapping[str, str]], actor: Person, at: datetime
) -> int:
    """Known numbers of people from rows of another program; how many were new."""
    frame = _locked(frame_id, actor, at)
    found = totals_in(rows, framing.counties_of(frame), framing.totals_of(frame))
    if found.problems:
        raise BadRows(found.problems)
    return keep_totals(frame, found.rows, actor, at)


@scope.command
def make_frame(
    *, new: NewFrame, listed: Sequence[Listed], actor: Person, at: datetime
) -> Frame:
    """A frame from rows that are known already."""
    refuse_assessed(actor, new.division_id, at)
    return keep_frame(new, listed, actor, at)


@scope.command
def import_totals(*, frame_id: int, content: bytes, actor: Person, at: datetime) -> int:
    """Numbers of people by county, sex, age for a frame; how many were new."""
    frame = _locked(frame_id, actor, at)
    found = read_totals(content, framing.counties_of(frame), framing.totals_of(frame))
    refuse_problems(len(found.problems))
    return keep_totals(frame, found.rows, actor, at)


@scope.command
def add_totals(*, frame_id: int, totals: Sequence[Total], actor: Person, at: datetime) -> int:
    """The same from rows that are known already."""
    return keep_totals(_locked(frame_id, actor, at), totals, actor, at)


def keep_frame(new: NewFrame, listed: Sequence[Listed], actor: Person, at: datetime) -> Frame:
    if known := Frame.objects.filter(code=new.code).first():
        return known
    if Division.objects.filter(pk=new.division_id).first() is None:
        raise Unknown("division_unknown", _("There is no such division."))
    if not listed:
        raise Refusal("frame_is_empty", _("A frame lists at least one community."))
    whole = framing.frame_of(listed, new.as_of)
    frame = Frame.objects.create(
        code=new.code, name=new.name, division_id=new.division_id, as_of=new.as_of,
        source=new.source, digest=whole.digest(), communities=len(listed),
        households=sum(each.households for each in listed), made_by=actor, made_at=at,
    )  # fmt: skip
    FrameCommunity.objects.bulk_create(
        (
            FrameCommunity(
                frame=frame, division_id=each.division_id, is_urban=each.is_urban,
                households=each.households,
            )
            for each in listed
        ),
        batch_size=2000,
    )  # fmt: skip
    journal.record(
        "frame.imported", frame, actor=actor, at=at, where=frame.division_id,
        digest=frame.digest, communities=frame.communities, households=frame.households,
    )  # fmt: skip
    return frame


def keep_totals(frame: Frame, totals: Sequence[Total], actor: Person, at: datetime) -> int:
    known = framing.totals_of(frame)
    fresh = [each for each in totals if (each.margin, each.key) not in known]
    if any(
        known[each.margin, each.key][1] != each.people
        for each in totals
        if (each.margin, each.key) in known
    ):
        raise Refusal("frame_never_changes", _("A frame never changes: take in a new one."))
    if fresh:
        FrameTotal.objects.bulk_create(
            FrameTotal(
                frame=frame, margin=each.margin, key=each.key, people=each.people,
                source=each.source,
            )
            for each in fresh
        )  # fmt: skip
        journal.record(
            "frame.totals_added", frame, actor=actor, at=at, where=frame.division_id,
            totals=len(fresh),
        )  # fmt: skip
    return len(fresh)


def refuse_problems(problems: int) -> None:
    if problems:
        raise Refusal(
            "sheet_has_problems", _("The table still has problems; nothing was imported.")
        )


def _locked(frame_id: int, actor: Person, at: datetime) -> Frame:
    frame = Frame.objects.select_for_update(no_key=True).filter(pk=frame_id).first()
    if frame is None:
        raise Unknown("frame_unknown", _("There is no such frame."))
    refuse_assessed(actor, frame.division_id, at)
    return frame


def _span(division_id: int) -> tuple[int, int]:
    level: Level = codes.level_of(division_id)
    return codes.span(division_id, level)

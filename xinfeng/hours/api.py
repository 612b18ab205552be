"""One's own record of time over the interface."""

from datetime import date

from django.utils.translation import gettext as _
from ninja import Query, Router, Schema
from pydantic import Field

from xinfeng.base import clock
from xinfeng.base.contract import Misread, answers
from xinfeng.hours import commands, queries
from xinfeng.hours.models import Appeal, Hold
from xinfeng.people.tokens import Scope, TokenRequest, needs

router = Router(tags=["hours"])


class CreditLine(Schema):
    """Whole minutes of one day; a correction is a line of its own, below zero."""

    id: int
    earned_on: date
    minutes: int
    where: str
    reversed: bool


class RecordPage(Schema):
    """All of my time as a sum, and one page of its lines, newest first."""

    total_minutes: int
    items: list[CreditLine]
    next: str | None


class After(Schema):
    after: str = Field("", max_length=40)


class Objection(Schema):
    reason: Appeal
    text: str = Field("", max_length=500)


class Review(Schema):
    """A review of one of my lines: which rule asked for it, and how it stands."""

    id: int
    credit: int
    rule: str
    state: str
    appeal: str


@router.get(
    "/me/hours", response=answers(RecordPage), auth=needs(Scope.RECORD), summary="My record"
)
def record(request: TokenRequest, page: Query[After]) -> RecordPage:
    found = queries.record(request.user, after=_key(page.after))
    return RecordPage(
        total_minutes=found.total,
        items=[_line(line) for line in found.lines],
        next=f"{found.after[0].isoformat()}_{found.after[1]}" if found.after else None,
    )


@router.post(
    "/holds/{int:hold_id}/appeal",
    response=answers(Review),
    auth=needs(Scope.PART),
    summary="Object to a review of my hours",
)
def appeal(request: TokenRequest, hold_id: int, objection: Objection) -> Review:
    return _hold(
        commands.appeal(
            hold_id=hold_id,
            reason=objection.reason,
            text=objection.text,
            actor=request.user,
            at=clock.now(),
        )
    )


def _line(line: queries.Line) -> CreditLine:
    given = line.credit
    return CreditLine(
        id=given.pk,
        earned_on=given.earned_on,
        minutes=given.minutes,
        where=line.where,
        reversed=line.reversed,
    )


def _hold(hold: Hold) -> Review:
    return Review(
        id=hold.pk,
        credit=hold.credit_id,
        rule=hold.rule,
        state=hold.state,
        appeal=hold.appeal,
    )


def _key(after: str) -> queries.Key | None:
    if not after:
        return None
    day, _sep, pk = after.partition("_")
    try:
        return date.fromisoformat(day), int(pk)
    except ValueError:
        raise Misread(
            "after_unreadable", _("Pass back the `next` of the page before, as it is.")
        ) from None

"""One's own hours under review, and objecting to that."""

from datetime import date

from ninja import Query, Schema
from pydantic import Field

from xinfeng.base import clock
from xinfeng.base.contract import answers, number_key
from xinfeng.hours import commands, queries
from xinfeng.hours.models import Appeal, Hold
from xinfeng.hours.queries.holds import HoldLine
from xinfeng.people.tokens import Scope, TokenRequest, needs

from .routing import router


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


class ReviewLine(Schema):
    """A review with what it is about."""

    id: int
    credit: int
    earned_on: date
    activity: str
    rule: str
    rule_title: str
    state: str
    appeal: str


class ReviewsAfter(Schema):
    after: str = Field("", max_length=20)


class ReviewPage(Schema):
    items: list[ReviewLine]
    next: str | None


@router.get(
    "/me/reviews",
    response=answers(ReviewPage),
    auth=needs(Scope.RECORD),
    summary="My hours under review, and what became of them",
)
def reviews(request: TokenRequest, page: Query[ReviewsAfter]) -> ReviewPage:
    lines, after = queries.own_holds(request.user, after=number_key(page.after) or None)
    return ReviewPage(
        items=[_review_line(line) for line in lines], next=str(after) if after else None
    )


@router.post(
    "/holds/{int:hold_id}/appeal",
    response=answers(Review),
    auth=needs(Scope.PART),
    summary="Object to a review of my hours",
)
def appeal(request: TokenRequest, hold_id: int, objection: Objection) -> Review:
    return _review(
        commands.appeal(
            hold_id=hold_id,
            reason=objection.reason,
            text=objection.text,
            actor=request.user,
            at=clock.now(),
        )
    )


def _review(hold: Hold) -> Review:
    return Review(
        id=hold.pk,
        credit=hold.credit_id,
        rule=hold.rule,
        state=hold.state,
        appeal=hold.appeal,
    )


def _review_line(line: HoldLine) -> ReviewLine:
    hold = line.hold
    return ReviewLine(
        id=hold.pk,
        credit=hold.credit_id,
        earned_on=hold.earned_on,
        activity=line.described.title,
        rule=hold.rule,
        rule_title=line.title,
        state=hold.state,
        appeal=hold.appeal,
    )

"""What is on and what is near, and taking a place."""

from datetime import date, datetime

from django.http import HttpRequest
from ninja import Query, Schema
from pydantic import Field

from xinfeng.activities import commands, queries
from xinfeng.activities.models import Signup
from xinfeng.base import clock
from xinfeng.base.contract import Moment, answers, number_key, unreadable
from xinfeng.people.tokens import Scope, TokenRequest, needs, welcomes

from .schemas import (
    DIVISIONS,
    LARGEST,
    ActivityDetail,
    Attended,
    ShiftBrief,
    attended,
    brief,
    detail,
    router,
)


class ShiftPage(Schema):
    items: list[ShiftBrief]
    next: str | None


class Narrowed(Schema):
    """`day` alone is one day; with `until` all days from the one to the other."""

    within: int | None = Field(None, ge=1, lt=DIVISIONS)
    category: str = Field("", max_length=40)
    day: date | None = None
    until: date | None = None
    words: str = Field("", max_length=40)
    after: str = Field("", max_length=60)


class Point(Schema):
    """Where to look. The point is used for the answer and kept nowhere."""

    latitude: float = Field(ge=-90, le=90)
    longitude: float = Field(ge=-180, le=180)
    radius: int = Field(5_000, ge=100, le=50_000, description="metres")
    days: int = Field(30, ge=1, le=92)
    category: str = Field("", max_length=40)
    words: str = Field("", max_length=40)
    free: bool = False
    after: str = Field("", max_length=60)


class PlaceWish(Schema):
    """Which post of the shift, and for whom of those I answer for; both may be left out."""

    post: int | None = Field(None, ge=1, le=LARGEST)
    person: int | None = Field(None, ge=1, le=LARGEST)


class MyShift(Schema):
    signup: Attended
    activity: str
    title: str
    starts_at: Moment
    ends_at: Moment
    position: int | None
    may_cancel: bool


class MyShiftPage(Schema):
    """What lies ahead, whole; what is over page by page, newest first."""

    coming: list[MyShift]
    past: list[MyShift]
    next: str | None


class MineAfter(Schema):
    after: str = Field("", max_length=20)


@router.get("/activities", response=answers(ShiftPage), auth=None, summary="What is on")
def upcoming(request: HttpRequest, narrowed: Query[Narrowed]) -> ShiftPage:
    choice = queries.Choice(
        within=narrowed.within,
        category=narrowed.category,
        day=narrowed.day,
        until=narrowed.until,
        words=narrowed.words,
    )
    found = queries.upcoming(choice, visitor=None, at=clock.now(), after=_key(narrowed.after))
    return ShiftPage(
        items=[brief(line) for line in found.lines],
        next=f"{found.after[0].isoformat()}_{found.after[1]}" if found.after else None,
    )


# A point is personal, so it travels in the body and not in an address that gets logged.
@router.post("/activities/near", response=answers(ShiftPage), auth=None, summary="What is near")
def near(request: HttpRequest, point: Point) -> ShiftPage:
    around = queries.Around(
        round(point.latitude * 1e6),
        round(point.longitude * 1e6),
        radius_m=point.radius,
        days=point.days,
        category=point.category,
        words=point.words,
        free_only=point.free,
    )
    found = queries.near(around, at=clock.now(), after=_near_key(point.after))
    return ShiftPage(
        items=[brief(line) for line in found.lines],
        next=f"{found.after[0]}_{found.after[1]}" if found.after else None,
    )


@router.get(
    "/activities/{code}",
    response=answers(ActivityDetail),
    auth=welcomes(Scope.RECORD),
    summary="One activity, and whether I can sign up",
)
def activity(request: HttpRequest, code: str) -> ActivityDetail:
    return detail(request, code)


@router.get(
    "/me/shifts",
    response=answers(MyShiftPage),
    auth=needs(Scope.RECORD),
    summary="What I signed up for",
)
def my_shifts(request: TokenRequest, page: Query[MineAfter]) -> MyShiftPage:
    found = queries.my_shifts(
        request.user, at=clock.now(), after=number_key(page.after) or None
    )
    return MyShiftPage(
        coming=[_mine(m.signup, m.position, may_cancel=m.may_cancel) for m in found.coming],
        past=[_mine(signup, None, may_cancel=False) for signup in found.past],
        next=str(found.after) if found.after else None,
    )


@router.post(
    "/shifts/{int:shift_id}/signups",
    response=answers(Attended),
    auth=needs(Scope.PART),
    summary="Take a place, or wait for one",
)
def sign_up(request: TokenRequest, shift_id: int, wish: PlaceWish) -> Attended:
    return attended(
        commands.sign_up(
            shift_id=shift_id,
            post_id=wish.post,
            person_id=wish.person,
            actor=request.user,
            at=clock.now(),
        )
    )


@router.post(
    "/signups/{int:signup_id}/cancellation",
    response=answers(Attended),
    auth=needs(Scope.PART),
    summary="Give my place back, or leave the waiting list",
)
def cancel(request: TokenRequest, signup_id: int) -> Attended:
    return attended(commands.cancel(signup_id=signup_id, actor=request.user, at=clock.now()))


def _mine(signup: Signup, position: int | None, *, may_cancel: bool) -> MyShift:
    shift = signup.shift
    return MyShift(
        signup=attended(signup),
        activity=shift.activity.code,
        title=shift.activity.title,
        starts_at=shift.starts_at,
        ends_at=shift.ends_at,
        position=position,
        may_cancel=may_cancel,
    )


def _key(after: str) -> queries.Key | None:
    if not after:
        return None
    moment, _sep, pk = after.rpartition("_")
    try:
        key = datetime.fromisoformat(moment), int(pk)
    except ValueError:
        raise unreadable() from None
    if key[0].tzinfo is None or not 0 <= key[1] <= LARGEST:
        raise unreadable()
    return key


def _near_key(after: str) -> queries.NearKey | None:
    if not after:
        return None
    metres, _sep, pk = after.partition("_")
    return number_key(metres), number_key(pk)

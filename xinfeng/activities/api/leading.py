"""What a leader does: announce, call the roll, close, enter the records."""

from datetime import date

from django.http import Http404
from django.utils.translation import gettext as _
from ninja import Schema
from pydantic import AwareDatetime, Field

from xinfeng.activities import commands, queries
from xinfeng.activities.commands import NewActivity, NewPost, NewShift
from xinfeng.activities.models import Category, Nature, Part, Risk
from xinfeng.base import clock
from xinfeng.base.contract import Misread, answers
from xinfeng.people.tokens import Scope, TokenRequest, needs
from xinfeng.places.models import Place
from xinfeng.teams.models import Team

from .schemas import (
    DIVISIONS,
    ActivityDetail,
    Attended,
    ShiftBrief,
    attended,
    brief,
    detail,
    known,
    router,
)

LEADING = needs(Scope.LEAD, Scope.OFFICE)
SLUG = r"^[-\w]{1,20}$"


class PostWish(Schema):
    name: str = Field(min_length=1, max_length=60)
    capacity: int = Field(ge=1, le=100_000)
    conditions: str = Field("", max_length=200)
    skills: list[str] = Field([], max_length=20)
    qualifications: list[str] = Field([], max_length=20)
    min_age: int | None = Field(None, ge=0, le=120)
    max_age: int | None = Field(None, ge=0, le=120)
    is_dangerous: bool = False
    part: Part = Part.HELPER


class ShiftWish(Schema):
    starts_at: AwareDatetime
    ends_at: AwareDatetime
    capacity: int = Field(ge=1, le=100_000)
    withdraw_until: AwareDatetime | None = None
    posts: list[PostWish] = Field([], max_length=50)


class ActivityWish(Schema):
    """`code` is yours to choose: sent twice, it is announced once."""

    code: str = Field(pattern=SLUG)
    title: str = Field(min_length=1, max_length=120)
    category: str = Field(max_length=40)
    nature: Nature
    division: int = Field(ge=1, lt=DIVISIONS)
    place: str | None = Field(None, max_length=20)
    team: str | None = Field(None, max_length=20)
    content: str = Field("", max_length=2000)
    conditions: str = Field("", max_length=2000)
    risk: Risk = Risk.LOW
    risks: str = Field("", max_length=2000)
    protection: str = Field("", max_length=2000)
    insurance: str = Field("", max_length=120)
    insured_from: date | None = None
    insured_until: date | None = None
    contact: str = Field("", max_length=120)
    meeting_point: str = Field("", max_length=200)
    latitude: float | None = Field(None, ge=-90, le=90)
    longitude: float | None = Field(None, ge=-180, le=180)
    fence_m: int | None = Field(None, ge=10, le=10_000)
    shifts: list[ShiftWish] = Field(min_length=1, max_length=100)


class RosterRow(Schema):
    """Somebody expected; lists show the family name only."""

    signup: Attended
    name: str


class Roster(Schema):
    shift: ShiftBrief
    rows: list[RosterRow]


class RollCall(Schema):
    """Sign-ups whose people are here, and whose people leave."""

    arrived: list[int] = Field([], max_length=1000)
    left: list[int] = Field([], max_length=1000)


class NotCounted(Schema):
    signup: int
    code: str
    detail: str


class RollCalled(Schema):
    saved: int
    refused: list[NotCounted]


@router.post(
    "/activities",
    auth=LEADING,
    response=answers(ActivityDetail),
    summary="Announce an activity",
)
def announce(request: TokenRequest, wish: ActivityWish) -> ActivityDetail:
    made = commands.announce(new=_new(wish), actor=request.user, at=clock.now())
    return detail(request, made.code)


@router.post(
    "/activities/{code}/cancellation",
    auth=LEADING,
    response=answers(ActivityDetail),
    summary="Call an activity off",
)
def call_off(request: TokenRequest, code: str) -> ActivityDetail:
    commands.call_off(activity_id=known(request, code).pk, actor=request.user, at=clock.now())
    return detail(request, code)


@router.post(
    "/activities/{code}/completion",
    auth=LEADING,
    response=answers(ActivityDetail),
    summary="Say that an activity took place",
)
def hold(request: TokenRequest, code: str) -> ActivityDetail:
    commands.hold(activity_id=known(request, code).pk, actor=request.user, at=clock.now())
    return detail(request, code)


@router.post(
    "/activities/{code}/records",
    auth=LEADING,
    response=answers(ActivityDetail),
    summary="Confirm that everybody's times are entered",
)
def enter_records(request: TokenRequest, code: str) -> ActivityDetail:
    commands.enter_records(
        activity_id=known(request, code).pk, actor=request.user, at=clock.now()
    )
    return detail(request, code)


@router.get(
    "/shifts/{int:shift_id}/roster",
    auth=LEADING,
    response=answers(Roster),
    summary="Who is expected, and who came",
)
def roster(request: TokenRequest, shift_id: int) -> Roster:
    page = queries.roster_page(shift_id, reader=request.user, standing=request.standing)
    if page is None:
        raise Http404
    return Roster(
        shift=brief(queries.line_of(page.shift)),
        rows=[RosterRow(signup=attended(row.signup), name=row.name) for row in page.rows],
    )


@router.post(
    "/shifts/roll-call", auth=LEADING, response=answers(RollCalled), summary="Call the roll"
)
def call_roll(request: TokenRequest, called: RollCall) -> RollCalled:
    roll = commands.call_roll(
        arrived=called.arrived, left=called.left, actor=request.user, at=clock.now()
    )
    refused = [
        NotCounted(signup=pk, code=error.code, detail=str(error))
        for pk, error in sorted(roll.refused.items())
    ]
    return RollCalled(saved=roll.saved, refused=refused)


@router.post(
    "/signups/{int:signup_id}/excuse",
    auth=LEADING,
    response=answers(Attended),
    summary="Excuse somebody who could not come",
)
def excuse(request: TokenRequest, signup_id: int) -> Attended:
    return attended(commands.excuse(signup_id=signup_id, actor=request.user, at=clock.now()))


@router.post(
    "/signups/{int:signup_id}/arrival",
    auth=LEADING,
    response=answers(Attended),
    summary="Say that a volunteer is here",
)
def check_in(request: TokenRequest, signup_id: int) -> Attended:
    return attended(commands.check_in(signup_id=signup_id, actor=request.user, at=clock.now()))


@router.post(
    "/signups/{int:signup_id}/departure",
    auth=LEADING,
    response=answers(Attended),
    summary="Say that a volunteer leaves",
)
def check_out(request: TokenRequest, signup_id: int) -> Attended:
    return attended(commands.check_out(signup_id=signup_id, actor=request.user, at=clock.now()))


def _new(wish: ActivityWish) -> NewActivity:
    category = Category.objects.filter(code=wish.category).first()
    if category is None:
        raise Misread("category_unknown", _("There is no such category."))
    plain = wish.dict(
        exclude={
            "category", "division", "place", "team", "latitude", "longitude", "shifts",
        }
    )  # fmt: skip
    return NewActivity(
        **plain,
        category_id=category.pk,
        division_id=wish.division,
        place_id=_id_of(Place, wish.place),
        team_id=_id_of(Team, wish.team),
        lat_e6=None if wish.latitude is None else round(wish.latitude * 1e6),
        lon_e6=None if wish.longitude is None else round(wish.longitude * 1e6),
        shifts=tuple(_shift(shift) for shift in wish.shifts),
    )


def _shift(wish: ShiftWish) -> NewShift:
    posts = tuple(
        NewPost(
            name=post.name,
            capacity=post.capacity,
            conditions=post.conditions,
            skills=tuple(post.skills),
            qualifications=tuple(post.qualifications),
            min_age=post.min_age,
            max_age=post.max_age,
            is_dangerous=post.is_dangerous,
            part=post.part,
        )
        for post in wish.posts
    )
    return NewShift(wish.starts_at, wish.ends_at, wish.capacity, wish.withdraw_until, posts)


def _id_of(model: type[Place] | type[Team], code: str | None) -> int | None:
    """0 is nobody's number: an unknown place is refused like one that is not yours."""
    if code is None:
        return None
    return model.objects.filter(code=code).values_list("pk", flat=True).first() or 0

"""Stars: what one's hours give, asking for one, and the public notice."""

from datetime import date
from typing import Annotated

from django.http import HttpRequest
from ninja import Query, Schema
from pydantic import Field, StringConstraints

from xinfeng.base import clock
from xinfeng.base.contract import Moment, answers, number_key
from xinfeng.hours import commands
from xinfeng.hours.models import LEVELS, Star, StarApplication
from xinfeng.hours.queries import stars as reading
from xinfeng.people.tokens import Scope, TokenRequest, needs

from .routing import router

Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]


class StarHeld(Schema):
    number: str
    level: int
    awarded_on: date


class StarWay(Schema):
    """What a star asks for; `lacks` is the code that applying would be refused with."""

    level: int
    minutes: int
    since: date | None
    lacks: str


class StarAsked(Schema):
    id: int
    level: int
    state: str
    applied_at: Moment
    notice_until: date | None
    refusal: str


class MyStars(Schema):
    """Valid service minutes count: neither taken back nor under review."""

    service_minutes: int
    current: StarHeld | None
    barred_until: date | None
    ways: list[StarWay]
    applications: list[StarAsked]


class StarWish(Schema):
    level: int = Field(ge=LEVELS[0], le=LEVELS[-1])


class StarNotice(Schema):
    """Lists show the family name only."""

    id: int
    name: str
    where: str
    level: int
    service_minutes: int
    notice_until: date | None


class StarNoticePage(Schema):
    items: list[StarNotice]
    next: str | None


class StarNoticesAfter(Schema):
    after: str = Field("", max_length=20)


class StarDoubt(Schema):
    """What speaks against it; only the office reads it."""

    words: Words


class StarDoubted(Schema):
    id: int
    application: int
    state: str


@router.get(
    "/me/stars",
    response=answers(MyStars),
    auth=needs(Scope.RECORD),
    summary="My star, what the next one asks for, and my applications",
)
def my_stars(request: TokenRequest) -> MyStars:
    page = reading.my_stars(request.user, clock.today())
    standing = page.standing
    asked = [page.open, *page.past] if page.open else page.past
    return MyStars(
        service_minutes=standing.minutes,
        current=_star(standing.current) if standing.current else None,
        barred_until=standing.ban.ends_on if standing.ban else None,
        ways=[_way(way) for way in standing.ways],
        applications=[_asked(made) for made in asked],
    )


@router.post(
    "/me/stars/applications",
    response=answers(StarAsked),
    auth=needs(Scope.PART),
    summary="Apply for a star",
)
def apply_for_star(request: TokenRequest, wish: StarWish) -> StarAsked:
    return _asked(commands.apply_for_star(level=wish.level, actor=request.user, at=clock.now()))


@router.post(
    "/me/stars/applications/{int:application_id}/withdrawal",
    response=answers(StarAsked),
    auth=needs(Scope.PART),
    summary="Take my application for a star back",
)
def withdraw_star(request: TokenRequest, application_id: int) -> StarAsked:
    return _asked(
        commands.withdraw_star(
            application_id=application_id, actor=request.user, at=clock.now()
        )
    )


@router.get(
    "/stars/notices",
    response=answers(StarNoticePage),
    auth=None,
    summary="Who is about to be given a star",
)
def star_notices(request: HttpRequest, page: Query[StarNoticesAfter]) -> StarNoticePage:
    found = reading.star_notice(clock.today(), after=number_key(page.after))
    return StarNoticePage(
        items=[_notice(line) for line in found.lines],
        next=str(found.after) if found.after else None,
    )


@router.post(
    "/stars/notices/{int:application_id}/objection",
    response=answers(StarDoubted),
    auth=needs(Scope.PART),
    summary="Object to a star while its notice stands",
)
def object_to_star(request: TokenRequest, application_id: int, doubt: StarDoubt) -> StarDoubted:
    said = commands.object_to_star(
        application_id=application_id, words=doubt.words, actor=request.user, at=clock.now()
    )
    return StarDoubted(id=said.pk, application=said.application_id, state=said.state)


def _star(star: Star) -> StarHeld:
    return StarHeld(number=star.number, level=star.level, awarded_on=star.awarded_on)


def _way(way: reading.Way) -> StarWay:
    return StarWay(level=way.level, minutes=way.minutes, since=way.since, lacks=way.lacks)


def _asked(made: StarApplication) -> StarAsked:
    return StarAsked(
        id=made.pk,
        level=made.level,
        state=made.state,
        applied_at=made.applied_at,
        notice_until=made.notice_until,
        refusal=made.refusal,
    )


def _notice(line: reading.Listed) -> StarNotice:
    made = line.application
    return StarNotice(
        id=made.pk,
        name=line.name,
        where=line.where,
        level=made.level,
        service_minutes=made.minutes,
        notice_until=made.notice_until,
    )

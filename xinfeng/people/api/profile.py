"""What one can do and when, and the papers for it."""

from datetime import date
from typing import Annotated

from ninja import Schema
from pydantic import Field, StringConstraints

from xinfeng.base import clock
from xinfeng.base.contract import Moment, answers
from xinfeng.people import commands, queries
from xinfeng.people.commands import Told
from xinfeng.people.models import Qualification
from xinfeng.people.models.profile import WRITTEN_PART, week_of
from xinfeng.people.tokens import Scope, TokenRequest, needs

from .routing import router

_MOST = 100
FreePart = Annotated[str, StringConstraints(pattern=WRITTEN_PART)]


class Paper(Schema):
    """A qualification of mine; it counts when an office has seen the paper."""

    id: int
    code: str
    valid_until: date | None
    entered_at: Moment
    checked_at: Moment | None


class ProfileTold(Schema):
    """Codes of the city; `free` like "1-MORNING" for Monday morning, null: not said."""

    skills: list[str]
    categories: list[str]
    languages: list[str]
    free: list[str] | None
    qualifications: list[Paper]


class ProfileWish(Schema):
    """All of it anew: what is left out is no longer said."""

    skills: list[str] = Field([], max_length=_MOST)
    categories: list[str] = Field([], max_length=_MOST)
    languages: list[str] = Field([], max_length=_MOST)
    free: list[FreePart] = Field([], max_length=21)


class PaperWish(Schema):
    """The number is kept sealed and not read back here; null: it never expires."""

    code: str = Field(min_length=1, max_length=40)
    number: str = Field("", max_length=60)
    valid_until: date | None = None


@router.get(
    "/me/profile",
    response=answers(ProfileTold),
    auth=needs(Scope.RECORD),
    summary="What I can do and when",
)
def profile(request: TokenRequest) -> ProfileTold:
    return _profile(request)


@router.post(
    "/me/profile",
    response=answers(ProfileTold),
    auth=needs(Scope.PART),
    summary="Say anew what I can do and when",
)
def tell_profile(request: TokenRequest, wish: ProfileWish) -> ProfileTold:
    told = Told(
        tuple(wish.skills),
        tuple(wish.categories),
        tuple(wish.languages),
        # Nothing named says nothing, as on the page.
        week_of(wish.free) or None,
    )
    commands.tell_profile(
        person_id=request.user.pk, told=told, actor=request.user, at=clock.now()
    )
    return _profile(request)


@router.post(
    "/me/qualifications",
    response=answers(Paper),
    auth=needs(Scope.PART),
    summary="Enter a qualification, or its renewal",
)
def enter_qualification(request: TokenRequest, wish: PaperWish) -> Paper:
    return _paper(
        commands.enter_qualification(
            person_id=request.user.pk,
            code=wish.code,
            number=wish.number,
            valid_until=wish.valid_until,
            actor=request.user,
            at=clock.now(),
        )
    )


@router.post(
    "/me/qualifications/{int:qualification_id}/removal",
    response=answers(ProfileTold),
    auth=needs(Scope.PART),
    summary="No longer keep a qualification of mine",
)
def remove_qualification(request: TokenRequest, qualification_id: int) -> ProfileTold:
    commands.remove_qualification(
        qualification_id=qualification_id, actor=request.user, at=clock.now()
    )
    return _profile(request)


def _profile(request: TokenRequest) -> ProfileTold:
    told, papers = queries.profile_of(request.user.pk)
    return ProfileTold(
        skills=told.skills if told else [],
        categories=told.categories if told else [],
        languages=told.languages if told else [],
        free=told.free_parts() if told else None,
        qualifications=[_paper(paper) for paper in papers],
    )


def _paper(paper: Qualification) -> Paper:
    return Paper(
        id=paper.pk,
        code=paper.code,
        valid_until=paper.valid_until,
        entered_at=paper.entered_at,
        checked_at=paper.checked_at,
    )

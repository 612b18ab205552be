"""Frames over the interface: what can be drawn from, taken in row by row and never changed."""

from datetime import date
from typing import Any

from django.http import Http404
from ninja import Query, Schema
from pydantic import Field

from xinfeng.base import clock
from xinfeng.base.contract import Moment, answers, number_key
from xinfeng.people.tokens import Scope, TokenRequest, needs
from xinfeng.surveys import commands, framing
from xinfeng.surveys.commands import NewFrame
from xinfeng.surveys.models import Frame
from xinfeng.surveys.queries import samples as queries
from xinfeng.surveys.reach import own_spans
from xinfeng.surveys.tables import MOST_HOUSEHOLDS, MOST_PEOPLE

from .routing import PAGE, SurveyCode, router

# As many as an office's table may hold.
MOST_ROWS = 20_000


class FramesAfter(Schema):
    after: str = Field("", max_length=20)


class FrameBrief(Schema):
    """Communities with their households, as of a day; `digest` is bound by every plan."""

    code: str
    name: str
    division: int
    as_of: date
    source: str
    digest: str
    communities: int
    households: int
    made_at: Moment


class FramePage(Schema):
    items: list[FrameBrief]
    next: str | None


class FrameStratum(Schema):
    """County × town or country."""

    key: str
    county: int
    is_urban: bool
    communities: int
    households: int


class FrameKnown(Schema):
    """How many adults of a kind there are, as counted elsewhere."""

    margin: str
    key: str
    people: int
    source: str


class FrameWhole(FrameBrief):
    strata: list[FrameStratum]
    totals: list[FrameKnown]


class FrameRow(Schema):
    """A village or community by its code of twelve digits."""

    division: int = Field(ge=1, lt=10**12)
    is_urban: bool
    households: int = Field(ge=1, le=MOST_HOUSEHOLDS)


class FrameRows(Schema):
    """A frame under a code of your choice: sent twice it is taken in once."""

    code: SurveyCode
    name: str = Field(min_length=1, max_length=80)
    as_of: date
    source: str = Field("", max_length=200)
    rows: list[FrameRow] = Field(min_length=1, max_length=MOST_ROWS)


class FrameTotalRow(Schema):
    """`margin` "county" with the county's code as `key`, or codes of the questionnaire."""

    margin: str = Field(min_length=1, max_length=30)
    key: str = Field(min_length=1, max_length=30)
    people: int = Field(ge=1, le=MOST_PEOPLE)
    source: str = Field("", max_length=200)


class FrameTotalRows(Schema):
    rows: list[FrameTotalRow] = Field(min_length=1, max_length=MOST_ROWS)


@router.get(
    "/frames",
    response=answers(FramePage),
    auth=needs(Scope.OFFICE),
    summary="Frames to draw from, for whoever holds surveys",
)
def frames(request: TokenRequest, page: Query[FramesAfter]) -> FramePage:
    found = queries.frames_held(own_spans(request)).order_by("pk")
    rows = list(found.filter(pk__gt=number_key(page.after))[: PAGE + 1])
    after = str(rows[PAGE - 1].pk) if len(rows) > PAGE else None
    items = [FrameBrief(**_brief(each)) for each in rows[:PAGE]]
    return FramePage(items=items, next=after)


@router.get(
    "/frames/{code}",
    response=answers(FrameWhole),
    auth=needs(Scope.OFFICE),
    summary="One frame with its strata and the numbers known of its people",
)
def frame(request: TokenRequest, code: SurveyCode) -> FrameWhole:
    return _whole(frame_held(request, code))


@router.post(
    "/frames",
    response=answers(FrameWhole),
    auth=needs(Scope.OFFICE),
    summary="Take in communities to draw from; a single wrong row stops it all",
)
def take_frame(request: TokenRequest, said: FrameRows) -> FrameWhole:
    new = NewFrame(said.code, said.name, office_of(request), said.as_of, said.source)
    rows = [
        {
            "division": f"{each.division:012}",
            "area": "urban" if each.is_urban else "rural",
            "households": str(each.households),
        }
        for each in said.rows
    ]
    made = commands.take_frame(new=new, rows=rows, actor=request.user, at=clock.now())
    return _whole(frame_held(request, made.code))


@router.post(
    "/frames/{code}/totals",
    response=answers(FrameWhole),
    auth=needs(Scope.OFFICE),
    summary="Add known numbers of people to a frame; what it says already stays",
)
def take_totals(request: TokenRequest, code: SurveyCode, said: FrameTotalRows) -> FrameWhole:
    found = frame_held(request, code)
    rows = [{**each.dict(), "people": str(each.people)} for each in said.rows]
    commands.take_totals(frame_id=found.pk, rows=rows, actor=request.user, at=clock.now())
    return _whole(found)


def frame_held(request: TokenRequest, code: str) -> Frame:
    """For whoever holds surveys of its area; for all others there is none."""
    found = queries.frames_held(own_spans(request)).filter(code=code).first()
    if found is None:
        raise Http404
    return found


def office_of(request: TokenRequest) -> int:
    """The division for which the asker's office holds surveys."""
    return own_spans(request)[0][0]


def _brief(found: Frame) -> dict[str, Any]:
    return {
        "code": found.code, "name": found.name, "division": found.division_id,
        "as_of": found.as_of, "source": found.source, "digest": found.digest,
        "communities": found.communities, "households": found.households,
        "made_at": found.made_at,
    }  # fmt: skip


def _whole(found: Frame) -> FrameWhole:
    return FrameWhole(
        **_brief(found),
        strata=[FrameStratum(**vars(each)) for each in framing.strata_of(found)],
        totals=[
            FrameKnown(margin=each.margin, key=each.key, people=each.people, source=each.source)
            for each in found.totals.order_by("margin", "key")
        ],
    )

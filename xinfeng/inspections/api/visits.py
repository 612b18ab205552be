"""Points of a round and what was read there, for whoever may know them."""

from datetime import datetime
from typing import Any

from django.http import Http404
from ninja import Query, Schema
from pydantic import AwareDatetime, Field

from xinfeng.base import clock
from xinfeng.base.contract import Moment, answers, number_key
from xinfeng.inspections import commands, queries, reading
from xinfeng.inspections.models import Reading, Round, RoundPoint, RoundState, WhyReplaced
from xinfeng.inspections.models import Verdict as Said
from xinfeng.inspections.reach import held, seen
from xinfeng.inspections.wishes import Found as Told
from xinfeng.people.tokens import Scope, TokenRequest, needs

from .routing import LARGEST, PAGE, Found, Seen, page_of, router


class VisitsNarrowed(Schema):
    state: Seen | None = None
    county: int | None = Field(None, ge=10**11, lt=10**12)
    after: str = Field("", max_length=20)


class VisitBrief(Schema):
    """A point of a round as it was on the day of the draw; `order` is its place on the way."""

    id: int
    code: str
    name: str
    type: str
    unit: str
    county: int
    role: str
    state: Seen
    order: int | None
    visited_at: Moment | None


class VisitPage(Schema):
    items: list[VisitBrief]
    next: str | None


class ReadingBrief(Schema):
    """What was found for a line; the newest of a line counts, the others stay to be seen."""

    line: str
    verdict: Found
    value: int | None
    out_of: int | None
    note: str
    seen_at: Moment | None
    at: Moment
    counts: bool


class VisitWhole(VisitBrief):
    """`lines` are the check lines read at points of this type; `reason` why it took a place."""

    reason: str
    lines: list[str]
    readings: list[ReadingBrief]


class MyVisits(Schema):
    items: list[VisitBrief]


class Substitution(Schema):
    why: WhyReplaced


class LineFound(Schema):
    """A verdict, or what was counted or measured (18, out of 20), from which it follows."""

    line: str = Field(min_length=1, max_length=20)
    verdict: Found | None = None
    value: int | None = Field(None, ge=0, le=10**9)
    out_of: int | None = Field(None, ge=1, le=10**9)
    note: str = Field("", max_length=500)


class PointRead(Schema):
    """Sent again unchanged, nothing is added; a correction is a further reading."""

    found: list[LineFound] = Field(min_length=1, max_length=200)
    seen_at: AwareDatetime | None = None


@router.get(
    "/rounds/{code}/points",
    response=answers(VisitPage),
    auth=needs(Scope.OFFICE),
    summary="Points of a round: for whoever runs it, and for others once it is over",
)
def round_points(
    request: TokenRequest, code: str, narrowed: Query[VisitsNarrowed]
) -> VisitPage:
    found = seen(request, code)
    rows = queries.round_points_page(
        found, narrowed.state or "", narrowed.county, number_key(narrowed.after), PAGE + 1
    )
    page, after = page_of(rows, lambda each: each.pk)
    return VisitPage(items=[VisitBrief(**_brief(each)) for each in page], next=after)


@router.get(
    "/rounds/{code}/points/{point_id}",
    response=answers(VisitWhole),
    auth=needs(Scope.OFFICE),
    summary="One point of a round with every reading of each line",
)
def round_point(request: TokenRequest, code: str, point_id: int) -> VisitWhole:
    found = seen(request, code)
    return _whole(found, _row(found, point_id))


@router.get(
    "/rounds/{code}/mine",
    response=answers(MyVisits),
    auth=needs(Scope.OFFICE),
    summary="My own way in a round whose field is open",
)
def mine(request: TokenRequest, code: str) -> MyVisits:
    _found, rows = _own(request, code)
    return MyVisits(items=[VisitBrief(**_brief(each)) for each in rows])


@router.post(
    "/rounds/{code}/points/{point_id}/readings",
    response=answers(VisitWhole),
    auth=needs(Scope.OFFICE),
    summary="Send what I found at a point of my way",
)
def read_point(request: TokenRequest, code: str, point_id: int, said: PointRead) -> VisitWhole:
    found, rows = _own(request, code)
    if point_id not in {each.pk for each in rows}:
        raise Http404
    now = clock.now()
    commands.read_point(
        round_point_id=point_id,
        found=[_told(each) for each in said.found],
        actor=request.user,
        at=now,
        seen_at=_not_later(said.seen_at, now),
    )
    return _whole(found, _row(found, point_id))


@router.post(
    "/rounds/{code}/points/{point_id}/amendments",
    response=answers(VisitWhole),
    auth=needs(Scope.OFFICE),
    summary="Correct a reading by a further one that says why, before the result is public",
)
def amend_reading(
    request: TokenRequest, code: str, point_id: int, said: LineFound
) -> VisitWhole:
    found = held(request, code)
    commands.amend_reading(
        round_point_id=_row(found, point_id).pk, found=_told(said), actor=request.user,
        at=clock.now(),
    )  # fmt: skip
    return _whole(found, _row(found, point_id))


@router.post(
    "/rounds/{code}/points/{point_id}/substitute",
    response=answers(VisitWhole),
    auth=needs(Scope.OFFICE),
    summary="Let the next point of the draw take this one's place; the answer is the new one",
)
def substitute(
    request: TokenRequest, code: str, point_id: int, said: Substitution
) -> VisitWhole:
    found = held(request, code)
    made = commands.replace_point(
        round_point_id=_row(found, point_id).pk, why=said.why, actor=request.user,
        at=clock.now(),
    )  # fmt: skip
    return _whole(found, _row(found, made.pk))


def _own(request: TokenRequest, code: str) -> tuple[Round, list[RoundPoint]]:
    """A round whose field is open, and the asker's own way in it; else there is none."""
    found = queries.round_of(code)
    rows = queries.points_to_visit(found, request.user.pk) if found else []
    if found is None or not rows or found.state != RoundState.IN_FIELD:
        raise Http404
    return found, rows


def _row(found: Round, point_id: int) -> RoundPoint:
    row = queries.round_point_of(found, point_id) if 0 < point_id <= LARGEST else None
    if row is None:
        raise Http404
    return row


def _told(each: LineFound) -> Told:
    verdict = Said(each.verdict) if each.verdict else None
    return Told(each.line, verdict, each.value, each.note, each.out_of)


def _not_later(seen_at: datetime | None, now: datetime) -> datetime:
    """Phones with a fast clock saw nothing in the future."""
    return now if seen_at is None else min(seen_at, now)


def _brief(row: RoundPoint) -> dict[str, Any]:
    return {
        "id": row.pk, "code": row.point.code, "name": row.point.name, "type": row.type,
        "unit": row.unit.code, "county": row.county, "role": row.role, "state": row.state,
        "order": row.visit_order, "visited_at": row.visited_at,
    }  # fmt: skip


def _whole(found: Round, row: RoundPoint) -> VisitWhole:
    readings = queries.readings_of(row)
    return VisitWhole(
        **_brief(row),
        reason=row.reason,
        lines=[line.code for line in reading.tree_of(found.standard).lines_at(row.type)],
        readings=[
            _reading(each, counts=n == 0)
            for of_line in readings.values()
            for n, each in enumerate(of_line)
        ],
    )


def _reading(each: Reading, *, counts: bool) -> ReadingBrief:
    return ReadingBrief(
        line=each.line, verdict=each.verdict, value=each.value, out_of=each.out_of,
        note=each.note,
        seen_at=each.seen_at, at=each.at, counts=counts,
    )  # fmt: skip

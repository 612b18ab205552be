"""Points over the interface: the register, one point, who keeps it, and its state."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.http import Http404
from ninja import Query, Schema
from pydantic import Field

from xinfeng.base import clock
from xinfeng.base.contract import answers
from xinfeng.people.queries import masked_names
from xinfeng.people.tokens import Scope, TokenRequest, needs
from xinfeng.places.models import Place
from xinfeng.units import commands, queries
from xinfeng.units.models import Point, PointState, PointType
from xinfeng.units.queries import Choice
from xinfeng.units.reach import reader, the_point, the_unit
from xinfeng.units.wishes import NewPoint, PointWish

from .routing import AREAS, Code, division_key, router


class SpotsNarrowed(Schema):
    """Closed points are history: they are listed when `state` asks for them."""

    within: int | None = Field(None, ge=AREAS[0], lt=AREAS[1])
    type: str = Field("", max_length=40)
    unit: str = Field("", max_length=20)
    state: PointState | None = None
    words: str = Field("", max_length=40)
    after: str = Field("", max_length=40)


class SpotBrief(Schema):
    """A registered point; its position in millionths of a degree, WGS 84, or null."""

    code: str
    name: str
    type: str
    type_title: str
    unit: str
    division: int
    address: str
    lat_e6: int | None
    lon_e6: int | None
    state: PointState


class SpotPage(Schema):
    """`total` counts all that are narrowed to, not only this page."""

    items: list[SpotBrief]
    total: int
    next: str | None


class SpotWhole(SpotBrief):
    """`keeper` is the family name of the point keeper or road keeper, or empty."""

    place: str
    keeper: str
    since: date
    until: date | None


class SpotSaid(Schema):
    """What can be said of a point; `place` is the code of the practice place it is, if any."""

    name: str = Field(min_length=1, max_length=120)
    type: str = Field(min_length=1, max_length=40)
    unit: Code
    address: str = Field("", max_length=200)
    place: str | None = Field(None, max_length=20)
    lat_e6: int | None = Field(None, ge=-90_000_000, le=90_000_000)
    lon_e6: int | None = Field(None, ge=-180_000_000, le=180_000_000)


class SpotAdded(SpotSaid):
    code: Code
    division: int = Field(ge=AREAS[0], lt=AREAS[1])


class SpotKeeper(Schema):
    """An account by its name."""

    username: str = Field(min_length=1, max_length=40)


@router.get(
    "/points",
    response=answers(SpotPage),
    auth=needs(Scope.OFFICE),
    summary="Points of the register, in reading order",
)
def points(request: TokenRequest, narrowed: Query[SpotsNarrowed]) -> SpotPage:
    reader(request)
    choice = Choice(
        narrowed.within, narrowed.type, narrowed.unit, narrowed.state or "", narrowed.words
    )
    found = queries.listed(choice, division_key(narrowed.after))
    return SpotPage(
        items=[SpotBrief(**_said_of(point)) for point in found.points],
        total=found.total,
        next=f"{found.after[0]}_{found.after[1]}" if found.after else None,
    )


@router.get(
    "/points/{code}",
    response=answers(SpotWhole),
    auth=needs(Scope.OFFICE),
    summary="One point, and who keeps it",
)
def point(request: TokenRequest, code: str) -> SpotWhole:
    reader(request)
    return _whole(the_point(code))


@router.post(
    "/points",
    response=answers(SpotWhole),
    auth=needs(Scope.OFFICE),
    summary="Register a point under a code of your choice",
)
def add_point(request: TokenRequest, said: SpotAdded) -> SpotWhole:
    new = NewPoint(said.code, said.division, _wish(said))
    made = commands.add_point(new=new, actor=request.user, at=clock.now())
    return _whole(the_point(made.code))


@router.post(
    "/points/{code}/description",
    response=answers(SpotWhole),
    auth=needs(Scope.OFFICE),
    summary="Say name, type, unit and position anew",
)
def describe_point(request: TokenRequest, code: str, said: SpotSaid) -> SpotWhole:
    commands.describe_point(
        point_id=the_point(code).pk, wish=_wish(said), actor=request.user, at=clock.now()
    )
    return _whole(the_point(code))


@router.post(
    "/points/{code}/keeper",
    response=answers(SpotWhole),
    auth=needs(Scope.OFFICE),
    summary="Put somebody in charge of a point",
)
def put_in_charge(request: TokenRequest, code: str, said: SpotKeeper) -> SpotWhole:
    commands.put_in_charge(
        point_id=the_point(code).pk, username=said.username, actor=request.user, at=clock.now()
    )
    return _whole(the_point(code))


@router.post(
    "/points/{code}/relief",
    response=answers(SpotWhole),
    auth=needs(Scope.OFFICE),
    summary="Nobody is in charge until somebody is named",
)
def relieve(request: TokenRequest, code: str) -> SpotWhole:
    return _moved(request, code, commands.relieve)


@router.post(
    "/points/{code}/suspension",
    response=answers(SpotWhole),
    auth=needs(Scope.OFFICE),
    summary="For a while no round draws it",
)
def suspend_point(request: TokenRequest, code: str) -> SpotWhole:
    return _moved(request, code, commands.suspend_point)


@router.post(
    "/points/{code}/use",
    response=answers(SpotWhole),
    auth=needs(Scope.OFFICE),
    summary="Use a suspended point again",
)
def resume_point(request: TokenRequest, code: str) -> SpotWhole:
    return _moved(request, code, commands.resume_point)


@router.post(
    "/points/{code}/closure",
    response=answers(SpotWhole),
    auth=needs(Scope.OFFICE),
    summary="Close a point for good; its row stays",
)
def close_point(request: TokenRequest, code: str) -> SpotWhole:
    return _moved(request, code, commands.close_point)


def _moved(request: TokenRequest, code: str, command: Callable[..., Point]) -> SpotWhole:
    command(point_id=the_point(code).pk, actor=request.user, at=clock.now())
    return _whole(the_point(code))


def _wish(said: SpotSaid) -> PointWish:
    kind = PointType.objects.filter(code=said.type).first()
    place = Place.objects.filter(code=said.place).first() if said.place else None
    if kind is None or (said.place and place is None):
        raise Http404
    return PointWish(
        name=said.name, type_id=kind.pk, unit_id=the_unit(said.unit).pk, address=said.address,
        place_id=place.pk if place else None, lat_e6=said.lat_e6, lon_e6=said.lon_e6,
    )  # fmt: skip


def _said_of(point: Point) -> dict[str, Any]:
    return {
        "code": point.code, "name": point.name, "type": point.type.code,
        "type_title": point.type.title, "unit": point.unit.code,
        "division": point.division_id, "address": point.address, "lat_e6": point.lat_e6,
        "lon_e6": point.lon_e6, "state": PointState(point.state),
    }  # fmt: skip


def _whole(point: Point) -> SpotWhole:
    keeper = point.person_in_charge_id
    names = masked_names([keeper]) if keeper else {}
    said = _said_of(point) | {
        "place": point.place.code if point.place else "",
        "keeper": names.get(keeper, "") if keeper else "",
        "since": point.since,
        "until": point.until,
    }
    return SpotWhole(**said)

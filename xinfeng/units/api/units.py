"""Units over the interface: the list, one with its people, adding, describing, ending."""

from datetime import date

from ninja import Query, Schema
from pydantic import Field

from xinfeng.base import clock
from xinfeng.base.contract import answers
from xinfeng.people.permissions import SEES_PEOPLE
from xinfeng.people.tokens import Scope, TokenRequest, needs
from xinfeng.units import commands, queries
from xinfeng.units.models import MemberRole, Unit, UnitKind
from xinfeng.units.reach import reader, the_unit
from xinfeng.units.wishes import NewUnit, UnitWish

from .routing import AREAS, Code, division_key, router


class UnitsNarrowed(Schema):
    within: int | None = Field(None, ge=AREAS[0], lt=AREAS[1])
    words: str = Field("", max_length=40)
    after: str = Field("", max_length=40)


class UnitBrief(Schema):
    """A responsible unit; `points` are those in use or suspended."""

    code: str
    name: str
    short_name: str
    kind: UnitKind
    division: int
    points: int


class UnitPage(Schema):
    items: list[UnitBrief]
    next: str | None


class UnitPerson(Schema):
    """Somebody who acts for a unit, by family name; only for whoever may know."""

    id: int
    role: MemberRole
    name: str
    since: date


class UnitWhole(Schema):
    """Ended units stay, with `is_active` false."""

    code: str
    name: str
    short_name: str
    kind: UnitKind
    division: int
    parent: str
    is_active: bool
    people: list[UnitPerson]


class UnitSaid(Schema):
    """What can be said of a unit at any time; `parent` is the code of the unit above it."""

    name: str = Field(min_length=1, max_length=120)
    short_name: str = Field(min_length=1, max_length=40)
    kind: UnitKind
    parent: Code | None = None


class UnitAdded(UnitSaid):
    code: Code
    division: int = Field(ge=AREAS[0], lt=AREAS[1])


class UnitNaming(Schema):
    """An account by its name, and the part it has in the unit from now on."""

    username: str = Field(min_length=1, max_length=40)
    role: MemberRole


@router.get(
    "/units",
    response=answers(UnitPage),
    auth=needs(Scope.OFFICE),
    summary="Responsible units, in reading order",
)
def units(request: TokenRequest, narrowed: Query[UnitsNarrowed]) -> UnitPage:
    reader(request)
    found = queries.units_page(narrowed.words, narrowed.within, division_key(narrowed.after))
    return UnitPage(
        items=[
            UnitBrief(
                code=unit.code,
                name=unit.name,
                short_name=unit.short_name,
                kind=UnitKind(unit.kind),
                division=unit.division_id,
                points=getattr(unit, "kept", 0),
            )
            for unit in found.units
        ],
        next=f"{found.after[0]}_{found.after[1]}" if found.after else None,
    )


@router.get(
    "/units/{code}",
    response=answers(UnitWhole),
    auth=needs(Scope.OFFICE),
    summary="One unit, and who acts for it",
)
def unit(request: TokenRequest, code: str) -> UnitWhole:
    reader(request)
    return _whole(request, the_unit(code))


@router.post(
    "/units",
    response=answers(UnitWhole),
    auth=needs(Scope.OFFICE),
    summary="Add a unit under a code of your choice",
)
def add_unit(request: TokenRequest, said: UnitAdded) -> UnitWhole:
    new = NewUnit(said.code, said.division, _wish(said))
    return _whole(request, commands.add_unit(new=new, actor=request.user, at=clock.now()))


@router.post(
    "/units/{code}/description",
    response=answers(UnitWhole),
    auth=needs(Scope.OFFICE),
    summary="Say what a unit is called, and what stands above it",
)
def describe_unit(request: TokenRequest, code: str, said: UnitSaid) -> UnitWhole:
    done = commands.describe_unit(
        unit_id=the_unit(code).pk, wish=_wish(said), actor=request.user, at=clock.now()
    )
    return _whole(request, done)


@router.post(
    "/units/{code}/end",
    response=answers(UnitWhole),
    auth=needs(Scope.OFFICE),
    summary="End a unit; its rows stay",
)
def end_unit(request: TokenRequest, code: str) -> UnitWhole:
    done = commands.end_unit(unit_id=the_unit(code).pk, actor=request.user, at=clock.now())
    return _whole(request, done)


@router.post(
    "/units/{code}/members",
    response=answers(UnitWhole),
    auth=needs(Scope.OFFICE),
    summary="Name somebody who acts for a unit",
)
def name_member(request: TokenRequest, code: str, naming: UnitNaming) -> UnitWhole:
    found = the_unit(code)
    commands.name_member(
        unit_id=found.pk, username=naming.username, role=naming.role, actor=request.user,
        at=clock.now(),
    )  # fmt: skip
    return _whole(request, found)


@router.post(
    "/unit-members/{member_id}/end",
    response=answers(UnitWhole),
    auth=needs(Scope.OFFICE),
    summary="Relieve somebody who acted for a unit",
)
def relieve_member(request: TokenRequest, member_id: int) -> UnitWhole:
    gone = commands.relieve_member(member_id=member_id, actor=request.user, at=clock.now())
    return _whole(request, gone.unit)


def _wish(said: UnitSaid) -> UnitWish:
    above = the_unit(said.parent).pk if said.parent else None
    return UnitWish(said.name, said.short_name, said.kind, above)


def _whole(request: TokenRequest, unit: Unit) -> UnitWhole:
    spans = list(request.standing.spans(SEES_PEOPLE))
    if unit.pk in queries.units_of(request.user.pk):
        # Whoever acts for a unit knows who else does.
        spans.append((unit.division_id, unit.division_id + 1))
    people = queries.members_listed(unit, request.user.pk, spans)
    return UnitWhole(
        code=unit.code,
        name=unit.name,
        short_name=unit.short_name,
        kind=UnitKind(unit.kind),
        division=unit.division_id,
        parent=unit.parent.code if unit.parent else "",
        is_active=unit.is_active,
        people=[
            UnitPerson(
                id=each.row.pk,
                role=MemberRole(each.row.role),
                name=each.name,
                since=each.row.since,
            )
            for each in people
        ],
    )

"""Points are registered, put in somebody's charge, suspended and closed."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinfeng.base import clock, scope
from xinfeng.base.codes import Level, level_of
from xinfeng.base.refusal import Forbidden, Refusal
from xinfeng.journal import commands as journal
from xinfeng.people.models import Person, PersonState
from xinfeng.people.queries import standing_of
from xinfeng.places.models import Division, Place
from xinfeng.units import permissions, queries
from xinfeng.units.models import Point, PointState, PointType, Unit
from xinfeng.units.wishes import NewPoint, PointWish

journal.declare(
    {
        "point.added": gettext_lazy("registered a point"),
        "point.changed": gettext_lazy("changed a point"),
        "point.put_in_charge": gettext_lazy("put somebody in charge of a point"),
        "point.relieved": gettext_lazy("relieved who was in charge of a point"),
        "point.suspended": gettext_lazy("suspended a point"),
        "point.resumed": gettext_lazy("put a point to use again"),
        "point.closed": gettext_lazy("closed a point for good"),
    }
)


@scope.command
def add_point(*, new: NewPoint, actor: Person, at: datetime) -> Point:
    """One more spot that rounds may draw from today."""
    _refuse_stranger(actor, new.division_id, at)
    refuse_division(Division.objects.filter(pk=new.division_id).order_by("pk").first())
    known = Point.objects.filter(code=new.code).order_by("pk").first()
    _refuse_wish(new.wish, new.division_id, known)
    point, made = Point.objects.get_or_create(
        code=new.code,
        defaults={
            "division_id": new.division_id, "since": clock.local_date(at), **vars(new.wish),
        },
    )  # fmt: skip
    if not made:
        said = {"division_id": new.division_id, **vars(new.wish)}
        if any(getattr(point, name) != value for name, value in said.items()):
            raise Refusal("point_code_taken", _("There is a point with this code already."))
        return point
    _record("point.added", point, actor, at)
    return point


@scope.command
def describe_point(*, point_id: int, wish: PointWish, actor: Person, at: datetime) -> Point:
    """Another name, type, unit or position; rounds that are over keep what they drew."""
    point = _governed(point_id, actor, at)
    if all(getattr(point, name) == value for name, value in vars(wish).items()):
        return point
    _refuse_closed(point)
    _refuse_wish(wish, point.division_id, point)
    former = point.unit_id
    for name, value in vars(wish).items():
        setattr(point, name, value)
    point.save(update_fields=list(vars(wish)))
    _record("point.changed", point, actor, at, former_unit=former)
    return point


@scope.command
def put_in_charge(*, point_id: int, username: str, actor: Person, at: datetime) -> Point:
    """Somebody is point keeper (点位长) or road keeper (路长) from now on."""
    point = _kept_by(point_id, actor, at)
    person = Person.objects.filter(username=username, state=PersonState.ACTIVE).first()
    if person is None:
        raise Refusal("person_unknown", _("There is no account with this name."))
    if point.person_in_charge_id == person.pk:
        return point
    _refuse_closed(point)
    point.person_in_charge = person
    point.save(update_fields=["person_in_charge"])
    _record("point.put_in_charge", point, actor, at, person_id=person.pk)
    return point


@scope.command
def relieve(*, point_id: int, actor: Person, at: datetime) -> Point:
    """Nobody is in charge until somebody is named."""
    point = _kept_by(point_id, actor, at)
    if point.person_in_charge_id is None:
        return point
    former, point.person_in_charge = point.person_in_charge_id, None
    point.save(update_fields=["person_in_charge"])
    _record("point.relieved", point, actor, at, person_id=former)
    return point


@scope.command
def suspend_point(*, point_id: int, actor: Person, at: datetime) -> Point:
    """For a while no round draws it: a street dug up, a market being rebuilt."""
    return _move(point_id, PointState.SUSPENDED, "point.suspended", actor, at)


@scope.command
def resume_point(*, point_id: int, actor: Person, at: datetime) -> Point:
    return _move(point_id, PointState.OPEN, "point.resumed", actor, at)


@scope.command
def close_point(*, point_id: int, actor: Person, at: datetime) -> Point:
    """For good; the row stays, so that old rounds can be repeated."""
    return _move(point_id, PointState.CLOSED, "point.closed", actor, at)


def refuse_division(division: Division | None) -> None:
    if division is None or level_of(division.pk) not in (Level.TOWNSHIP, Level.VILLAGE):
        raise Refusal("point_division", _("A point lies in a village or a township."))


def _move(point_id: int, state: PointState, verb: str, actor: Person, at: datetime) -> Point:
    point = _governed(point_id, actor, at)
    if point.state == state:
        return point
    if state not in Point.MOVES[PointState(point.state)]:
        _refuse_closed(point)
    point.state = state
    if state == PointState.CLOSED:
        point.until = max(clock.local_date(at), point.since)
    point.save(update_fields=["state", "until"])
    _record(verb, point, actor, at)
    return point


def _refuse_closed(point: Point) -> None:
    if point.state == PointState.CLOSED:
        raise Refusal("point_closed", _("This point is closed; register a new one."))


def _refuse_wish(wish: PointWish, division_id: int, point: Point | None) -> None:
    """Its type is in use, its unit active, and its place lies where it does."""
    known = point is not None and point.type_id == wish.type_id
    if not known and not PointType.objects.filter(pk=wish.type_id, is_active=True).exists():
        raise Refusal("point_type_unknown", _("There is no such type of points."))
    # Locked, so that the unit does not end in the same moment.
    unit = Unit.objects.select_for_update(of=("self",)).filter(pk=wish.unit_id).first()
    if unit is None or not unit.is_active:
        raise Refusal("unit_unknown", _("There is no such unit."))
    if wish.place_id is None:
        return
    place = Place.objects.filter(pk=wish.place_id).order_by("pk").first()
    if place is None or place.division_id != division_id:
        raise Refusal("place_elsewhere", _("The practice place lies in another division."))
    others = Point.objects.filter(place=place, type_id=wish.type_id)
    others = others.exclude(state=PointState.CLOSED).exclude(pk=point.pk if point else 0)
    if others.exists():
        raise Refusal("place_is_a_point", _("This practice place is such a point already."))


def _refuse_stranger(actor: Person, division_id: int, at: datetime) -> None:
    standing = standing_of(actor, clock.local_date(at))
    if not permissions.may_govern_points(standing, division_id):
        raise Forbidden("not_your_area", _("This lies outside your area."))


def _locked(point_id: int) -> Point:
    point = Point.objects.select_for_update(of=("self",)).filter(pk=point_id).first()
    if point is None:
        raise Forbidden("not_your_area", _("This lies outside your area."))
    return point


def _governed(point_id: int, actor: Person, at: datetime) -> Point:
    point = _locked(point_id)
    _refuse_stranger(actor, point.division_id, at)
    return point


def _kept_by(point_id: int, actor: Person, at: datetime) -> Point:
    point = _locked(point_id)
    standing = standing_of(actor, clock.local_date(at))
    if not permissions.may_put_in_charge(standing, point, queries.units_of(actor.pk)):
        raise Forbidden("not_your_unit", _("You cannot do this for this unit."))
    return point


def _record(verb: str, point: Point, actor: Person, at: datetime, **details: Any) -> None:
    journal.record(
        verb, point, actor=actor, at=at, where=point.division_id, on=clock.local_date(at),
        **details,
    )  # fmt: skip

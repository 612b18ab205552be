"""Units come, change and go."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinfeng.base import clock, scope
from xinfeng.base.refusal import Forbidden, Refusal
from xinfeng.journal import commands as journal
from xinfeng.people.models import Person
from xinfeng.people.queries import standing_of
from xinfeng.places.models import Division
from xinfeng.units import permissions
from xinfeng.units.models import Point, PointState, Unit, UnitMember
from xinfeng.units.wishes import NewUnit, UnitWish

journal.declare(
    {
        "unit.added": gettext_lazy("added a responsible unit"),
        "unit.changed": gettext_lazy("changed a responsible unit"),
        "unit.ended": gettext_lazy("ended a responsible unit"),
    }
)


@scope.command
def add_unit(*, new: NewUnit, actor: Person | None, at: datetime) -> Unit:
    """A unit that from today answers for points; the operator is no actor and may."""
    if not Division.objects.filter(pk=new.division_id).exists():
        raise Refusal("division_unknown", _("There is no division with this code."))
    refuse_stranger(actor, new.division_id, at)
    _refuse_parent(new.wish.parent_id, None)
    unit, made = Unit.objects.get_or_create(
        code=new.code,
        defaults={
            "division_id": new.division_id, "since": clock.local_date(at), **vars(new.wish),
        },
    )  # fmt: skip
    if not made:
        said = {"division_id": new.division_id, **vars(new.wish)}
        if any(getattr(unit, name) != value for name, value in said.items()):
            raise Refusal("unit_code_taken", _("There is a unit with this code already."))
        return unit
    record("unit.added", unit, actor, at)
    return unit


@scope.command
def describe_unit(*, unit_id: int, wish: UnitWish, actor: Person, at: datetime) -> Unit:
    """Another name, kind or unit above it."""
    unit = _governed(unit_id, actor, at)
    if all(getattr(unit, name) == value for name, value in vars(wish).items()):
        return unit
    _refuse_parent(wish.parent_id, unit)
    for name, value in vars(wish).items():
        setattr(unit, name, value)
    unit.save(update_fields=list(vars(wish)))
    record("unit.changed", unit, actor, at)
    return unit


@scope.command
def end_unit(*, unit_id: int, actor: Person, at: datetime) -> Unit:
    """It answers for nothing any more; its points are handed over first."""
    unit = _governed(unit_id, actor, at)
    if not unit.is_active:
        return unit
    if Point.objects.filter(unit=unit).exclude(state=PointState.CLOSED).exists():
        raise Refusal(
            "unit_has_points", _("This unit still answers for points; hand them over first.")
        )
    if unit.children.filter(is_active=True).exists():
        raise Refusal("unit_has_units", _("Other units stand under this one; end them first."))
    today = max(clock.local_date(at), unit.since)
    unit.is_active, unit.until = False, today
    unit.save(update_fields=["is_active", "until"])
    for member in UnitMember.objects.current().filter(unit=unit).order_by("pk"):
        member.until = max(today, member.since)
        member.save(update_fields=["until"])
    record("unit.ended", unit, actor, at)
    return unit


def refuse_stranger(actor: Person | None, division_id: int, at: datetime) -> None:
    if actor is None:
        return
    standing = standing_of(actor, clock.local_date(at))
    if not permissions.may_govern_units(standing, division_id):
        raise Forbidden("not_your_area", _("This lies outside your area."))


def locked_unit(unit_id: int) -> Unit:
    unit = Unit.objects.select_for_update(of=("self",)).filter(pk=unit_id).first()
    if unit is None:
        raise Forbidden("not_your_area", _("This lies outside your area."))
    return unit


def record(verb: str, unit: Unit, actor: Person | None, at: datetime, **details: Any) -> None:
    journal.record(
        verb, unit, actor=actor, at=at, where=unit.division_id, on=clock.local_date(at),
        **details,
    )  # fmt: skip


def _governed(unit_id: int, actor: Person, at: datetime) -> Unit:
    unit = locked_unit(unit_id)
    refuse_stranger(actor, unit.division_id, at)
    return unit


def _refuse_parent(parent_id: int | None, unit: Unit | None) -> None:
    """The unit above is active and does not stand under this one."""
    above, seen = parent_id, set()
    while above is not None and above not in seen:
        seen.add(above)
        parent = Unit.objects.filter(pk=above).order_by("pk").first()
        if parent is None or not parent.is_active or (unit is not None and above == unit.pk):
            raise Refusal("unit_parent_impossible", _("This unit cannot stand above it."))
        above = parent.parent_id

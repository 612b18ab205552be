"""Who acts for a unit: named, given another part, relieved."""

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinfeng.base import clock, scope
from xinfeng.base.refusal import Forbidden, Refusal
from xinfeng.journal import commands as journal
from xinfeng.people.models import Person, PersonState
from xinfeng.people.queries import standing_of
from xinfeng.units import permissions, queries
from xinfeng.units.models import MemberRole, Unit, UnitMember

from .units import locked_unit, record

journal.declare(
    {
        "unit.member_named": gettext_lazy("named somebody who acts for a unit"),
        "unit.member_relieved": gettext_lazy("relieved somebody who acted for a unit"),
    }
)


@scope.command
def name_member(
    *, unit_id: int, username: str, role: MemberRole, actor: Person, at: datetime
) -> UnitMember:
    """Somebody acts for the unit from today; a new head takes the place of the former one."""
    unit = _named_by(unit_id, actor, at)
    person = Person.objects.filter(username=username, state=PersonState.ACTIVE).first()
    if person is None:
        raise Refusal("person_unknown", _("There is no account with this name."))
    _refuse_raising(unit, role, actor, at)
    return put_member(unit, person, role, actor, at)


@scope.command
def relieve_member(*, member_id: int, actor: Person, at: datetime) -> UnitMember:
    """From today they act for the unit no more."""
    found = UnitMember.objects.filter(pk=member_id).order_by("pk").first()
    if found is None:
        raise Forbidden("not_your_unit", _("You cannot do this for this unit."))
    unit = _named_by(found.unit_id, actor, at)
    # Read again under the unit's lock.
    member = UnitMember.objects.get(pk=member_id)
    if member.until is not None:
        return member
    _refuse_raising(unit, MemberRole(member.role), actor, at)
    _end(member, at)
    record("unit.member_relieved", unit, actor, at, person_id=member.person_id)
    return member


def put_member(
    unit: Unit, person: Person, role: MemberRole, actor: Person | None, at: datetime
) -> UnitMember:
    """The part of a person in a locked unit; what they were before ends the same day."""
    current = UnitMember.objects.current().filter(unit=unit)
    mine = current.filter(person=person).order_by("pk").first()
    if mine is not None and mine.role == role:
        return mine
    if not unit.is_active:
        raise Refusal("unit_ended", _("This unit has ended."))
    if mine is not None:
        _end(mine, at)
    former = current.filter(role=MemberRole.HEAD).order_by("pk").first()
    if role == MemberRole.HEAD and former is not None:
        _end(former, at)
    member = UnitMember.objects.create(
        unit=unit, person=person, role=role, division_id=unit.division_id,
        since=clock.local_date(at),
    )  # fmt: skip
    record("unit.member_named", unit, actor, at, person_id=person.pk, role=role.value)
    return member


def _end(member: UnitMember, at: datetime) -> None:
    member.until = max(clock.local_date(at), member.since)
    member.save(update_fields=["until"])


def _named_by(unit_id: int, actor: Person, at: datetime) -> Unit:
    unit = locked_unit(unit_id)
    standing = standing_of(actor, clock.local_date(at))
    if not permissions.may_name(standing, unit, queries.heads(unit.pk)):
        raise Forbidden("not_your_unit", _("You cannot do this for this unit."))
    return unit


def _refuse_raising(unit: Unit, role: MemberRole, actor: Person, at: datetime) -> None:
    """The head is named and relieved by the offices above, not from within the unit."""
    standing = standing_of(actor, clock.local_date(at))
    within = not permissions.may_govern_units(standing, unit.division_id)
    if role == MemberRole.HEAD and within:
        raise Forbidden("head_named_above", _("The head of a unit is named by the office."))

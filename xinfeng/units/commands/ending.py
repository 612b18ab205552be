"""What becomes of parts in units when accounts end; within people's commands."""

from datetime import datetime

from xinfeng.base import clock
from xinfeng.people.models import Person
from xinfeng.units.models import MemberRole, Point, UnitMember


def move_parts(keep: Person, gone: Person, actor: Person, at: datetime) -> None:
    """Two accounts of one person: what the one was in a unit, the other is."""
    today = clock.local_date(at)
    for mine in _current(gone):
        other = UnitMember.objects.current().filter(unit=mine.unit_id, person=keep).first()
        if other is not None:
            mine.until = max(today, mine.since)
            mine.save(update_fields=["until"])
            if mine.role == MemberRole.HEAD:
                other.role = MemberRole.HEAD
                other.save(update_fields=["role"])
    UnitMember.objects.filter(person=gone).update(person=keep)
    Point.objects.filter(person_in_charge=gone).update(person_in_charge=keep)


def end_parts(person: Person, actor: Person, at: datetime) -> None:
    """The account ends: it acts for no unit any more and keeps no point."""
    today = clock.local_date(at)
    for mine in _current(person):
        mine.until = max(today, mine.since)
        mine.save(update_fields=["until"])
    Point.objects.filter(person_in_charge=person).update(person_in_charge=None)


def _current(person: Person) -> list[UnitMember]:
    rows = UnitMember.objects.current().filter(person=person)
    return list(rows.select_for_update(of=("self",)).order_by("pk"))

"""Who answers for which line of a standard, and by when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinfeng.base import scope
from xinfeng.base.refusal import Forbidden, Unknown
from xinfeng.filing import permissions
from xinfeng.filing.models import Part, Task
from xinfeng.inspections.models import Standard
from xinfeng.journal import commands as journal
from xinfeng.people.models import Person
from xinfeng.units.models import Unit

from .rights import Rights, line_of, rights, standard_of_points

journal.declare(
    {
        "task.given": gettext_lazy("gave a line of a standard to a unit"),
        "task.changed": gettext_lazy("changed who answers for a line, or by when"),
        "task.ended": gettext_lazy("took a line back from a unit"),
    }
)


@dataclass(frozen=True)
class NewTask:
    """A line for a unit; given again, it changes part and day."""

    line: str
    unit_id: int
    part: Part
    due_on: date | None = None


@scope.command
def give_task(*, standard_id: int, new: NewTask, actor: Person, at: datetime) -> Task:
    """Give a line to a unit, or change what was given."""
    standard = _locked(standard_id)
    return _give(standard, new, rights(actor, at), actor, at)


@scope.command
def import_tasks(
    *, standard_id: int, tasks: Sequence[NewTask], actor: Person, at: datetime
) -> int:
    """Give many lines at once, all or none; how many are new or changed."""
    standard = _locked(standard_id)
    who = rights(actor, at)
    # A new leader takes over only after the former one was made responsible.
    ordered = sorted(tasks, key=lambda task: task.part == Part.LEAD)
    before = _numbers(standard)
    for new in ordered:
        _give(standard, new, who, actor, at)
    return len(_numbers(standard) - before)


@scope.command
def end_task(*, task_id: int, actor: Person, at: datetime) -> Task:
    """Take a line back; what was filed for it stays where it is."""
    task = Task.objects.select_for_update(of=("self",)).filter(pk=task_id).first()
    if task is None:
        raise Unknown("task_unknown", _("There is no such task."))
    _may_give(rights(actor, at), task.unit)
    if task.ended_at is not None:
        return task
    task.ended_at = at
    task.save(update_fields=["ended_at"])
    journal.record("task.ended", task, actor=actor, at=at, where=task.unit.division_id)
    return task


def _give(standard: Standard, new: NewTask, who: Rights, actor: Person, at: datetime) -> Task:
    line_of(standard, new.line)
    unit = Unit.objects.active().filter(pk=new.unit_id).first()
    if unit is None:
        raise Unknown("unit_unknown", _("There is no such unit, or it has ended."))
    _may_give(who, unit)
    standing = Task.objects.standing().filter(standard=standard, line=new.line)
    former = standing.filter(unit=unit).first()
    if new.part == Part.LEAD:
        leader = standing.filter(part=Part.LEAD).exclude(unit=unit).first()
        if leader is not None:
            _change(leader, Part.RESPONSIBLE, leader.due_on, actor, at)
    if former is not None:
        return _change(former, new.part, new.due_on, actor, at)
    task = Task.objects.create(
        standard=standard, line=new.line, unit=unit, part=new.part,
        due_on=new.due_on, given_by=actor, given_at=at,
    )  # fmt: skip
    journal.record(
        "task.given", task, actor=actor, at=at, where=unit.division_id, line=new.line
    )
    return task


def _change(
    task: Task, part: str, due_on: date | None,
    actor: Person, at: datetime,
) -> Task:  # fmt: skip
    if (task.part, task.due_on) == (part, due_on):
        return task
    task.part, task.due_on = part, due_on
    task.save(update_fields=["part", "due_on"])
    journal.record(
        "task.changed", task, actor=actor, at=at, where=task.unit.division_id, line=task.line
    )
    return task


def _may_give(who: Rights, unit: Unit) -> None:
    if not permissions.may_give_tasks(who.standing, unit.division_id):
        raise Forbidden(
            "not_above_the_unit", _("Only the office above this unit gives it lines.")
        )


def _locked(standard_id: int) -> Standard:
    """One hand at a time shares out a standard, so that no line has two leaders."""
    standard = standard_of_points(standard_id)
    Standard.objects.select_for_update(no_key=True).get(pk=standard.pk)
    return standard


def _numbers(standard: Standard) -> set[tuple[object, ...]]:
    rows = Task.objects.standing().filter(standard=standard)
    return set(rows.values_list("line", "unit_id", "part", "due_on"))

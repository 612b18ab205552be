"""Lines of a standard against the units that answer for them."""

from collections.abc import Sequence
from dataclasses import dataclass

from xinfeng.filing.models import Part, Task
from xinfeng.inspections import reading
from xinfeng.inspections.models import Standard
from xinfeng.inspections.tree import Line


@dataclass(frozen=True)
class Row:
    """One line with the tasks given for it; `lead` None: nobody leads it yet."""

    line: Line
    lead: Task | None
    responsible: Sequence[Task]

    @property
    def tasks(self) -> list[Task]:
        return [*([self.lead] if self.lead else []), *self.responsible]


def matrix(standard: Standard, *, method: str = "", unit_id: int | None = None) -> list[Row]:
    """Every line in the order of the standard; narrowed by method, or to a unit's own."""
    tasks = (
        Task.objects.standing()
        .filter(standard=standard)
        .select_related("unit")
        .order_by("unit__code", "pk")
    )
    by_line: dict[str, list[Task]] = {}
    for task in tasks:
        by_line.setdefault(task.line, []).append(task)
    rows = []
    for line in reading.tree_of(standard).lines.values():
        given = by_line.get(line.code, [])
        if method and line.method != method:
            continue
        if unit_id is not None and unit_id not in {task.unit_id for task in given}:
            continue
        lead = next((task for task in given if task.part == Part.LEAD), None)
        rows.append(Row(line, lead, [task for task in given if task is not lead]))
    return rows

"""What is still missing, unit by unit."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from django.db.models import Count, OuterRef, Q, Subquery
from django.utils.translation import gettext as _

from xinfeng.base.refusal import Unknown
from xinfeng.filing.models import Grade, Paper, PaperState, Task
from xinfeng.inspections import reading
from xinfeng.inspections.models import Standard
from xinfeng.inspections.tree import Line, Method


class Stage(StrEnum):
    """How far the filing of a line has come, the most urgent first."""

    LATE = "LATE"
    RETURNED = "RETURNED"
    MISSING = "MISSING"
    WAITING = "WAITING"
    COMPLETE = "COMPLETE"
    GRADED = "GRADED"


_ORDER = list(Stage)


@dataclass(frozen=True)
class Gap:
    """One line given to a unit: what is asked, what is there, and what is still to do."""

    task: Task
    line: Line
    asked: int
    accepted: int
    filed: int
    returned: int
    letter: str
    today: date

    @property
    def missing(self) -> int:
        return max(0, self.asked - self.accepted - self.filed)

    @property
    def stage(self) -> Stage:
        if self.letter:
            return Stage.GRADED
        if self.missing and self.task.due_on is not None and self.task.due_on < self.today:
            return Stage.LATE
        if self.missing and self.returned:
            return Stage.RETURNED
        if self.missing:
            return Stage.MISSING
        return Stage.WAITING if self.filed else Stage.COMPLETE


def gaps(standard: Standard, unit_ids: Collection[int], today: date) -> list[Gap]:
    """Of the lines that are filed, what each of these units still owes; urgent ones first."""
    lines = reading.tree_of(standard).lines
    newest = Grade.objects.filter(task=OuterRef("pk")).order_by("-pk").values("letter")[:1]
    tasks = (
        Task.objects.standing()
        .filter(standard=standard, unit_id__in=unit_ids)
        .select_related("unit")
        .annotate(
            accepted=_count(PaperState.ACCEPTED),
            filed=_count(PaperState.FILED),
            returned=_count(PaperState.RETURNED),
            letter=Subquery(newest),
        )
        .order_by("due_on", "pk")
    )
    found = [
        _gap(task, lines[task.line], today)
        for task in tasks
        if task.line in lines and lines[task.line].method is Method.FILING
    ]
    return sorted(found, key=lambda gap: _ORDER.index(gap.stage))


def task_of(task_id: int) -> Task:
    task = Task.objects.select_related("unit", "standard").filter(pk=task_id).first()
    if task is None:
        raise Unknown("task_unknown", _("There is no such task."))
    return task


def gap_of(task: Task, today: date) -> Gap:
    of_unit = gaps(task.standard, [task.unit_id], today)
    found = next((gap for gap in of_unit if gap.task.pk == task.pk), None)
    if found is None:
        raise Unknown("task_unknown", _("Nothing is filed for this line."))
    return found


def papers_with_twins(task: Task) -> Sequence[tuple[Paper, list[Paper]]]:
    """The newest paper first, each with where else the very same file was filed."""
    papers = list(task.papers.select_related("file", "filed_by", "judged_by").order_by("-pk"))
    same = (
        Paper.objects.standing()
        .filter(digest__in={paper.digest for paper in papers})
        .exclude(task=task)
        .select_related("task", "task__unit")
        .order_by("pk")
    )
    elsewhere: dict[str, list[Paper]] = {}
    for paper in same:
        elsewhere.setdefault(paper.digest, []).append(paper)
    return [(paper, elsewhere.get(paper.digest, [])) for paper in papers]


def paper_of(paper_id: int) -> Paper:
    paper = (
        Paper.objects.select_related("task", "task__unit", "file").filter(pk=paper_id).first()
    )
    if paper is None:
        raise Unknown("paper_unknown", _("There is no such paper."))
    return paper


def _count(state: PaperState) -> Count:
    return Count("papers", filter=Q(papers__state=state))


def _gap(task: Task, line: Line, today: date) -> Gap:
    told = {name: getattr(task, name) for name in ("accepted", "filed", "returned")}
    asked = line.papers.at_least if line.papers else 1
    return Gap(
        task=task, line=line, asked=asked, letter=getattr(task, "letter", None) or "",
        today=today, **told,
    )  # fmt: skip

"""Tasks over the interface: who answers for which line, what is missing, where the city is."""

from datetime import date
from typing import Any

from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _
from ninja import Query, Schema
from pydantic import Field

from xinfeng.base import clock
from xinfeng.base.contract import answers, number_key
from xinfeng.base.refusal import Forbidden, Refusal
from xinfeng.filing import commands, permissions, queries
from xinfeng.filing.commands import NewTask
from xinfeng.filing.models import Part, Task
from xinfeng.filing.queries import Gap
from xinfeng.filing.scoring import Reached
from xinfeng.inspections import reading
from xinfeng.inspections.queries import standards_of_points, version_of
from xinfeng.people.tokens import Scope, TokenRequest, needs
from xinfeng.units.models import Unit
from xinfeng.units.queries import units_of

from .routing import LARGEST, PAGE, PartTaken, TaskStage, router


class TasksNarrowed(Schema):
    line: str = Field("", max_length=20)
    unit: str = Field("", max_length=20)
    after: str = Field("", max_length=20)


class TaskBrief(Schema):
    """A line given to a unit; `due_on` is the last day on which papers are taken."""

    id: int
    line: str
    title: str
    method: str
    unit: str
    part: PartTaken
    due_on: date | None


class TaskPage(Schema):
    items: list[TaskBrief]
    next: str | None


class TaskGiven(Schema):
    """Given again, it changes part and day."""

    line: str = Field(min_length=1, max_length=20)
    unit: str = Field(min_length=1, max_length=20)
    part: PartTaken
    due_on: date | None = None


class TaskEnded(Schema):
    id: int
    is_ended: bool


class GapsNarrowed(Schema):
    """`unit` of another unit is for those who look at what it filed."""

    unit: str = Field("", max_length=20)
    after: str = Field("", max_length=20)


class GapBrief(TaskBrief):
    """What is asked, what is there, and how far it has come; `letter` is the newest grade."""

    standard: str
    version: str
    stage: TaskStage
    asked: int
    accepted: int
    filed: int
    returned: int
    missing: int
    letter: str


class GapPage(Schema):
    items: list[GapBrief]
    next: str | None


class ReachedBrief(Schema):
    """Points got out of those known, out of all there are."""

    got: float
    known: float
    whole: float


class MethodStands(ReachedBrief):
    method: str
    lines: int
    lines_known: int


class ModuleStands(ReachedBrief):
    """Judged apart, of 100; `gate_is` OPEN while what is not known could still decide it."""

    code: str
    gate: int
    share: int
    gate_is: str
    lines_known: int


class CityStands(Schema):
    """What is reached today, and what nobody has looked at; nothing is filled in."""

    whole: ReachedBrief
    methods: list[MethodStands]
    modules: list[ModuleStands]
    points_taken: int
    suspends: list[str]
    round: str


@router.get(
    "/standards/{name}/{version}/standing",
    response=answers(CityStands),
    auth=None,
    summary="Where the city stands by a standard today",
)
def standing(request: HttpRequest, name: str, version: str) -> CityStands:
    standard = version_of(name, version)
    if not reading.tree_of(standard).methods:
        raise Refusal(
            "standard_without_methods",
            _("This standard does not share 100 points out over methods."),
        )
    found, seen_in = queries.city_standing(standard, clock.today())
    return CityStands(
        whole=ReachedBrief(**_reached(found.whole)),
        methods=[
            MethodStands(
                method=each.method.value,
                lines=each.lines,
                lines_known=each.lines_known,
                **_reached(each.reached),
            )
            for each in found.methods
        ],
        modules=[
            ModuleStands(
                code=each.module.code,
                gate=each.module.gate,
                share=each.module.share,
                gate_is=each.gate.value,
                lines_known=each.lines_known,
                **_reached(each.reached),
            )
            for each in found.modules
        ],
        points_taken=found.taken.points,
        suspends=list(found.taken.suspends),
        round=seen_in.code if seen_in else "",
    )


@router.get(
    "/standards/{name}/{version}/tasks",
    response=answers(TaskPage),
    auth=needs(Scope.OFFICE),
    summary="Which unit leads or answers for which line",
)
def tasks(
    request: TokenRequest, name: str, version: str, narrowed: Query[TasksNarrowed]
) -> TaskPage:
    may_look(request)
    standard = version_of(name, version)
    rows = (
        Task.objects.standing()
        .filter(standard=standard, pk__gt=number_key(narrowed.after))
        .select_related("unit", "standard")
        .order_by("pk")
    )
    if narrowed.line:
        rows = rows.filter(line=narrowed.line)
    if narrowed.unit:
        rows = rows.filter(unit__code=narrowed.unit)
    found = list(rows[: PAGE + 1])
    return TaskPage(
        items=[TaskBrief(**task_said(each)) for each in found[:PAGE]],
        next=str(found[PAGE - 1].pk) if len(found) > PAGE else None,
    )


@router.post(
    "/standards/{name}/{version}/tasks",
    response=answers(TaskBrief),
    auth=needs(Scope.OFFICE),
    summary="Give a line to a unit",
)
def give_task(request: TokenRequest, name: str, version: str, said: TaskGiven) -> TaskBrief:
    may_look(request)
    new = NewTask(said.line, the_unit(said.unit).pk, Part(said.part), due_on=said.due_on)
    task = commands.give_task(
        standard_id=version_of(name, version).pk, new=new, actor=request.user, at=clock.now()
    )
    return TaskBrief(**task_said(task))


@router.post(
    "/tasks/{task_id}/end",
    response=answers(TaskEnded),
    auth=needs(Scope.OFFICE),
    summary="Take a line back from a unit; what was filed stays",
)
def end_task(request: TokenRequest, task_id: int) -> TaskEnded:
    within_reach(task_id)
    task = commands.end_task(task_id=task_id, actor=request.user, at=clock.now())
    return TaskEnded(id=task.pk, is_ended=task.ended_at is not None)


@router.get(
    "/filing-gaps",
    response=answers(GapPage),
    auth=needs(Scope.OFFICE),
    summary="What my units, or one unit, still have to file",
)
def filing_gaps(request: TokenRequest, narrowed: Query[GapsNarrowed]) -> GapPage:
    units = units_of(request.user.pk)
    if narrowed.unit:
        unit = the_unit(narrowed.unit)
        if not permissions.may_see(request.standing, units, unit):
            raise Forbidden("not_your_unit", _("Only the unit and its reviewers see this."))
        units = frozenset({unit.pk})
    after, today = number_key(narrowed.after), clock.today()
    rows = [
        gap
        for standard in standards_of_points()
        for gap in queries.gaps(standard, units, today)
        if gap.task.pk > after
    ]
    rows.sort(key=lambda gap: gap.task.pk)
    return GapPage(
        items=[GapBrief(**gap_said(gap)) for gap in rows[:PAGE]],
        next=str(rows[PAGE - 1].task.pk) if len(rows) > PAGE else None,
    )


def may_look(request: TokenRequest) -> None:
    if request.standing.spans(permissions.LOOKS_ON) or units_of(request.user.pk):
        return
    raise Forbidden("not_a_unit", _("Offices, inspectors and people of units see this."))


def the_unit(code: str) -> Unit:
    unit = Unit.objects.filter(code=code).first()
    if unit is None:
        raise Http404
    return unit


def within_reach(number: int) -> None:
    """An identity that no row can have is unknown."""
    if not 0 < number <= LARGEST:
        raise Http404


def task_said(task: Task) -> dict[str, Any]:
    line = reading.tree_of(task.standard).lines.get(task.line)
    return {
        "id": task.pk, "line": task.line, "title": str(line.title) if line else "",
        "method": line.method.value if line else "", "unit": task.unit.code,
        "part": task.part, "due_on": task.due_on,
    }  # fmt: skip


def gap_said(gap: Gap) -> dict[str, Any]:
    standard = gap.task.standard
    return task_said(gap.task) | {
        "standard": standard.name, "version": standard.version, "stage": gap.stage.value,
        "asked": gap.asked, "accepted": gap.accepted, "filed": gap.filed,
        "returned": gap.returned, "missing": gap.missing, "letter": gap.letter,
    }  # fmt: skip


def _reached(reached: Reached) -> dict[str, float]:
    return {
        "got": float(reached.got), "known": float(reached.known), "whole": float(reached.whole),
    }  # fmt: skip

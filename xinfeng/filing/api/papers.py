"""Papers over the interface: handed in with their file, judged by somebody else, graded."""

from datetime import date
from typing import Any, BinaryIO, cast

from django.http import HttpResponseBase
from django.utils.translation import gettext as _
from ninja import File, Form, Query, Schema
from ninja.files import UploadedFile
from pydantic import Field

from xinfeng.base import clock
from xinfeng.base.contract import Moment, answers, number_key
from xinfeng.base.refusal import Forbidden
from xinfeng.files.serving import respond
from xinfeng.filing import commands, permissions, queries, windows
from xinfeng.filing.commands import NewPaper
from xinfeng.filing.models import Letter, Paper, Task
from xinfeng.people.tokens import Scope, TokenRequest, needs
from xinfeng.units.queries import units_of

from .routing import GradeLetter, PaperStage, router
from .tasks import GapBrief, gap_said, within_reach


class PaperBrief(Schema):
    """One paper; `reason` says why it was returned, `digest` is the SHA-256 of its file."""

    id: int
    title: str
    dated_on: date
    is_stamped: bool
    state: PaperStage
    reason: str
    kind: str
    bytes: int
    digest: str
    filed_at: Moment
    judged_at: Moment | None


class PaperSeen(PaperBrief):
    """`also_filed` names the tasks for which the very same file was filed as well."""

    also_filed: list[int]


class GradeBrief(Schema):
    """Only the newest grade counts; `accepted` papers stood when it was given."""

    letter: GradeLetter
    accepted: int
    note: str
    at: Moment


class TaskWhole(GapBrief):
    """Papers dated from `window_since` up to, not including, `window_until` count."""

    window_since: date
    window_until: date
    papers: list[PaperSeen]
    grades: list[GradeBrief]
    may_file: bool
    may_judge: bool


class PaperFiled(Schema):
    """What is said of the file that comes with it."""

    title: str = Field(min_length=1, max_length=120)
    dated_on: date
    is_stamped: bool = False


class PaperReturned(Schema):
    reason: str = Field(min_length=1, max_length=200)


class Grading(Schema):
    letter: GradeLetter
    note: str = Field("", max_length=200)


class WaitingAfter(Schema):
    after: str = Field("", max_length=20)


class PaperWaiting(PaperBrief):
    task: int
    line: str
    unit: str


class WaitingPage(Schema):
    items: list[PaperWaiting]
    next: str | None


@router.get(
    "/tasks/{task_id}",
    response=answers(TaskWhole),
    auth=needs(Scope.OFFICE),
    summary="One line of a unit: what is asked, what was filed, what was said of it",
)
def task(request: TokenRequest, task_id: int) -> TaskWhole:
    return _whole(request, task_id)


@router.post(
    "/tasks/{task_id}/papers",
    response=answers(TaskWhole),
    auth=needs(Scope.OFFICE),
    summary="File a paper with its file: PDF, Word, Excel or a picture up to 20 MB",
)
def file_paper(
    request: TokenRequest, task_id: int, said: Form[PaperFiled], file: File[UploadedFile]
) -> TaskWhole:
    _looked_at(request, _task(task_id))
    assert file.file is not None, "an upload without bytes"
    content = cast(BinaryIO, file.file)
    new = NewPaper(said.title, said.dated_on, said.is_stamped, content, file.name or "")
    commands.file_paper(task_id=task_id, new=new, actor=request.user, at=clock.now())
    return _whole(request, task_id)


@router.post(
    "/tasks/{task_id}/grades",
    response=answers(TaskWhole),
    auth=needs(Scope.OFFICE),
    summary="Grade what was filed for a line as a whole",
)
def grade(request: TokenRequest, task_id: int, said: Grading) -> TaskWhole:
    _looked_at(request, _task(task_id))
    commands.grade(
        task_id=task_id, letter=Letter(said.letter), note=said.note, actor=request.user,
        at=clock.now(),
    )  # fmt: skip
    return _whole(request, task_id)


@router.get(
    "/papers/waiting",
    response=answers(WaitingPage),
    auth=needs(Scope.OFFICE),
    summary="Papers that wait for review, without those of my own units",
)
def waiting(request: TokenRequest, page: Query[WaitingAfter]) -> WaitingPage:
    spans = request.standing.spans(permissions.LOOKS_ON)
    if not spans:
        raise Forbidden("not_a_reviewer", _("Only offices and inspectors review papers."))
    found = queries.waiting(spans, units_of(request.user.pk), number_key(page.after) or None)
    return WaitingPage(
        items=[
            PaperWaiting(
                **_said(each), task=each.task_id, line=each.task.line, unit=each.task.unit.code
            )
            for each in found.papers
        ],
        next=str(found.after) if found.after else None,
    )


@router.get(
    "/papers/{paper_id}/file",
    response=answers(bytes),
    auth=needs(Scope.OFFICE),
    summary="The file as it was filed, for its unit and its reviewers",
)
def paper_file(request: TokenRequest, paper_id: int) -> HttpResponseBase:
    paper = _paper(request, paper_id)
    return respond(paper.file, public=False)


@router.post(
    "/papers/{paper_id}/withdrawal",
    response=answers(PaperBrief),
    auth=needs(Scope.OFFICE),
    summary="Take a paper back before it is judged",
)
def withdraw_paper(request: TokenRequest, paper_id: int) -> PaperBrief:
    _paper(request, paper_id)
    done = commands.withdraw(paper_id=paper_id, actor=request.user, at=clock.now())
    return PaperBrief(**_said(done))


@router.post(
    "/papers/{paper_id}/acceptance",
    response=answers(PaperBrief),
    auth=needs(Scope.OFFICE),
    summary="Accept a paper that somebody else filed",
)
def accept_paper(request: TokenRequest, paper_id: int) -> PaperBrief:
    _paper(request, paper_id)
    done = commands.accept(paper_id=paper_id, actor=request.user, at=clock.now())
    return PaperBrief(**_said(done))


@router.post(
    "/papers/{paper_id}/return",
    response=answers(PaperBrief),
    auth=needs(Scope.OFFICE),
    summary="Return a paper and say what is wrong with it",
)
def return_paper(request: TokenRequest, paper_id: int, said: PaperReturned) -> PaperBrief:
    _paper(request, paper_id)
    done = commands.return_paper(
        paper_id=paper_id, reason=said.reason, actor=request.user, at=clock.now()
    )
    return PaperBrief(**_said(done))


def _task(task_id: int) -> Task:
    within_reach(task_id)
    return queries.task_of(task_id)


def _paper(request: TokenRequest, paper_id: int) -> Paper:
    within_reach(paper_id)
    paper = queries.paper_of(paper_id)
    _looked_at(request, paper.task)
    return paper


def _looked_at(request: TokenRequest, task: Task) -> frozenset[int]:
    """The asker's units, once they may see what this task's unit filed."""
    units = units_of(request.user.pk)
    if not permissions.may_see(request.standing, units, task.unit):
        raise Forbidden("not_your_unit", _("Only the unit and its reviewers see this."))
    return units


def _whole(request: TokenRequest, task_id: int) -> TaskWhole:
    found = _task(task_id)
    units = _looked_at(request, found)
    gap = queries.gap_of(found, clock.today())
    window = windows.of(gap.line, clock.today())
    return TaskWhole(
        **gap_said(gap),
        window_since=window.since,
        window_until=window.until,
        papers=[
            PaperSeen(**_said(paper), also_filed=[twin.task_id for twin in twins])
            for paper, twins in queries.papers_with_twins(found)
        ],
        grades=[
            GradeBrief(letter=each.letter, accepted=each.accepted, note=each.note, at=each.at)
            for each in found.grades.order_by("-pk")
        ],
        may_file=permissions.may_file(units, found.unit_id),
        may_judge=permissions.may_judge(request.standing, units, found.unit),
    )


def _said(paper: Paper) -> dict[str, Any]:
    return {
        "id": paper.pk, "title": paper.title, "dated_on": paper.dated_on,
        "is_stamped": paper.is_stamped, "state": paper.state, "reason": paper.reason,
        "kind": paper.file.kind, "bytes": paper.file.size, "digest": paper.digest,
        "filed_at": paper.filed_at, "judged_at": paper.judged_at,
    }  # fmt: skip

"""Papers: filed by a unit, judged by somebody else, and graded as a whole."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, BinaryIO

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinfeng.base import scope
from xinfeng.base.refusal import Forbidden, Refusal, Unknown
from xinfeng.files.commands import keep
from xinfeng.files.models import DOCUMENTS, PICTURES
from xinfeng.filing import permissions, windows
from xinfeng.filing.models import Grade, Letter, Paper, PaperState, Task
from xinfeng.inspections.tree import Line, Method
from xinfeng.journal import commands as journal
from xinfeng.people.models import Person

from .rights import Rights, line_of, rights

journal.declare(
    {
        "paper.filed": gettext_lazy("filed a paper for a line"),
        "paper.withdrawn": gettext_lazy("withdrew a paper"),
        "paper.accepted": gettext_lazy("accepted a paper"),
        "paper.returned": gettext_lazy("returned a paper"),
        "task.graded": gettext_lazy("graded what was filed for a line"),
    }
)
ALLOWED = PICTURES | DOCUMENTS
LARGEST = 20 * 2**20
MOST_PAPERS = 20


@dataclass(frozen=True)
class NewPaper:
    """One paper: its title, the day it bears, and whether it is stamped."""

    title: str
    dated_on: date
    is_stamped: bool
    content: bytes | BinaryIO
    name: str


@scope.command
def file_paper(*, task_id: int, new: NewPaper, actor: Person, at: datetime) -> Paper:
    """A member of the unit files a paper; the file is checked by its content and kept."""
    task, who = _locked(task_id), rights(actor, at)
    if not permissions.may_file(who.units, task.unit_id):
        raise Forbidden("not_of_the_unit", _("Only people of the unit file for it."))
    line = line_of(task.standard, task.line)
    _can_take(task, line, new, who.today)
    kept = keep(
        content=new.content, name=new.name, allowed=ALLOWED, max_bytes=LARGEST,
        actor=actor, at=at,
    )  # fmt: skip
    same = Paper.objects.filter(task=task, digest=kept.digest).exclude(
        state__in=[PaperState.WITHDRAWN, PaperState.RETURNED]
    )
    if same.exists():
        raise Refusal(
            "paper_is_here_already", _("This very file is filed for this line already.")
        )
    paper = Paper.objects.create(
        task=task, file=kept, digest=kept.digest, title=new.title.strip(),
        dated_on=new.dated_on, is_stamped=new.is_stamped, filed_by=actor, filed_at=at,
    )  # fmt: skip
    _told("paper.filed", paper, task, actor, at)
    return paper


@scope.command
def withdraw(*, paper_id: int, actor: Person, at: datetime) -> Paper:
    """The unit takes a paper back before it is judged."""
    paper, task = _paper(paper_id)
    if not permissions.may_file(rights(actor, at).units, task.unit_id):
        raise Forbidden("not_of_the_unit", _("Only people of the unit file for it."))
    if paper.state == PaperState.WITHDRAWN:
        return paper
    paper.move_to(PaperState.WITHDRAWN)
    paper.save(update_fields=["state"])
    _told("paper.withdrawn", paper, task, actor, at)
    return paper


@scope.command
def accept(*, paper_id: int, actor: Person, at: datetime) -> Paper:
    return _judge(paper_id, PaperState.ACCEPTED, "", "paper.accepted", actor, at)


@scope.command
def return_paper(*, paper_id: int, reason: str, actor: Person, at: datetime) -> Paper:
    """Back to the unit, which files another one; the reason tells what is wrong."""
    if not reason.strip():
        raise Refusal("reason_is_missing", _("Say what is wrong, so that it can be mended."))
    return _judge(paper_id, PaperState.RETURNED, reason.strip(), "paper.returned", actor, at)


@scope.command
def grade(*, task_id: int, letter: Letter, note: str, actor: Person, at: datetime) -> Grade:
    """A reviewer grades the line for the unit; the same grade twice is given once."""
    task, who = _locked(task_id), rights(actor, at)
    _may_judge(who, task)
    if task.papers.standing().filter(filed_by=actor).exists():
        raise Forbidden("own_paper", _("Nobody judges a paper they filed."))
    counts = _counts(task)
    if counts[PaperState.FILED]:
        raise Refusal(
            "papers_wait", _("Papers are waiting; accept or return each of them first.")
        )
    accepted = counts[PaperState.ACCEPTED]
    papers = line_of(task.standard, task.line).papers
    asked = papers.at_least if papers else 1
    if letter == Letter.A and accepted < asked:
        raise Refusal(
            "too_few_papers",
            _("%(n)s accepted papers are needed for an A, and there are %(accepted)s.")
            % {"n": asked, "accepted": accepted},
        )
    if not accepted and letter != Letter.D:
        raise Refusal("no_papers", _("Without an accepted paper there is only C#."))
    former = task.grades.order_by("-pk").first()
    if former and (former.letter, former.accepted, former.note) == (letter, accepted, note):
        return former
    given = Grade.objects.create(
        task=task, letter=letter, accepted=accepted, note=note, by=actor, at=at
    )
    _told("task.graded", given, task, actor, at, letter=str(letter))
    return given


def _can_take(task: Task, line: Line, new: NewPaper, today: date) -> None:
    if line.method is not Method.FILING:
        raise Refusal(
            "line_is_not_filed", _("Nothing is filed for this line; it is seen or asked.")
        )
    if task.due_on is not None and today > task.due_on:
        raise Refusal(
            "filing_is_over",
            _("Papers were taken until %(day)s. Ask the office to set another day.")
            % {"day": task.due_on.isoformat()},
        )
    if not new.title.strip():
        raise Refusal("title_is_missing", _("Give the paper a title."))
    window = windows.of(line, today)
    if not window.since <= new.dated_on < window.until:
        raise Refusal(
            "paper_is_out_of_the_window",
            _("The paper is of %(day)s; only papers from %(since)s to today count.")
            % {"day": new.dated_on.isoformat(), "since": window.since.isoformat()},
        )
    if task.papers.standing().count() >= MOST_PAPERS:
        raise Refusal(
            "too_many_papers",
            _("At most %(n)s papers are filed for a line. Withdraw one first.")
            % {"n": MOST_PAPERS},
        )


def _judge(
    paper_id: int, state: PaperState, reason: str, verb: str, actor: Person, at: datetime
) -> Paper:
    paper, task = _paper(paper_id)
    _may_judge(rights(actor, at), task)
    if paper.filed_by_id == actor.pk:
        raise Forbidden("own_paper", _("Nobody judges a paper they filed."))
    if paper.state == state:
        return paper
    paper.move_to(state)
    paper.judged_by, paper.judged_at, paper.reason = actor, at, reason
    paper.save(update_fields=["state", "judged_by", "judged_at", "reason"])
    _told(verb, paper, task, actor, at)
    return paper


def _may_judge(who: Rights, task: Task) -> None:
    if not permissions.may_judge(who.standing, who.units, task.unit):
        raise Forbidden(
            "not_a_reviewer",
            _("Only reviewers above the unit who are not of it judge what it filed."),
        )


def _counts(task: Task) -> dict[str, int]:
    states = list(task.papers.values_list("state", flat=True))
    return {state: states.count(state) for state in PaperState.values}


def _locked(task_id: int) -> Task:
    task = (
        Task.objects.select_for_update(of=("self",), no_key=True)
        .select_related("unit", "standard")
        .filter(pk=task_id, ended_at=None)
        .first()
    )
    if task is None:
        raise Unknown("task_unknown", _("There is no such task."))
    return task


def _paper(paper_id: int) -> tuple[Paper, Task]:
    """The task is locked before its paper, in every command."""
    task_id = Paper.objects.filter(pk=paper_id).values_list("task_id", flat=True).first()
    if task_id is None:
        raise Unknown("paper_unknown", _("There is no such paper."))
    task = _locked(task_id)
    return Paper.objects.select_for_update().get(pk=paper_id), task


def _told(
    verb: str, about: Paper | Grade, task: Task, actor: Person, at: datetime, **more: Any
) -> None:
    journal.record(
        verb, about, actor=actor, at=at, where=task.unit.division_id,
        line=task.line, task=task.pk, **more,
    )  # fmt: skip

"""What a round found not to be met is to be put right: its findings, once it is over."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from procrastinate.contrib.django import app

from xinfeng.base import scope, short_code
from xinfeng.base.refusal import Refusal
from xinfeng.findings import commands as findings
from xinfeng.findings.commands.ordering import MOST_AT_ONCE
from xinfeng.findings.models import Finding, Reason, State, Term
from xinfeng.findings.wishes import NewFinding
from xinfeng.inspections import reading
from xinfeng.inspections.models import Reading, Round
from xinfeng.inspections.queries.photos import Photos, photos_at
from xinfeng.inspections.queries.raised import prefix
from xinfeng.inspections.queries.results import Question, questions
from xinfeng.journal import commands as journal
from xinfeng.people.models import Person

from .rounds import locked, record

journal.declare(
    {
        "round.findings_raised": gettext_lazy("raised the findings of a round"),
        "round.findings_order_begun": gettext_lazy("began to order the findings of a round"),
        "round.findings_ordered": gettext_lazy(
            "ordered the findings of a round to their units"
        ),
    }
)
JOB = "inspections.raise_findings"
ORDER_JOB = "inspections.order_findings"


# Where the standard says nothing else.
USUAL_TERM = Term.D7


@dataclass(frozen=True)
class Raised:
    """How many findings are new, and how many ended because a reading was amended."""

    new: int
    ended: int


@scope.command
def raise_round_findings(*, round_id: int, actor: Person, at: datetime) -> Raised:
    """Every line not met, at each point, becomes a finding; done again, only what is new.

    Not before the round is over: a finding tells its unit and its county that the point was
    drawn. What can be put right on the spot is told there by the inspector. A reading amended
    since then to something else ends its finding, as long as no unit has been ordered to act.
    """
    held = locked(round_id, actor, at)
    if not held.is_over:
        raise Refusal(
            "round_is_not_over",
            _("Findings are raised after the round: earlier they would tell its points."),
        )
    wrong = {_origin(held, each): each for each in questions(held)}
    there = _there(held)
    fresh = {origin: each for origin, each in wrong.items() if origin not in there}
    photos = photos_at([each.point for each in fresh.values()])
    new = [_new(held, origin, each, photos) for origin, each in fresh.items()]
    if new:
        findings.raise_findings(new=new, actor=actor, at=at)
    ended = [
        one for origin, one in there.items() if origin not in wrong and _may_end(one, actor)
    ]
    for one in ended:
        findings.refuse(finding_id=one.pk, reason=Reason.IN_ORDER, actor=actor, at=at)
    if new or ended:
        record("round.findings_raised", held, actor, at, new=len(new), ended=len(ended))
    return Raised(len(new), len(ended))


def order_round_findings(*, round_id: int, actor: Person, at: datetime) -> int:
    """Each confirmed one to the unit of its point, with the line's own term; how many.

    In portions, because each unit is told and each finding keeps its own timeline.
    """
    ordered = 0
    for term, finding_ids in _to_order(round_id=round_id, actor=actor, at=at).items():
        for start in range(0, len(finding_ids), MOST_AT_ONCE):
            part = finding_ids[start : start + MOST_AT_ONCE]
            ordered += len(
                findings.order_to_owners(finding_ids=part, term=term, actor=actor, at=at)
            )
    if ordered:
        _note_ordered(round_id=round_id, n=ordered, actor=actor, at=at)
    return ordered


@scope.command
def _to_order(*, round_id: int, actor: Person, at: datetime) -> dict[Term, list[int]]:
    held = locked(round_id, actor, at)
    lines = reading.tree_of(held.standard).lines
    terms: dict[Term, list[int]] = {}
    rows = Finding.objects.filter(origin__startswith=prefix(held), state=State.CONFIRMED)
    for one in rows.only("pk", "line").order_by("pk"):
        line = lines.get(one.line)
        said = line.field.deadline if line and line.field else None
        terms.setdefault(Term(said.upper()) if said else USUAL_TERM, []).append(one.pk)
    return terms


@scope.command
def _note_ordered(*, round_id: int, n: int, actor: Person, at: datetime) -> None:
    record("round.findings_ordered", Round.objects.get(pk=round_id), actor, at, n=n)


@scope.command
def order_findings_soon(*, round_id: int, actor: Person, at: datetime) -> None:
    """A round has hundreds, and each is told to its unit: a job does it beside the pages."""
    held = locked(round_id, actor, at)
    app.configure_task(ORDER_JOB, lock=f"round_findings_{held.pk}").defer(
        round_id=held.pk, person_id=actor.pk
    )
    record("round.findings_order_begun", held, actor, at)


def defer(held: Round, actor: Person) -> None:
    """A job raises them beside the pages: a large round has thousands."""
    app.configure_task(JOB, lock=f"round_findings_{held.pk}").defer(
        round_id=held.pk, person_id=actor.pk
    )


def follow_amendment(held: Round, actor: Person) -> None:
    """What changes after the end changes the findings that were raised at it."""
    if held.is_over:
        defer(held, actor)


def _origin(held: Round, question: Question) -> str:
    return f"{prefix(held)}{question.point.point.code}:{question.line.code}"


def _there(held: Round) -> dict[str, Finding]:
    rows = Finding.objects.filter(origin__startswith=prefix(held))
    return {one.origin: one for one in rows.only("origin", "state", "found_by").order_by("pk")}


def _may_end(finding: Finding, actor: Person) -> bool:
    return finding.state == State.CONFIRMED and finding.found_by_id != actor.pk


def _new(held: Round, origin: str, question: Question, photos: Photos) -> NewFinding:
    row, line, read = question.point, question.line, question.reading
    assert read is not None, "only what was read is not met"
    point = row.point
    pictures = photos.get((row.pk, line.code), [])
    return NewFinding(
        code=short_code.of(origin), origin=origin, division_id=point.division_id,
        text=_text(question), found_at=_found_at(held, read), found_by_id=read.by_id,
        submission_id=read.submission_id, point_id=point.pk, line=line.code,
        lat_e6=point.lat_e6, lon_e6=point.lon_e6,
        files=tuple(each.file_id for each in pictures),
    )  # fmt: skip


def _found_at(held: Round, read: Reading) -> datetime:
    """By the phone's clock, unless it says that the round had not begun."""
    opened_at, seen_at = held.opened_at, read.seen_at
    if seen_at is None or opened_at is None or seen_at < opened_at:
        return read.at
    return seen_at


def _text(question: Question) -> str:
    """In Chinese, as the other papers of a round; the inspector's own words come last."""
    read, title = question.reading, question.line.title
    assert read is not None, "only what was read is not met"
    told = f"{question.point.point.name}：未达到“{title.zh or title.en}”"
    if read.value is not None:
        counted = f"{read.value}" if read.out_of is None else f"{read.value}/{read.out_of}"
        told += f"，现场记录 {counted}"
    return f"{told}。{read.note}"[: Finding.LONGEST]

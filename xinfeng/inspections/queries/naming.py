"""Whether what a phone sent counts at the point that it names, and if not, why."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from xinfeng.base import clock, codes
from xinfeng.fieldwork.models import Submission
from xinfeng.inspections import checklists, permissions, reading
from xinfeng.inspections.models import (
    Intake,
    IntakeState,
    Round,
    RoundPoint,
    RoundState,
    Standard,
    VisitState,
    WhyNot,
)
from xinfeng.inspections.sent import Sent, lines_read
from xinfeng.inspections.tree import Line
from xinfeng.people.queries import standing_of
from xinfeng.units.models import Point
from xinfeng.units.queries import units_of


@dataclass(frozen=True)
class Named:
    """The round and the point that a submission names, as far as there are such."""

    round: Round | None
    point: RoundPoint | None
    is_point: bool


def chain_of(submission: Submission) -> list[Submission]:
    """A form and all its amendments, the first one first."""
    root = submission.root_id or submission.pk
    rows = Submission.objects.filter(Q(pk=root) | Q(root=root))
    return list(rows.select_related("form_version__form", "person").order_by("pk"))


def round_named(submission: Submission, code: str) -> Round | None:
    """Rounds of the office that the form belongs to; codes are typed in any case."""
    rounds = Round.objects.select_related("standard", "division").filter(
        division=submission.division_id
    )
    return rounds.filter(code__in={code, code.upper()}).order_by("pk").first()


def named_by(submission: Submission, sent: Sent) -> Named:
    held, typed = round_named(submission, sent.round_code), sent.point_code
    point = Point.objects.filter(code__in={typed, typed.upper()}).order_by("pk").first()
    row = None
    if held is not None and point is not None:
        row = RoundPoint.objects.filter(round=held, point=point).select_related("point").first()
    return Named(held, row, point is not None)


def why_not(
    chain: list[Submission], submission: Submission, sent: Sent, named: Named, at: datetime
) -> WhyNot | None:
    """The first thing that stands against it; None: it counts."""
    held, point = named.round, named.point
    if held is None:
        return WhyNot.NO_ROUND
    if point is None:
        return WhyNot.NOT_DRAWN if named.is_point else WhyNot.NO_POINT
    if point.state == VisitState.REPLACED:
        return WhyNot.REPLACED
    if not _is_theirs(chain, submission, held, point, at):
        return WhyNot.NOT_THEIRS
    if is_own_unit(chain[0].person_id, point):
        return WhyNot.OWN_UNIT
    if _is_other_form(submission, held, point):
        return WhyNot.OTHER_FORM
    if held.state != RoundState.IN_FIELD:
        return WhyNot.NOT_OPEN
    if not answered(submission, sent, held, point):
        return WhyNot.NO_LINE
    return WhyNot.READ_BEFORE if _is_read(chain, point) else None


def answered(
    submission: Submission, sent: Sent, held: Round, point: RoundPoint
) -> Mapping[str, Line]:
    """Lines that are read at the point and that the submission says something of."""
    tree = reading.tree_of(held.standard)
    there = {line.code: line for line in tree.lines_at(point.type)}
    lines = lines_read(submission, held, there)
    return {each.line: lines[each.line] for each in sent.found if each.line in lines}


def is_own_unit(person_id: int, point: RoundPoint) -> bool:
    """They may have joined the unit only after they were named for the round."""
    return not units_of(person_id).isdisjoint({point.unit_id, point.point.unit_id})


def _is_theirs(
    chain: list[Submission],
    submission: Submission,
    held: Round,
    point: RoundPoint,
    at: datetime,
) -> bool:
    """Whoever was sent to the point; an amendment also by whoever runs the round."""
    if point.person_id is None or chain[0].person_id != point.person_id:
        return False
    if submission.person_id == point.person_id:
        return True
    standing = standing_of(submission.person, clock.local_date(at))
    span = codes.span(held.division_id, codes.level_of(held.division_id))
    return permissions.may_run_rounds(standing, span, units_of(submission.person_id))


def _is_other_form(submission: Submission, held: Round, point: RoundPoint) -> bool:
    """Forms made from standards are for one type; one that an office uploaded is for any."""
    form_id = submission.form_version.form.form_id
    if form_id == checklists.form_id(held.standard, point.type):
        return False
    name, _dot, _kind = form_id.partition(".")
    return Standard.objects.filter(name=name).exists()


def _is_read(chain: list[Submission], point: RoundPoint) -> bool:
    """By something else than what this amends."""
    if point.state != VisitState.VISITED:
        return False
    ids = [each.pk for each in chain]
    counted = Intake.objects.filter(round_point=point, state=IntakeState.COUNTED)
    if counted.exclude(submission__in=ids).exists():
        return True
    return not point.readings.filter(submission__in=ids).exists()

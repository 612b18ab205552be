"""What inspectors found: added, never changed; the newest reading of a line counts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinfeng.base import scope
from xinfeng.base.refusal import Forbidden, Refusal, Unknown
from xinfeng.inspections import reading
from xinfeng.inspections.models import (
    Reading,
    Round,
    RoundPoint,
    RoundState,
    Verdict,
    VisitState,
)
from xinfeng.inspections.tree import Answer, Line
from xinfeng.inspections.wishes import Found
from xinfeng.journal import commands as journal
from xinfeng.people.models import Person
from xinfeng.units.queries import units_of

from . import findings
from .rounds import locked, record

journal.declare(
    {
        "round.point_read": gettext_lazy("sent what was found at a point"),
        "round.reading_amended": gettext_lazy("amended what was found at a point"),
    }
)


@scope.command
def read_point(
    *,
    round_point_id: int,
    found: Sequence[Found],
    actor: Person,
    at: datetime,
    seen_at: datetime | None = None,
) -> list[Reading]:
    """The inspector's own readings of a point; sent again unchanged, nothing is added."""
    seen = locked_point(round_point_id)
    if seen.person_id != actor.pk or seen.state == VisitState.REPLACED:
        raise Forbidden("not_your_point", _("This point is not one of yours."))
    if seen.point.unit_id in units_of(actor.pk):
        # They may have joined the unit only after they were named for the round.
        raise Forbidden("own_unit", _("Nobody reads a point of their own unit."))
    if seen.round.state != RoundState.IN_FIELD:
        raise Refusal("round_is_not_open", _("This round takes in no readings now."))
    added = add(seen, found, seen_by(actor, at, seen_at))
    mark_visited(seen, seen_at or at)
    if added:
        record("round.point_read", seen.round, actor, at, point=seen.pk, lines=len(added))
    return added


@scope.command
def amend_reading(
    *, round_point_id: int, found: Found, actor: Person, at: datetime
) -> list[Reading]:
    """A correction by whoever runs the round, before the score is public: a further row."""
    seen = RoundPoint.objects.filter(pk=round_point_id).first()
    if seen is None:
        raise Unknown("point_unknown", _("There is no such point in a round."))
    held = locked(seen.round_id, actor, at)
    if held.state not in (RoundState.IN_FIELD, RoundState.CLOSED, RoundState.SCORED):
        raise Refusal("round_is_not_open", _("This round takes in no readings now."))
    if not found.note.strip():
        raise Refusal("no_reason", _("An amendment says why."))
    seen = locked_point(round_point_id)
    added = add(seen, [found], seen_by(actor, at))
    if added:
        record("round.reading_amended", held, actor, at, point=seen.pk, line=found.line)
        findings.follow_amendment(held, actor)
    return added


def locked_point(round_point_id: int) -> RoundPoint:
    """A point of a round, held until commit, with its round as it is now."""
    seen = RoundPoint.objects.select_for_update(no_key=True).filter(pk=round_point_id).first()
    if seen is None:
        raise Unknown("point_unknown", _("There is no such point in a round."))
    # Read after the lock: a round that closed while we waited is seen as closed.
    seen.round = Round.objects.select_related("standard", "division").get(pk=seen.round_id)
    return seen


@dataclass(frozen=True)
class Seen:
    """Who found something, when, and by which submission; None: written down in the pages."""

    by: Person
    at: datetime
    seen_at: datetime | None = None
    submission_id: int | None = None


def seen_by(actor: Person, at: datetime, seen_at: datetime | None = None) -> Seen:
    return Seen(actor, at, seen_at)


def mark_visited(seen: RoundPoint, at: datetime) -> None:
    if seen.state == VisitState.TO_VISIT:
        seen.state, seen.visited_at = VisitState.VISITED, at
        seen.save(update_fields=["state", "visited_at"])


def add(
    seen: RoundPoint,
    found: Sequence[Found],
    how: Seen,
    *,
    repeated: Mapping[str, Reading] | None = None,
) -> list[Reading]:
    """A row for each line that says something else than the one that counts now.

    What an amended form merely repeats (`repeated` is what it said before) undoes nothing that
    an office has amended since.
    """
    lines = lines_of(seen.round, seen.type)
    newest = {each.line: each for each in seen.readings.newest()}
    fresh = []
    for each in found:
        line = lines.get(each.line)
        if line is None:
            raise Refusal(
                "line_is_not_read_here",
                _("The line %(line)s is not read at points of this kind.")
                % {"line": each.line},
            )
        row = _row(seen, line, each, how)
        known = (newest.get(each.line), (repeated or {}).get(each.line))
        if says(row) not in [says(former) for former in known if former is not None]:
            fresh.append(row)
    return Reading.objects.bulk_create(fresh)


def _row(seen: RoundPoint, line: Line, found: Found, how: Seen) -> Reading:
    verdict, found = verdict_of(line, found), believed(line, found)
    # What nobody knows has no number, whatever was typed beside it.
    value = None if verdict == Verdict.NOT_KNOWN else found.value
    out_of = None if value is None else found.out_of
    return Reading(
        round_point=seen, division_id=seen.division_id, line=line.code, verdict=verdict,
        value=value, out_of=out_of, note=found.note.strip()[:500], by=how.by,
        seen_at=how.seen_at, at=how.at, submission_id=how.submission_id,
    )  # fmt: skip


def says(row: Reading) -> tuple[str, int | None, int | None, str]:
    return row.verdict, row.value, row.out_of, row.note


def believed(line: Line, found: Found) -> Found:
    """More than there are, or a part of nothing, says nothing; the verdict stays as given."""
    if not _is_share(line):
        return replace(found, out_of=None)
    is_part = found.value is not None and 0 <= found.value <= (found.out_of or -1)
    return found if is_part else replace(found, value=None, out_of=None)


def _is_share(line: Line) -> bool:
    return line.field is not None and line.field.answer is Answer.SHARE


def lines_of(held: Round, point_type: str) -> Mapping[str, Line]:
    tree = reading.tree_of(held.standard)
    return {line.code: line for line in tree.lines_at(point_type)}


def verdict_of(line: Line, found: Found) -> Verdict:
    """From what was counted, by the standard; else as was said; nothing said is not known."""
    assert line.field is not None, "only lines read at points are asked for"
    found = believed(line, found)
    if found.verdict in (Verdict.NOT_APPLICABLE, Verdict.NOT_KNOWN):
        return found.verdict
    if line.field.answer is Answer.VERDICT:
        return found.verdict or Verdict.NOT_KNOWN
    if found.value is None:
        return found.verdict or Verdict.NOT_KNOWN
    is_met = line.field.is_met(found.value, found.out_of)
    return Verdict.MET if is_met else Verdict.NOT_MET

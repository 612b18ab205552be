"""Every write in this room: keeping the stored values equal to the rows behind them."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from django.db import connection

from xinfeng.base import codes, figures, scope
from xinfeng.base.figures import Time
from xinfeng.journal import queries as journal
from xinfeng.journal.queries import Line

from . import rollup
from .models import RollUp
from .rollup import Extent


class RollUpMissing(RuntimeError):
    """There is nothing to follow: the roll-ups were never built."""


@scope.command
def rebuild(*, names: Sequence[str], as_of: date, at: datetime) -> int:
    """Recount everything and store it; returns how many stored values changed."""
    _alone()
    reached = journal.snapshot()
    rollup.prepare()
    rollup.recount(names, Extent(as_of))
    changed = _store(names)
    RollUp.objects.update_or_create(
        singleton=True,
        defaults={"as_of": as_of, "journal_snapshot": reached, "finished_at": at},
    )
    return changed


@scope.command
def reconcile(*, names: Sequence[str]) -> list[tuple[object, ...]]:
    """Recount everything and name each stored value that differs; changes nothing."""
    _alone()
    state = RollUp.objects.order_by("pk").first()
    if state is None:
        raise RollUpMissing("nothing is rolled up yet: run `xinfeng rollup`")
    rollup.prepare()
    rollup.recount(names, Extent(state.as_of))
    return rollup.differences(names)


@scope.command
def follow_journal(
    *, names: Sequence[str], touched_by: Mapping[str, Sequence[str]], as_of: date, at: datetime
) -> int:
    """Recount what the journal's new entries touched; returns how many entries were followed.

    Read are the entries that this snapshot sees and the last one did not: none is skipped,
    none is followed twice, and nobody's long transaction holds anything up. A new day, or a
    journal that was restored, recounts everything.
    """
    _alone()
    state = RollUp.objects.order_by("pk").first()
    if state is None or state.as_of != as_of or journal.was_restored(state.journal_snapshot):
        rebuild(names=names, as_of=as_of, at=at)
        return 0
    reached, lines = journal.fresh_entries(state.journal_snapshot)
    _recount_touched(
        [line for line in lines if line.verb in touched_by], touched_by, names, as_of
    )
    state.journal_snapshot, state.finished_at = reached, at
    state.save(update_fields=["journal_snapshot", "finished_at"])
    return len(lines)


def _recount_touched(
    lines: Sequence[Line],
    touched_by: Mapping[str, Sequence[str]],
    names: Sequence[str],
    as_of: date,
) -> None:
    touched = {name for line in lines for name in touched_by[line.verb]} & set(names)
    divisions = {line.division_id for line in lines if line.division_id is not None}
    whole = [name for name in touched if _judged_as_a_whole(name)]
    if whole:
        rollup.prepare()
        rollup.recount(whole, Extent(as_of))
        _store(whole)
    parts = sorted(touched - set(whole))
    if parts and divisions:
        extent = Extent(as_of, rollup.outermost(divisions))
        rollup.prepare()
        rollup.recount(parts, extent)
        _spread(parts, extent)
        _store(parts, inside=extent.inside())


def _judged_as_a_whole(name: str) -> bool:
    figure = figures.get(name)
    return figure.time is Time.STATE or figure.as_a_whole


def _store(names: Sequence[str], inside: str = "true") -> int:
    with connection.cursor() as cursor:
        cursor.execute(_WITHIN.format(inside=inside), {"figures": list(names)})
        gone = int(cursor.rowcount)
        cursor.execute(_ADD.format(inside=inside))
        return max(gone, int(cursor.rowcount))


def _spread(names: Sequence[str], extent: Extent) -> None:
    """Add the change of each recounted span to the divisions above it."""
    tops = extent.tops or ()
    above = {code for top in tops for code in codes.ancestors(top, codes.level_of(top))}
    with connection.cursor() as cursor:
        cursor.execute(_SPREAD, {"figures": list(names), "tops": list(tops)})
        cursor.execute(_EMPTY, {"figures": list(names), "above": sorted(above)})


def _alone() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('insight.rollup'))")


# Inside the recounted spans the stored values become the recounted ones.
_WITHIN = """
    DELETE FROM insight_monthlyfigure s WHERE s.figure = ANY(%(figures)s) AND ({inside})
      AND NOT EXISTS (
        SELECT 1 FROM pg_temp.recount n
        WHERE (n.figure, n.division_id, n.month) = (s.figure, s.division_id, s.month)
          AND (n.numerator, n.denominator, n.rows)
              IS NOT DISTINCT FROM (s.numerator, s.denominator, s.rows))
"""
_ADD = """
    INSERT INTO insight_monthlyfigure (figure, division_id, month, numerator, denominator, rows)
    SELECT figure, division_id, month, numerator, denominator, rows
    FROM pg_temp.recount WHERE {inside}
    ON CONFLICT (figure, month, division_id) DO NOTHING
"""
# A value whose last row went is not stored, as a recount would not store it.
_EMPTY = """
    DELETE FROM insight_monthlyfigure
    WHERE division_id = ANY(%(above)s) AND figure = ANY(%(figures)s) AND rows = 0
"""
# Above them, the change of each span's top is added.
_SPREAD = """
    INSERT INTO insight_monthlyfigure AS kept
        (figure, division_id, month, numerator, denominator, rows)
    SELECT c.figure, c.division_id / level.unit * level.unit, c.month,
           sum(c.numerator), sum(c.denominator), sum(c.rows)
    FROM (
        SELECT figure, division_id, month,
               coalesce(n.numerator, 0) - coalesce(s.numerator, 0) AS numerator,
               CASE WHEN coalesce(n.denominator, s.denominator) IS NOT NULL
                    THEN coalesce(n.denominator, 0) - coalesce(s.denominator, 0)
               END AS denominator,
               coalesce(n.rows, 0) - coalesce(s.rows, 0) AS rows
        FROM (SELECT * FROM pg_temp.recount WHERE division_id = ANY(%(tops)s)) n
        FULL JOIN (
            SELECT * FROM insight_monthlyfigure
            WHERE figure = ANY(%(figures)s) AND division_id = ANY(%(tops)s)
        ) s USING (figure, division_id, month)
    ) c
    CROSS JOIN (VALUES (100000000, 1000000000000), (1000000, 100000000), (1000, 1000000))
        AS level (unit, above)
    WHERE c.division_id %% level.unit <> 0
      AND (level.unit = 100000000
           OR c.division_id / level.unit * level.unit
              <> c.division_id / level.above * level.above)
    GROUP BY 1, 2, 3
    ON CONFLICT (figure, month, division_id) DO UPDATE SET
        numerator = kept.numerator + excluded.numerator,
        denominator = kept.denominator + excluded.denominator,
        rows = kept.rows + excluded.rows
"""

"""Following the journal: what was written since one last looked, nothing skipped or seen twice.

One looks through snapshots, not numbers or times: a long transaction commits an entry with an
old number late, and only what a snapshot sees tells whether it was there before.
"""

from collections.abc import Collection
from dataclasses import dataclass

from django.db import connection


@dataclass(frozen=True)
class Line:
    """What whoever follows needs of an entry; the key of its subject as the entry wrote it."""

    verb: str
    division_id: int | None
    subject_key: str


def snapshot() -> str:
    """Where the journal stands now, as PostgreSQL's own text."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_snapshot()::text")
        return str(cursor.fetchone()[0])


def was_restored(snapshot: str) -> bool:
    """The last snapshot lies in the future: this is another cluster, or an older copy."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_snapshot_xmax(pg_current_snapshot())"
            " < pg_snapshot_xmin(%s::pg_snapshot)",
            [snapshot],
        )
        return bool(cursor.fetchone()[0])


def fresh_entries(
    snapshot: str, *, verbs: Collection[str] | None = None
) -> tuple[str, list[Line]]:
    """One statement, so the entries are exactly those of the snapshot it returns."""
    with connection.cursor() as cursor:
        cursor.execute(
            _FRESH, {"last": snapshot, "verbs": None if verbs is None else list(verbs)}
        )
        rows = cursor.fetchall()
    return rows[0][0], [Line(*row[1:]) for row in rows if row[1] is not None]


_FRESH = """
    SELECT s.now, e.verb, e.division_id, split_part(e.subject, ':', 2)
    FROM (SELECT pg_current_snapshot()::text AS now) s
    LEFT JOIN journal_entry e
      ON e.transaction >= pg_snapshot_xmin(%(last)s::pg_snapshot)::text::bigint
     AND NOT pg_visible_in_snapshot(e.transaction::text::xid8, %(last)s::pg_snapshot)
     AND (%(verbs)s::text[] IS NULL OR e.verb = ANY(%(verbs)s))
    ORDER BY e.id
"""

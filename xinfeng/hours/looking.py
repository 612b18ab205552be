"""How rules are asked: temporary tables of what is looked at, then one statement a rule.

Run inside a command's transaction and scope; the tables are gone when it ends.
"""

from datetime import datetime
from typing import Any

from django.db import connection

from . import rules
from .rules import Look, Rule

# Valid credits of the days, and those entered within them about earlier days.
_LOOKED = """
    SELECT c.* FROM hours_credit c
    WHERE c.minutes > 0 AND c.earned_on < %(until)s
        AND (c.earned_on >= %(since)s OR c.recorded_at >= %(since)s::date::timestamp
            AT TIME ZONE %(zone)s)
        AND NOT EXISTS (SELECT 1 FROM hours_credit r
            WHERE r.source_id = c.id AND r.source_kind = 2)
"""
_HOLD = """
    INSERT INTO hours_hold (credit_id, rule, person_id, division_id, earned_on,
        recorded_by_id, confirmed_by_id, team_id, details, is_soft, held_at)
    SELECT f.credit_id, %(rule)s, l.person_id, l.division_id, l.earned_on, l.recorded_by_id,
        l.confirmed_by_id, (f.reason->>'team_id')::bigint, f.reason, %(is_soft)s, %(at)s
    FROM ({sql}) f JOIN looked l ON l.id = f.credit_id
    ON CONFLICT (credit_id, rule) DO NOTHING
    RETURNING person_id
"""


def spread_out(look: Look, chosen: list[Rule]) -> int:
    """Make `looked` and the scenes that the rules read; how many credits are looked at."""
    days = {"since": look.since, "until": look.until, "zone": look.zone}
    with connection.cursor() as cursor:
        _make(cursor, "looked", "person_id", _LOOKED, days)
        cursor.execute("SELECT count(*) FROM looked")
        (count,) = cursor.fetchone()
        for scene in rules.scenes_of(chosen):
            _make(cursor, scene.name, scene.key, scene.sql, days)
    return int(count)


def hold(rule: Rule, look: Look, *, at: datetime) -> list[int]:
    """Hold what the rule finds and nobody has held by it; whose credits they are."""
    values = {**rule.values(look), "rule": rule.name, "is_soft": rule.is_soft, "at": at}
    with connection.cursor() as cursor:
        cursor.execute(_HOLD.format(sql=rule.sql), values)
        return [person for (person,) in cursor.fetchall()]


def _make(cursor: Any, name: str, key: str, sql: str, values: dict[str, Any]) -> None:
    # Twice within one transaction, in tests and for two windows, makes them anew.
    cursor.execute(f"DROP TABLE IF EXISTS {name}")
    cursor.execute(f"CREATE TEMPORARY TABLE {name} ON COMMIT DROP AS {sql}", values)
    cursor.execute(f"CREATE INDEX ON {name} ({key})")
    cursor.execute(f"ANALYZE {name}")

"""Reading and keeping attendance in few statements, for one sign-up or a whole roster.

One statement locks the sign-ups and reads all that the rules ask; one changes them, adds what
was said and tells the journal. The roll call of five hundred costs what one check-in costs.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

from django.db import IntegrityError, connection
from django.utils.translation import gettext as _
from psycopg.errors import UniqueViolation

from xinfeng.activities.attending import Outcome, Scene
from xinfeng.base import clock, rows, scope
from xinfeng.base.refusal import Refusal
from xinfeng.journal import commands as journal

# The order of the fields of Scene.
COLUMNS = """
    s.id, s.state, s.arrived_at, s.left_at, s.person_id, s.division_id,
    h.starts_at, h.ends_at, a.code, a.state, a.recorded_on, a.nature, s.part, a.leader_id,
    a.deputies, a.fence_m, p.state, e.code, e.presence, e.leader"""
JOINS = """
    FROM activities_signup s
    JOIN activities_shift h ON h.id = s.shift_id
    JOIN activities_activity a ON a.id = h.activity_id
    JOIN people_person p ON p.id = s.person_id
    LEFT JOIN LATERAL (
        SELECT bool_or(c.code_held) AS code,
            bool_or(c.means IN ('KIOSK', 'CARD') OR c.recorded_by_id IS NULL
                AND (c.device_id IS NOT NULL OR c.is_inside)) AS presence,
            min(c.recorded_by_id) FILTER (WHERE c.means IN ('ROLL_CALL', 'CARD')) AS leader
        FROM activities_checkin c WHERE c.signup_id = s.id) e ON true"""
# Rows are locked in one order, whoever asks for several.
LOCK = " ORDER BY s.id FOR NO KEY UPDATE OF s"
_ONE = f"SELECT {COLUMNS} {JOINS} WHERE s.id = %s {LOCK}"
_MANY = f"SELECT {COLUMNS} {JOINS} WHERE s.id = ANY(%s) {LOCK}"

_SAID: dict[str, str] = {
    "client_id": "uuid",
    "signup_id": "bigint",
    "person_id": "bigint",
    "division_id": "bigint",
    "phase": "text",
    "means": "text",
    "said_at": "timestamptz",
    "received_at": "timestamptz",
    "counted_at": "timestamptz",
    "skew_s": "integer",
    "is_late": "boolean",
    "code_held": "boolean",
    "device_id": "bigint",
    "device_counter": "bigint",
    "is_inside": "boolean",
    "distance_band_m": "integer",
    "accuracy_band_m": "integer",
    "recorded_by_id": "bigint",
}
_CHANGED: dict[str, str] = {
    "state": "text",
    "arrived_at": "timestamptz",
    "left_at": "timestamptz",
    "grade": "text",
    "reviewed_by_id": "bigint",
    "moves": "boolean",
    "actor_id": "bigint",
    "verb": "text",
    "happened_on": "date",
}
_TYPES = _SAID | _CHANGED
_ONE_ROW = "SELECT " + ", ".join(f"%s::{kind} AS {name}" for name, kind in _TYPES.items())
_ROWS = rows.sql(_TYPES)


@cache
def keep_sql(*, many: bool, moves: bool) -> str:
    """The statement that writes outcomes; one row is spelt out, because that is quicker.

    What moves somebody must be new. A further witness may have been kept a moment ago.
    """
    source = _ROWS if many else _ONE_ROW
    known = "" if moves else "ON CONFLICT DO NOTHING"
    said = ", ".join(_SAID)
    told = journal.record_sql(
        "SELECT received_at, actor_id, verb, 'activities.signup:' || signup_id, division_id,"
        " happened_on, '{}'::jsonb FROM said WHERE moves"
    )
    return f"""
        WITH said AS MATERIALIZED ({source}),
        kept AS (
            INSERT INTO activities_checkin ({said}) SELECT {said} FROM said {known}),
        changed AS (
            UPDATE activities_signup s SET state = said.state, arrived_at = said.arrived_at,
                left_at = said.left_at, grade = said.grade,
                reviewed_by_id = coalesce(said.reviewed_by_id, s.reviewed_by_id)
            FROM said WHERE s.id = said.signup_id AND (said.moves OR said.grade <> '')),
        told AS ({told})
        SELECT"""


def lock_scene(signup_id: int) -> Scene | None:
    """Hold one sign-up until commit, and read what the rules ask about it."""
    with connection.cursor() as cursor:
        cursor.execute(_ONE, [signup_id])
        row = cursor.fetchone()
    return Scene(*row) if row else None


def lock_scenes(signup_ids: Iterable[int]) -> dict[int, Scene]:
    """The same for many, by sign-up."""
    # Read as the database holds it: to read five hundred rows of text costs more than to
    # find them.
    with scope.whole_city_in_few_trips() as cursor:
        cursor.execute(_MANY, [sorted(signup_ids)], binary=True)
        return {row[0]: Scene(*row) for row in cursor.fetchall()}


def keep(outcomes: Iterable[Outcome]) -> None:
    """Write what the outcomes change, in two statements at most however many there are."""
    kept = [outcome for outcome in outcomes if outcome.is_kept]
    for moves in (True, False):
        if values := [keep_values(outcome) for outcome in kept if outcome.moves == moves]:
            _run(values, moves=moves)


def _run(kept: list[list[Any]], *, moves: bool) -> None:
    with said_once(), connection.cursor() as cursor:
        if len(kept) == 1:
            cursor.execute(keep_sql(many=False, moves=moves), kept[0])
        else:
            cursor.execute(keep_sql(many=True, moves=moves), [rows.packed(_TYPES, kept)])


@contextmanager
def said_once() -> Iterator[None]:
    """A number or id that stands already under another word speaks of a copied key."""
    try:
        yield
    except IntegrityError as error:
        if not isinstance(error.__cause__, UniqueViolation):
            raise
        raise Refusal(
            "said_before", _("This device has already said something else so.")
        ) from error


def keep_values(outcome: Outcome) -> list[Any]:
    """In the order of the columns of the statement."""
    scene, saying = outcome.scene, outcome.saying
    verb = "signup.arrived" if outcome.state == "PRESENT" else "signup.left"
    return [
        saying.client_id,
        scene.signup_id,
        scene.person_id,
        scene.division_id,
        saying.phase,
        saying.means,
        saying.said_at,
        saying.received_at,
        saying.counted_at,
        saying.skew_s,
        saying.is_late,
        saying.code_held,
        saying.device_id,
        saying.device_counter,
        saying.spot.is_inside,
        saying.spot.distance_band_m,
        saying.spot.accuracy_band_m,
        None if saying.by == scene.person_id else saying.by,
        outcome.state,
        outcome.arrived_at,
        outcome.left_at,
        outcome.grade,
        outcome.reviewed_by_id,
        outcome.moves,
        saying.by,
        verb,
        clock.local_date(scene.starts_at),
    ]

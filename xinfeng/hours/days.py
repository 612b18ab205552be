"""No two credits of a person share time: the table of days that a trigger keeps.

A row of `hours_day` holds the seconds of one UTC day that a person's valid credits take up.
The trigger adds each new credit to it, or refuses; a reversal frees the time by counting the
day anew. The SQL stands in migration 0010; why it is no exclusion constraint stands in
`docs/decisions/0007-no-two-credits-overlap.md`.
"""

from collections.abc import Iterator
from typing import Any

from django.db import connection
from psycopg import Connection

from .models import DayFilling

BATCH = 20_000


def fill(*, batch: int = BATCH) -> Iterator[int]:
    """Fill the days of credits that came in bulk, one transaction a batch; yields what is left.

    May end anywhere and be begun again: how far it came is kept in the database.
    """
    left = 1
    while left:
        with connection.cursor() as cursor:
            cursor.execute("SELECT hours_fill_days(%s)", [batch])
            left = int(cursor.fetchone()[0])
        yield left


def filling() -> DayFilling | None:
    """How far the filling is; None when nothing ever came in bulk."""
    return DayFilling.objects.order_by("pk").first()


def loaded_in_bulk(db: Connection[Any]) -> None:
    """Say that all credits came past the trigger; run as owner, where they were loaded."""
    db.execute("TRUNCATE hours_day, hours_dayfilling")
    db.execute(
        "INSERT INTO hours_dayfilling (singleton, next_id, until_id, clashes)"
        " SELECT true, 1, max(id), 0 FROM hours_credit HAVING max(id) IS NOT NULL"
    )

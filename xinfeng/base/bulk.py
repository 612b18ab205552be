"""Many rows at once: COPY, as the owner (row-level security refuses COPY to the app role)."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connections


def copy_rows(table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Append rows of plain Python values; runs in the owner connection's transaction."""
    with connections["owner"].cursor() as cursor:
        names = ", ".join(columns)
        with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)

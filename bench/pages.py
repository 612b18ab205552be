"""How many queries a page asks, and how long it takes."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bench.measure import milliseconds

# Statements of transactions and scopes are told apart from queries.
AROUND = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "SELECT set_config")


@dataclass(frozen=True)
class Page:
    queries: int
    statements: int
    p50: float
    p99: float

    def __str__(self) -> str:
        return (
            f"p50 {self.p50:.1f} ms, p99 {self.p99:.1f} ms, {self.queries} queries"
            f" ({self.statements} statements)"
        )


def read(client: Client, address: str, query: Mapping[str, str] | None = None) -> Page:
    with CaptureQueriesContext(connection) as seen:
        assert client.get(address, query).status_code == 200
    # Counted now: the next request empties the log.
    queries, statements = sum(not one["sql"].startswith(AROUND) for one in seen), len(seen)
    return Page(queries, statements, *milliseconds(lambda: client.get(address, query)))

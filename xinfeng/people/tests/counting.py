"""How many queries a page costs, the statements of transactions and scopes left out."""

from contextlib import contextmanager

from django.db import connection
from django.test.utils import CaptureQueriesContext

AROUND = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "ROLLBACK", "SELECT set_config")


@contextmanager
def at_most(queries):
    with CaptureQueriesContext(connection) as captured:
        yield
    asked = [q["sql"] for q in captured if not q["sql"].startswith(AROUND)]
    assert len(asked) <= queries, "\n".join([f"{len(asked)} queries", *asked])

"""Tables whose rows are only ever added: triggers that hold even against their owner.

A superuser can take a trigger off; the signed log is there to show it. For the few acts that
must empty a whole table (a simulated city, a test) `lifted` takes the triggers off and puts
them back in one transaction, and nothing else may.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from psycopg import Connection, sql

FUNCTION = """
    CREATE OR REPLACE FUNCTION only_added() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'rows of % are only ever added', TG_TABLE_NAME
            USING ERRCODE = 'restrict_violation';
    END $$
"""
# ALWAYS: also when session_replication_role says that triggers shall rest.
_ALWAYS = """
    SELECT tgrelid::regclass::text, tgname FROM pg_trigger
    WHERE tgrelid = ANY(%s::regclass[]) AND tgenabled = 'A' ORDER BY 1, 2
"""


def only_added_sql(table: str) -> tuple[str, str]:
    """SQL for a migration, forwards and backwards: no UPDATE, DELETE or TRUNCATE of a table."""
    forwards = (
        f"{FUNCTION};"
        f"CREATE TRIGGER only_added BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
        " FOR EACH STATEMENT EXECUTE FUNCTION only_added();"
        f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER only_added"
    )
    return forwards, f"DROP TRIGGER only_added ON {table}"


@contextmanager
def lifted(db: Connection[Any], tables: Sequence[str]) -> Iterator[None]:
    """No trigger of ours on the tables until the block ends, in the owner's transaction.

    Other sessions wait meanwhile; an error rolls everything back, the lifting too.
    """
    held = db.execute(_ALWAYS, [list(tables)]).fetchall()
    for table, name in held:
        db.execute(_on(table, "DISABLE TRIGGER {}", name))
    yield
    # What is still to be checked at the end is checked now: it would be in the way.
    db.execute("SET CONSTRAINTS ALL IMMEDIATE")
    for table, name in held:
        db.execute(_on(table, "ENABLE ALWAYS TRIGGER {}", name))


def _on(table: str, action: str, name: str) -> sql.Composed:
    # The table is PostgreSQL's own quoting of its name.
    return sql.SQL(f"ALTER TABLE {table} {action}").format(sql.Identifier(name))

"""Indexes and constraints taken off big tables for a load and put back exactly as they were."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple

from psycopg import Connection, sql

# Primary keys and uniques come before what refers to them; checks stay on the table.
_CONSTRAINTS = """
    SELECT c.conrelid::regclass::text, c.conname, pg_get_constraintdef(c.oid)
    FROM pg_constraint c
    WHERE c.contype IN ('p', 'u', 'x', 'f')
      AND (c.conrelid = ANY(%(tables)s::regclass[])
           OR (c.contype = 'f' AND c.confrelid = ANY(%(tables)s::regclass[])))
    ORDER BY array_position('{p,u,x,f}'::"char"[], c.contype), c.conrelid::regclass::text,
             c.conname
"""
_INDEXES = """
    SELECT i.indrelid::regclass::text, c.relname, pg_get_indexdef(i.indexrelid)
    FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
    WHERE i.indrelid = ANY(%(tables)s::regclass[])
      AND NOT EXISTS (SELECT FROM pg_constraint k
                      WHERE k.conindid = i.indexrelid AND k.contype IN ('p', 'u', 'x'))
    ORDER BY i.indrelid::regclass::text, c.relname
"""


class Definition(NamedTuple):
    table: str
    name: str
    definition: str


class Taken(NamedTuple):
    """What was taken off, in the order in which it goes back."""

    constraints: list[Definition]
    indexes: list[Definition]


def taken_off(db: Connection, tables: Sequence[str]) -> Taken:
    """Drop keys, uniques, foreign keys to and from the tables, and their indexes."""
    taken = described(db, tables)
    for table, name, _ in reversed(taken.constraints):
        db.execute(_on(table, "DROP CONSTRAINT {name}", name))
    for _, name, _ in taken.indexes:
        db.execute(sql.SQL("DROP INDEX {}").format(sql.Identifier(name)))
    return taken


def described(db: Connection, tables: Sequence[str]) -> Taken:
    wanted = {"tables": list(tables)}
    constraints = db.execute(_CONSTRAINTS, wanted).fetchall()
    indexes = db.execute(_INDEXES, wanted).fetchall()
    return Taken(
        [Definition(*row) for row in constraints], [Definition(*row) for row in indexes]
    )


def put_back(db: Connection, taken: Taken) -> Iterator[str]:
    """Rebuild everything, yielding the name of each part when it is built."""
    keys = [part for part in taken.constraints if not _is_foreign(part)]
    foreign = [part for part in taken.constraints if _is_foreign(part)]
    for table, name, definition in keys:
        db.execute(_on(table, "ADD CONSTRAINT {name} " + definition, name))
        yield name
    for _, name, definition in taken.indexes:
        db.execute(definition.encode())
        yield name
    for table, name, definition in foreign:
        db.execute(_on(table, "ADD CONSTRAINT {name} " + definition, name))
        yield name


@contextmanager
def with_room_to_build(db: Connection, megabytes: int = 768) -> Iterator[None]:
    """More memory and both processors for index builds, for this transaction alone."""
    for name, value in {
        "maintenance_work_mem": f"{megabytes}MB",
        "max_parallel_maintenance_workers": "2",
        # Foreign keys are checked by one join over both tables.
        "work_mem": "256MB",
        "max_parallel_workers_per_gather": "2",
    }.items():
        db.execute("SELECT set_config(%s, %s, true)", (name, value))
    yield


def _is_foreign(part: Definition) -> bool:
    return part.definition.startswith("FOREIGN KEY")


def _on(table: str, action: str, name: str) -> sql.Composed:
    # The definitions are PostgreSQL's own words; only the name needs quoting.
    statement = sql.SQL(f"ALTER TABLE {table} {action}")
    return statement.format(name=sql.Identifier(name))

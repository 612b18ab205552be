"""Does the database still say what the log was signed over? Reads everything, changes nothing.

Whoever owns the database can rewrite a credit; they cannot make the rewritten one fit the
leaf, nor a rewritten leaf the root that was signed and shown.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

from django.db import connection

from xinfeng.base import merkle, note, scope
from xinfeng.base.tiles import TileMissing
from xinfeng.base.tlog import TILE
from xinfeng.hours import commitments
from xinfeng.hours.models import Checkpoint, LeafKind
from xinfeng.hours.public_log import PublicLog
from xinfeng.people import queries as people

from .records import RECORDS

CHUNK = 200 * TILE


@dataclass
class Audit:
    """What was compared, and everything that does not agree."""

    size: int = 0
    leaves: int = 0
    opened: int = 0
    # Their persons were erased: the leaf stands, nobody can open it.
    closed: int = 0
    # Credits that have no place in the log yet.
    waiting: int = 0
    problems: list[str] = field(default_factory=list)


def audit(log: PublicLog, *, sample: int | None = None, seed: int = 0) -> Audit:
    """Compare all leaves, or a sample drawn with a seed, with rows, tiles and the head."""
    with scope.whole_city():
        found = Audit()
        last = _head(log, found)
        if last is None:
            return found
        found.size = last.size
        _compare_root(log, last, found)
        for indexes in _chunks(last.size, sample, seed):
            _compare_leaves(log, last.size, indexes, found)
        found.waiting = _one(_WAITING)
        return found


def _head(log: PublicLog, found: Audit) -> Checkpoint | None:
    last = Checkpoint.objects.order_by("-size").first()
    if last is None:
        found.waiting = _one(_WAITING)
        return None
    try:
        shown = log.head()
        signed = log.open(last.note)
    except note.BadNote as problem:
        found.problems.append(f"a head is not signed by the log's key: {problem}")
        return last
    if (signed.size, signed.root) != (last.size, bytes(last.root)):
        found.problems.append(f"the row of the head over {last.size} leaves was changed")
    if shown is not None and shown != signed:
        found.problems.append(
            f"the head shown covers {shown.size} leaves, the database's {signed.size}, or they"
            " differ"
        )
    return last


def _compare_root(log: PublicLog, last: Checkpoint, found: Audit) -> None:
    count = _one("SELECT count(*) FROM hours_leaf WHERE index < %s", last.size)
    if count != last.size:
        found.problems.append(f"{last.size} leaves were signed, {count} are in the database")
    try:
        if log.files.tree(last.size).root() != bytes(last.root):
            found.problems.append("the tiles do not give the signed root")
    except TileMissing as missing:
        found.problems.append(f"a tile is missing: {missing}")


def _chunks(size: int, sample: int | None, seed: int) -> Iterator[Sequence[int]]:
    if sample is None or sample >= size:
        for start in range(0, size, CHUNK):
            yield range(start, min(start + CHUNK, size))
        return
    drawn = sorted(Random(seed).sample(range(size), sample))  # noqa: S311
    for at in range(0, len(drawn), CHUNK):
        yield drawn[at : at + CHUNK]


def _compare_leaves(log: PublicLog, size: int, indexes: Sequence[int], found: Audit) -> None:
    rows = _rows(_LEAVES, list(indexes))
    tree = log.files.tree(size)
    known = _records(log, rows)
    secrets = people.secrets({person for person, _record in known.values()})
    for index, kind, record_id, data in rows:
        found.leaves += 1
        named = f"leaf {index} ({commitments.NAMES[LeafKind(kind)]} {record_id})"
        try:
            tile = tree.row(0, index // TILE)
        except TileMissing:
            continue
        if merkle.leaf_hash(bytes(data)) != tile[index % TILE]:
            found.problems.append(f"{named}: the leaf is not the one that was signed")
        if (kind, record_id) not in known:
            found.problems.append(f"{named}: the record is gone")
            continue
        person, record = known[kind, record_id]
        if person not in secrets:
            found.closed += 1
            continue
        salt = commitments.salt(secrets[person], LeafKind(kind), record_id)
        found.opened += 1
        if commitments.commitment(salt, record) != bytes(data):
            found.problems.append(f"{named}: the record was changed after it was sealed")


Known = dict[tuple[int, int], tuple[int, dict[str, Any]]]


def _records(log: PublicLog, rows: Sequence[tuple[Any, ...]]) -> Known:
    known: Known = {}
    for kind in LeafKind:
        ids = [row[2] for row in rows if row[1] == kind]
        for record_id, person, record in RECORDS[kind](log.city, ids):
            known[kind, record_id] = person, record
    return known


def _rows(statement: str, values: list[int]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, [values])
        return list(cursor.fetchall())


def _one(statement: str, *values: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return int(cursor.fetchone()[0])


_LEAVES = """
    SELECT index, kind, record_id, commitment FROM hours_leaf
    WHERE index = ANY(%s) ORDER BY index
"""
_WAITING = """
    SELECT count(*) FROM hours_credit c
    WHERE NOT EXISTS (SELECT 1 FROM hours_leaf l WHERE l.record_id = c.id AND l.kind = 1)
"""

"""The sequencer: what the ledger gained gets its place in the log, and the log is signed.

Two transactions: first the leaves, then the head over them. Tiles are written before the
head is signed, and the head is shown to the world last: whatever is interrupted, the next
run puts right from the rows.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Max
from django.utils.translation import gettext_lazy

from xinfeng.base import merkle, note, scope
from xinfeng.base.tiles import TileMissing
from xinfeng.base.tlog import TILE, Head
from xinfeng.hours import commitments
from xinfeng.hours.models import Certificate, CertificateState, Checkpoint, Leaf, LeafKind
from xinfeng.hours.models import Sequence as Reached
from xinfeng.hours.public_log import LogProblem, PublicLog
from xinfeng.hours.queries.records import RECORDS
from xinfeng.journal import commands as journal
from xinfeng.journal import queries as following
from xinfeng.people import queries as people

journal.declare({"log.sealed": gettext_lazy("signed the public log of hours")})

FOLLOWED = {
    "credit.posted": LeafKind.CREDIT,
    "certificate.issued": LeafKind.CERTIFICATE,
    "certificate.revoked": LeafKind.REVOCATION,
}
# How many credits are looked through at once for those that no journal entry tells of.
BACKFILL = 100_000
# Leaves are read and hashed so many at a time.
_CHUNK = 400 * TILE
Wanted = Mapping[LeafKind, Collection[int]]


@dataclass(frozen=True)
class Sealed:
    """How many records got their place, and whether more of the ledger waits."""

    added: int
    more: bool
    head: Head | None


def seal(*, log: PublicLog, at: datetime, wanted: Wanted | None = None) -> Sealed:
    """Take in what the ledger gained, and sign and publish the head that covers it.

    With `wanted` these records come at once and older ones loaded in bulk wait their turn.
    """
    with log.alone():
        added, more = _take_in(log=log, wanted=wanted)
        head = _sign(log=log, at=at)
        if head is not None:
            log.publish(Checkpoint.objects.get(size=head.size).note)
        return Sealed(added, more, head)


def seal_everything(*, log: PublicLog, at: datetime) -> int:
    """Seal until nothing waits; returns how many records got their place."""
    added = 0
    while True:
        done = seal(log=log, at=at)
        added += done.added
        if not done.more:
            return added


@scope.command
def _take_in(*, log: PublicLog, wanted: Wanted | None) -> tuple[int, bool]:
    _alone()
    state = _state()
    anew = state.journal_snapshot == ""
    snapshot = following.snapshot() if anew else state.journal_snapshot
    state.journal_snapshot, lines = following.fresh_entries(snapshot, verbs=FOLLOWED)
    ids = {kind: set((wanted or {}).get(kind, ())) for kind in LeafKind}
    if anew:
        # What the journal told before is found by its rows; credits by their numbers.
        ids[LeafKind.CERTIFICATE].update(Certificate.objects.values_list("pk", flat=True))
        ids[LeafKind.REVOCATION].update(_revoked())
    for line in lines:
        ids[FOLLOWED[line.verb]].add(int(line.subject_key))
    loaded = [] if wanted else _loaded_after(state.credits_up_to)
    ids[LeafKind.CREDIT].update(loaded)
    state.credits_up_to = max([state.credits_up_to, *loaded[-1:]])
    state.save(update_fields=["journal_snapshot", "credits_up_to"])
    return sum(_add(log, kind, ids[kind]) for kind in LeafKind), len(loaded) == BACKFILL


def _alone() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('hours.log'))")


def _state() -> Reached:
    """How far one has followed; an empty snapshot where one begins, or begins again."""
    state = Reached.objects.order_by("pk").first()
    if state is None:
        return Reached.objects.create(journal_snapshot="")
    if state.journal_snapshot and following.was_restored(state.journal_snapshot):
        state.journal_snapshot, state.credits_up_to = "", 0
    return state


def _revoked() -> Iterator[int]:
    revoked = Certificate.objects.filter(state=CertificateState.REVOKED)
    yield from revoked.values_list("pk", flat=True)


def _loaded_after(number: int) -> list[int]:
    return _column(
        "SELECT id FROM hours_credit WHERE id > %s ORDER BY id LIMIT %s", [number, BACKFILL]
    )


def _add(log: PublicLog, kind: LeafKind, ids: Collection[int]) -> int:
    """Give the records that have none yet the next places, in the order of their numbers."""
    fresh = _column(_NOT_YET, [sorted(ids), kind]) if ids else []
    if not fresh:
        return 0
    found = list(RECORDS[kind](log.city, fresh))
    secrets = people.secrets(person for _id, person, _record in found)
    last = Leaf.objects.aggregate(last=Max("index"))["last"]
    place = 0 if last is None else last + 1
    with (
        connection.cursor() as cursor,
        cursor.copy(
            "COPY hours_leaf (index, kind, record_id, commitment) FROM STDIN (FORMAT BINARY)"
        ) as copy,
    ):
        copy.set_types(["int8", "int2", "int8", "bytea"])
        for index, (number, person, record) in enumerate(found, start=place):
            secret = secrets.get(person)
            # Of an erased person nobody can open anything, not even we.
            sealed = (
                log.chance(commitments.SALT_BYTES)
                if secret is None
                else commitments.commitment(commitments.salt(secret, kind, number), record)
            )
            copy.write_row((index, kind.value, number, sealed))
    return len(found)


@scope.command
def _sign(*, log: PublicLog, at: datetime) -> Head | None:
    """The signed head over all leaves; LogProblem rather than one that denies an older one."""
    _alone()
    size = _size()
    before = _signed_before(log)
    if before is None:
        if size == 0:
            return None
        _grow(log, 0, size)
    else:
        _refuse_smaller(before, size)
        _ensure_tiles(log, before)
        _grow(log, before.size, size)
    head = Head(log.origin, size, log.files.tree(size).root())
    if before is not None:
        _refuse_inconsistent(log, before, head)
    if not Checkpoint.objects.filter(size=size).exists():
        signed = Checkpoint.objects.create(
            size=size, root=head.root, note=note.sign(head.text(), [log.key]), at=at
        )
        journal.record("log.sealed", signed, actor=None, at=at, root=head.root.hex())
    return head


def _size() -> int:
    """How many leaves there are, without a gap."""
    last = Leaf.objects.aggregate(last=Max("index"))["last"]
    return 0 if last is None else last + 1


def _signed_before(log: PublicLog) -> Head | None:
    """The largest head that was ever signed, here or in the file that the world has seen."""
    known = [] if (shown := log.head()) is None else [shown]
    last = Checkpoint.objects.order_by("-size").first()
    if last is not None:
        known.append(Head(log.origin, last.size, bytes(last.root)))
    known.sort(key=lambda head: head.size)
    if len(known) > 1 and known[0].size == known[1].size and known[0] != known[1]:
        raise LogProblem(
            f"Two heads of {known[0].size} leaves differ: {log.path}/checkpoint is not of this"
            " database. Put back the folder or the database that belong together."
        )
    return known[-1] if known else None


def _refuse_smaller(before: Head, size: int) -> None:
    if size < before.size:
        raise LogProblem(
            f"The database has {size} leaves, but a head over {before.size} was signed. Was an"
            " older copy restored? Bring the database to where it was; nothing is signed now."
        )


def _ensure_tiles(log: PublicLog, before: Head) -> None:
    """The files give the root that was signed; if not, they are written again from the rows."""
    try:
        if log.files.tree(before.size).root() == before.root:
            return
    except TileMissing:
        pass
    log.files.clear()
    _grow(log, 0, before.size)
    if log.files.tree(before.size).root() != before.root:
        raise LogProblem(
            f"The leaves in the database do not give the root that was signed for"
            f" {before.size} leaves: some were changed. Run `xinfeng audit_log`."
        )


def _grow(log: PublicLog, old: int, new: int) -> None:
    for start in range(old, new, _CHUNK):
        end = min(start + _CHUNK, new)
        leaves = [
            bytes(data)
            for data in _column(
                "SELECT commitment FROM hours_leaf WHERE index >= %s AND index < %s"
                " ORDER BY index",
                [start, end],
            )
        ]
        if len(leaves) != end - start:
            raise LogProblem(f"Leaves are missing between {start} and {end}.")
        log.files.grow(start, leaves)


def _refuse_inconsistent(log: PublicLog, before: Head, head: Head) -> None:
    try:
        merkle.check_consistency(
            old=before.size,
            new=head.size,
            proof=log.files.tree(head.size).consistency(before.size),
            old_root=before.root,
            new_root=head.root,
        )
    except merkle.BadProof as problem:
        raise LogProblem(f"The log would deny what it signed before: {problem}.") from None


def _column(statement: str, values: Sequence[int | list[int]]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return [row[0] for row in cursor.fetchall()]


_NOT_YET = """
    SELECT wanted FROM unnest(%s::bigint[]) AS wanted
    WHERE NOT EXISTS (
        SELECT 1 FROM hours_leaf l WHERE l.record_id = wanted AND l.kind = %s)
    ORDER BY wanted
"""

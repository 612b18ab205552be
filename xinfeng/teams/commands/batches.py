"""A table of people becomes invitations: read, looked through, imported, or cancelled."""

import base64
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from procrastinate.contrib.django import app

from xinfeng.base import clock, crypto, scope, short_code
from xinfeng.base.refusal import Forbidden, Refusal
from xinfeng.journal import commands as journal
from xinfeng.people.commands import tell
from xinfeng.people.commands.invitees import Entered, accounts_by_phone, allot, forget, keep
from xinfeng.people.commands.making import id_number_digest, phone_digest
from xinfeng.people.models import Identity, Person
from xinfeng.people.queries import standing_of
from xinfeng.teams import permissions, reading
from xinfeng.teams.models import Batch, BatchState, Invitation, InvitationState, Team
from xinfeng.teams.reading import Reading, Row, Unreadable

from .invitations import lasting
from .locking import locked, refuse_dissolved

journal.declare(
    {
        "batch.added": gettext_lazy("uploaded a table of people to invite"),
        "batch.read": gettext_lazy("read a table of people to invite"),
        "batch.started": gettext_lazy("started an import of invitations"),
        "batch.finished": gettext_lazy("finished an import of invitations"),
        "batch.cancelled": gettext_lazy("cancelled an import of invitations"),
    }
)
READ_JOB, IMPORT_JOB, TELL_JOB, ERASE_JOB = (
    "teams.read_batch",
    "teams.import_batch",
    "teams.tell_invited",
    "teams.erase_batch",
)
ROWS_AT_ONCE = 5_000
TOLD_AT_ONCE = 5_000
MOST_PROBLEMS = 2_000
CODE_LENGTH = 16
# A job that has not gone on for so long has died with its worker.
STALLED_AFTER = timedelta(minutes=3)
_RUNNING = (BatchState.READING, BatchState.IMPORTING)


@scope.command
def add_batch(
    *, team_id: int, code: str, file_name: str, content: bytes, actor: Person, at: datetime
) -> Batch:
    """Keep a table sealed and have it read; nobody is invited by this."""
    team = locked(team_id, permissions.may_lead, actor, at)
    refuse_dissolved(team)
    if known := Batch.objects.filter(code=code, team=team).order_by("pk").first():
        return known
    if not content or len(content) > reading.LARGEST:
        raise Refusal(
            "table_size",
            _("A table must hold something and be at most %(mb)s MB.")
            % {"mb": reading.LARGEST // 2**20},
        )
    batch = Batch.objects.create(
        code=code, team=team, division_id=team.division_id, file_name=file_name[:120],
        content=_sealed(code, content), bytes=len(content), added_by=actor, added_at=at,
        progressed_at=at,
    )  # fmt: skip
    journal.record("batch.added", batch, actor=actor, at=at, where=team.division_id)
    _defer(READ_JOB, batch)
    return batch


@scope.command
def read_batch(*, batch_id: int, at: datetime) -> Batch:
    """Look every row of the table over, for the preview."""
    batch = _locked(batch_id)
    if batch.state != BatchState.READING:
        return batch
    try:
        found = table_of(batch, at)
    except Unreadable as problem:
        batch.problems = [[1, "", problem.code, None]]
        _end(batch, BatchState.UNREADABLE, at)
    else:
        left_out = sum(p.code in reading.NEEDS_NOTHING for p in found.problems)
        batch.state, batch.rows, batch.left_out = BatchState.READ, found.total, left_out
        batch.wrong = found.total - len(found.rows) - left_out
        batch.problems = [problem.kept() for problem in found.problems[:MOST_PROBLEMS]]
        batch.progressed_at = at
        batch.save(
            update_fields=["state", "rows", "left_out", "wrong", "problems", "progressed_at"]
        )
    journal.record(
        "batch.read", batch, actor=None, at=at, where=batch.division_id, rows=batch.rows,
        wrong=batch.wrong,
    )  # fmt: skip
    return batch


@scope.command
def start_import(*, batch_id: int, actor: Person, at: datetime) -> Batch:
    """Invite everybody whose row is in order; the rest is left out, as the preview says."""
    batch = _mine(batch_id, actor, at)
    if batch.state in (BatchState.IMPORTING, BatchState.DONE):
        return batch
    refuse_dissolved(batch.team)
    if batch.state != BatchState.READ or batch.rows == batch.wrong + batch.left_out:
        raise Refusal("nothing_to_import", _("There is nobody in this table to invite."))
    batch.state, batch.started_at, batch.progressed_at = BatchState.IMPORTING, at, at
    batch.save(update_fields=["state", "started_at", "progressed_at"])
    journal.record("batch.started", batch, actor=actor, at=at, where=batch.division_id)
    _defer(IMPORT_JOB, batch)
    return batch


@scope.command
def import_rows(
    *, batch_id: int, rows: Sequence[Row], behind: int, done: int, at: datetime
) -> bool:
    """Write the invitations of the rows between `behind` and `done`, all or none.

    False when there is nothing to go on with: cancelled, or another worker was quicker.
    Nobody sees these invitations before the import is finished.
    """
    batch = _locked(batch_id)
    if batch.state != BatchState.IMPORTING or batch.done != behind:
        return False
    batch.invited += _write(batch, rows, at)
    batch.done, batch.progressed_at = done, at
    batch.save(update_fields=["invited", "done", "progressed_at"])
    if done == batch.rows:
        _end(batch, BatchState.DONE, at)
        journal.record(
            "batch.finished", batch, actor=None, at=at, where=batch.division_id,
            invited=batch.invited,
        )  # fmt: skip
        _defer(TELL_JOB, batch)
    return True


@scope.command
def cancel_batch(*, batch_id: int, actor: Person, at: datetime) -> Batch:
    """Stop, wherever it is: nobody is invited, and what was entered is erased."""
    batch = _mine(batch_id, actor, at)
    if batch.state == BatchState.CANCELLED:
        return batch
    if BatchState.CANCELLED not in Batch.MOVES.get(BatchState(batch.state), ()):
        raise Refusal("import_over", _("This import is over; withdraw invitations one by one."))
    _end(batch, BatchState.CANCELLED, at)
    journal.record("batch.cancelled", batch, actor=actor, at=at, where=batch.division_id)
    _defer(ERASE_JOB, batch)
    return batch


def erase_some(*, batch_id: int) -> int:
    """Invitations that a cancelled import had written, some at a time; 0 when all are gone."""
    with scope.whole_city():
        rows = Invitation.objects.filter(batch_id=batch_id, batch__state=BatchState.CANCELLED)
        found = dict(rows.order_by("pk").values_list("pk", "invitee_id")[:ROWS_AT_ONCE])
        Invitation.objects.filter(pk__in=found).delete()
        forget(pk for pk in found.values() if pk is not None)
    return len(found)


def tell_some(*, batch_id: int, at: datetime) -> int:
    """Tell those of a finished import who have an account, some at a time; 0 when all are."""
    with scope.whole_city():
        batch = Batch.objects.select_related("team").get(pk=batch_id)
        rows = Invitation.objects.filter(
            batch=batch, state=InvitationState.OPEN, told_at=None
        ).select_for_update(skip_locked=True, of=("self",))
        found = list(rows.order_by("pk").values_list("pk", "phone_digest")[:TOLD_AT_ONCE])
        whom = accounts_by_phone(bytes(digest) for _pk, digest in found if digest)
        tell(
            "team.invitation", set(whom.values()), at=at, href=reverse("teams:invited"),
            team=batch.team.name,
        )  # fmt: skip
        Invitation.objects.filter(pk__in=[pk for pk, _digest in found]).update(told_at=at)
    return len(found)


@scope.command
def resume_batches(*, at: datetime) -> int:
    """Imports whose worker died go on where they were; tables left lying are forgotten."""
    late = at - STALLED_AFTER
    stalled = Batch.objects.filter(state__in=_RUNNING, progressed_at__lt=late)
    taken_up = list(stalled.select_for_update(skip_locked=True).order_by("pk"))
    for batch in taken_up:
        batch.progressed_at = at
        batch.save(update_fields=["progressed_at"])
        _defer(READ_JOB if batch.state == BatchState.READING else IMPORT_JOB, batch)
    forgotten = Batch.objects.filter(
        Q(state=BatchState.READ), progressed_at__lt=at - timedelta(days=2)
    )
    for batch in forgotten.select_for_update(skip_locked=True).order_by("pk"):
        _end(batch, BatchState.CANCELLED, at)
        journal.record("batch.cancelled", batch, actor=None, at=at, where=batch.division_id)
    return len(taken_up)


def table_of(batch: Batch, at: datetime) -> Reading:
    """The table of a batch, without those who need no invitation from this team."""
    data = base64.b64decode(crypto.unseal(batch.content, about=f"batch:{batch.code}"))
    found = reading.read(data, on=clock.local_date(at))
    members = Identity.objects.filter(
        person_id__in=batch.team.memberships.current().values("person_id"),
        phone_digest__isnull=False,
    )
    asked = Invitation.objects.filter(
        team=batch.team, state=InvitationState.OPEN, phone_digest__isnull=False
    ).exclude(batch=batch)
    return reading.known_by(
        found,
        phone_digest,
        {bytes(d) for d in members.values_list("phone_digest", flat=True) if d},
        {bytes(d) for d in asked.values_list("phone_digest", flat=True) if d},
    )


def chunks(*, batch_id: int, at: datetime) -> Iterator[dict[str, Any]]:
    """What `import_rows` is given, from where the import stands to the end of its table."""
    with scope.whole_city():
        batch = Batch.objects.select_related("team").get(pk=batch_id)
        if batch.state != BatchState.IMPORTING:
            return
        found = table_of(batch, at)
    waiting = [row for row in found.rows if row.index > batch.done]
    behind = batch.done
    for start in range(0, len(waiting), ROWS_AT_ONCE):
        rows = waiting[start : start + ROWS_AT_ONCE]
        is_last = start + ROWS_AT_ONCE >= len(waiting)
        done = batch.rows if is_last else rows[-1].index
        yield {"rows": rows, "behind": behind, "done": done}
        behind = done
    if not waiting:
        yield {"rows": [], "behind": behind, "done": batch.rows}


def _write(batch: Batch, rows: Sequence[Row], at: datetime) -> int:
    """Invitations first: whoever was invited meanwhile is left out, and not kept either."""
    if not rows:
        return 0
    ends = at + lasting()
    ids, codes = allot(len(rows)), short_code.many(len(rows), CODE_LENGTH)
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMP TABLE IF NOT EXISTS invited_rows (invitee_id bigint, code text,"
            " row_number integer, phone_digest bytea) ON COMMIT DELETE ROWS"
        )
        with cursor.copy(
            "COPY invited_rows (invitee_id, code, row_number, phone_digest) FROM STDIN"
        ) as copy:
            for row, invitee_id, code in zip(rows, ids, codes, strict=True):
                copy.write_row((invitee_id, code, row.number, phone_digest(row.phone)))
        cursor.execute(
            _INVITE,
            {
                "team": batch.team_id, "division": batch.division_id, "batch": batch.pk,
                "by": batch.added_by_id, "at": at, "ends": ends,
            },
        )  # fmt: skip
        made = {invitee_id for (invitee_id,) in cursor.fetchall()}
        cursor.execute("TRUNCATE invited_rows")
    entered = [
        Entered(
            invitee_id, row.name, row.phone,
            id_number_digest(row.id_number) if row.id_number else None,
        )
        for row, invitee_id in zip(rows, ids, strict=True)
        if invitee_id in made
    ]  # fmt: skip
    keep(entered, division_id=batch.division_id, at=at, erase_at=ends)
    return len(entered)


def _sealed(code: str, content: bytes) -> str:
    return crypto.seal(base64.b64encode(content).decode(), about=f"batch:{code}")


def _locked(batch_id: int) -> Batch:
    return Batch.objects.select_for_update(of=("self",)).select_related("team").get(pk=batch_id)


def _mine(batch_id: int, actor: Person, at: datetime) -> Batch:
    found = Batch.objects.select_for_update(of=("self",)).select_related("team")
    batch = found.filter(pk=batch_id).first()
    if batch is None or not _may(actor, batch.team, at):
        raise Forbidden("not_your_team", _("You cannot do this for this team."))
    return batch


def _may(actor: Person, team: Team, at: datetime) -> bool:
    return permissions.may_lead(standing_of(actor, clock.local_date(at)), team)


def _end(batch: Batch, state: BatchState, at: datetime) -> None:
    """Over: the table itself is forgotten."""
    batch.state, batch.content, batch.finished_at = state, "", at
    batch.save(update_fields=["state", "content", "finished_at", "problems"])


def _defer(job: str, batch: Batch) -> None:
    """In the same transaction: no job without its batch, and no batch without its job."""
    arguments: dict[str, Any] = {"batch_id": batch.pk}
    app.configure_task(job, lock=f"batch:{batch.pk}").defer(**arguments)


_INVITE = """
    INSERT INTO teams_invitation
        (code, team_id, division_id, state, batch_id, row_number, invitee_id, phone_digest,
         invited_by_id, invited_at, expires_at)
    SELECT code, %(team)s, %(division)s, 'OPEN', %(batch)s, row_number, invitee_id,
           phone_digest, %(by)s, %(at)s, %(ends)s
    FROM invited_rows
    ON CONFLICT DO NOTHING
    RETURNING invitee_id
"""

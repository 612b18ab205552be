"""What teams enter of people whom they invite; called inside the commands of teams."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from xinfeng.base import crypto
from xinfeng.people.models import Identity, Invitee, about


@dataclass(frozen=True)
class Entered:
    """One person as they were entered, under an id that `allot` gave."""

    id: int
    name: str
    phone: str = ""
    id_number_digest: bytes | None = None


def allot(count: int) -> list[int]:
    """Ids for so many invitees: what is sealed is bound to its row before the row exists."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence('people_invitee', 'id'))"
            " FROM generate_series(1, %s)",
            [count],
        )
        return [number for (number,) in cursor.fetchall()]


def keep(
    entered: Sequence[Entered], *, division_id: int, at: datetime, erase_at: datetime
) -> None:
    """Seal and write, by COPY into a table of the transaction's own: ten thousand at once."""
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMP TABLE IF NOT EXISTS entered_invitees (id bigint, name_sealed text,"
            " phone_sealed text, id_number_digest bytea) ON COMMIT DELETE ROWS"
        )
        with cursor.copy("COPY entered_invitees FROM STDIN") as copy:
            for one in entered:
                copy.write_row(_sealed(one))
        cursor.execute(_KEEP, [division_id, at, erase_at])
        cursor.execute("TRUNCATE entered_invitees")


def forget(invitee_ids: Iterable[int]) -> int:
    """Erase what was entered of them."""
    deleted, _of = Invitee.objects.filter(pk__in=list(invitee_ids)).delete()
    return deleted


def accounts_by_phone(digests: Iterable[bytes]) -> dict[bytes, int]:
    """Whose numbers these are, for telling them; never shown to whoever entered the numbers."""
    found = Identity.objects.filter(phone_digest__in=list(digests)).order_by("pk")
    return {bytes(d): pk for d, pk in found.values_list("phone_digest", "pk") if d}


def _sealed(one: Entered) -> tuple[int, str, str, bytes | None]:
    name = crypto.seal(one.name, about=about("invitee.name", one.id))
    phone = crypto.seal(one.phone, about=about("invitee.phone", one.id)) if one.phone else ""
    return one.id, name, phone, one.id_number_digest


_KEEP = """
    INSERT INTO people_invitee
        (id, name_sealed, phone_sealed, id_number_digest, division_id, entered_at, erase_at)
    SELECT id, name_sealed, phone_sealed, id_number_digest, %s, %s, %s FROM entered_invitees
"""

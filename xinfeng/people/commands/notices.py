"""Messages to people: told within the change they tell of, and read in the inbox."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from xinfeng.base import scope
from xinfeng.people import notices
from xinfeng.people.commands import deliveries
from xinfeng.people.models import Guardianship, Notice, Person, PersonState

_REACHED = [PersonState.ACTIVE, PersonState.ASLEEP]


def tell(
    kind: str,
    person_ids: Iterable[int],
    *,
    at: datetime,
    href: str = "",
    **words: str | int | date | datetime,
) -> int:
    """Put a message into each person's inbox, and into those of whoever answers for them.

    Called inside another command, whose journal entry it shares; returns how many were told.
    """
    assert transaction.get_connection().in_atomic_block, "tell() belongs in the change"
    assert kind in notices.declared(), f"the notice {kind} is not declared by its room"
    plain = {name: _plain(value) for name, value in words.items()}
    told = [
        Notice(
            person_id=person_id,
            division_id=division_id,
            ward_id=ward_id,
            kind=kind,
            words=plain,
            href=href,
            told_at=at,
        )
        for person_id, division_id, ward_id in _readers(set(person_ids))
    ]
    Notice.objects.bulk_create(told, batch_size=1000)
    deliveries.defer_sending(told)
    return len(told)


def tell_counts(*, kind: str, counts: Mapping[int, int], at: datetime, href: str = "") -> None:
    """One notice a person, with their number: a flood of notices is read by nobody."""
    for count in sorted(set(counts.values())):
        told = [person for person, mine in counts.items() if mine == count]
        tell(kind, told, at=at, href=href, count=count)


@scope.command
def mark_read(*, actor: Person, at: datetime, notice_id: int | None = None) -> int:
    """One of one's own messages, or all of them; how many were unread."""
    mine = Notice.objects.filter(person=actor, told_at__lte=at).unread()
    if notice_id is not None:
        mine = mine.filter(pk=notice_id)
    return mine.update(read_at=at)


def _readers(person_ids: set[int]) -> list[tuple[int, int, int | None]]:
    """(who is told, where they live, for whom): oneself, then one's guardians and carers."""
    people = Person.objects.filter(pk__in=person_ids, state__in=_REACHED).order_by("pk")
    own = [(pk, home, None) for pk, home in people.values_list("pk", "division_id")]
    cared = Guardianship.objects.standing().filter(
        ward__in=person_ids, ward__state__in=_REACHED, guardian__state=PersonState.ACTIVE
    )
    for_wards = cared.order_by("pk").values_list(
        "guardian_id", "guardian__division_id", "ward_id"
    )
    # Somebody may be both guardian and carer of one person; told once all the same.
    return [*own, *dict.fromkeys(for_wards)]


def _plain(value: str | int | date | datetime) -> str | int:
    if isinstance(value, datetime):
        return f"{timezone.localtime(value):%Y-%m-%d %H:%M}"
    return value.isoformat() if isinstance(value, date) else value

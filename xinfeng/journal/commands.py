"""The one write of this room, and the list of verbs that may be written."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models, transaction
from django.utils.functional import Promise

from .models import Entry

_sentences: dict[str, str | Promise] = {}


def declare(verbs: dict[str, str | Promise]) -> None:
    """A room says once which verbs it writes, each with its sentence for people."""
    assert not verbs.keys() & _sentences.keys(), "a verb is declared twice"
    _sentences.update(verbs)


def sentences() -> dict[str, str | Promise]:
    return dict(_sentences)


def record(
    verb: str,
    subject: models.Model,
    *,
    actor: AbstractBaseUser | None,
    at: datetime,
    where: int | None = None,
    on: date | None = None,
    using: str | None = None,
    **details: Any,
) -> Entry:
    """Add one line to the journal, in the caller's transaction.

    `where` is the division code and `on` the day the change counts for: roll-ups follow them.
    """
    assert transaction.get_connection(using).in_atomic_block, "record() belongs in the change"
    assert verb in _sentences, f"{verb} is not declared by its room"
    return Entry.objects.using(using).create(
        verb=verb,
        subject=f"{subject._meta.label_lower}:{subject.pk}",
        actor_id=actor.pk if actor else None,
        at=at,
        division_id=where,
        happened_on=on,
        details=details,
    )


@dataclass(frozen=True)
class Line:
    """One of many entries of one verb: what it is about, where and for which day it counts."""

    subject: models.Model
    where: int | None
    on: date | None
    details: dict[str, Any]


def record_many(
    verb: str, lines: Iterable[Line], *, actor: AbstractBaseUser | None, at: datetime
) -> None:
    """`record` for many things that one command changed, in one statement."""
    assert transaction.get_connection().in_atomic_block, "record_many() belongs in the change"
    assert verb in _sentences, f"{verb} is not declared by its room"
    Entry.objects.bulk_create(
        Entry(
            verb=verb,
            subject=f"{line.subject._meta.label_lower}:{line.subject.pk}",
            actor_id=actor.pk if actor else None,
            at=at,
            division_id=line.where,
            happened_on=line.on,
            details=line.details,
        )
        for line in lines
    )


def record_sql(rows: str) -> str:
    """SQL of `record` for a statement that does several things at once.

    `rows` selects at, actor, verb, subject, division, day and details, in this order; the verb
    is one that the room declares.
    """
    columns = "at, actor_id, verb, subject, division_id, happened_on, details"
    return f"INSERT INTO {Entry._meta.db_table} ({columns}) {rows}"

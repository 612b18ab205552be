"""The ledger's own two verbs: post and reverse. Credits are only ever added."""

from dataclasses import dataclass, replace
from datetime import date, datetime

from django.conf import settings
from django.db import IntegrityError, transaction
from django.urls import reverse as to
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from psycopg import errors

from xinfeng.base import clock, pack, scope
from xinfeng.base.refusal import Forbidden, Refusal
from xinfeng.base.units import Minutes
from xinfeng.hours import permissions, sources
from xinfeng.hours.models import Counter, Credit, Reason, Source
from xinfeng.journal import commands as journal
from xinfeng.people import commands as people
from xinfeng.people import notices
from xinfeng.people.models import Person
from xinfeng.people.queries import standing_of

journal.declare(
    {
        "credit.posted": gettext_lazy("credited time to a volunteer"),
        "credit.reversed": gettext_lazy("took credited time back"),
    }
)
notices.declare(
    {"hours.taken_back": gettext_lazy("Time credited to you for %(day)s was taken back.")}
)


@dataclass(frozen=True)
class Fact:
    """What a credit stands on: one fact, where and on which day; it is credited once.

    With a span the database keeps it from overlapping any other of the same person.
    """

    kind: Source
    id: int
    where: int
    on: date
    counter: Counter = Counter.SERVICE
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    grade: str = ""
    recorded_by_id: int | None = None
    confirmed_by_id: int | None = None


@scope.command
def post(
    *, person: Person, minutes: Minutes, fact: Fact, actor: Person, at: datetime
) -> Credit | None:
    """Credit time to a person, in the transaction of the command that witnessed the fact.

    Service beyond what a day may count is cut off; None when the day has no room left.
    """
    if minutes <= 0:
        raise Refusal("no_time_given", _("Only time that was given can be credited."))
    _lock(person.pk)
    counted = _within_the_day(person, minutes, fact)
    if counted <= 0:
        return None
    return _post(person=person, minutes=counted, fact=fact, actor=actor, at=at)


@scope.command
def reverse(*, credit_id: int, reason: Reason, actor: Person, at: datetime) -> Credit:
    """Take a credit back by a negative one, once; the first entry stays to be seen."""
    credit = Credit.objects.select_related("person").filter(pk=credit_id).first()
    today = clock.local_date(at)
    if credit is None or not permissions.may_reverse(standing_of(actor, today), credit):
        raise Forbidden("not_your_credit", _("Only the city or county office can do this."))
    reversal = take_back(credit=credit, reason=reason, actor=actor, at=at)
    people.tell(
        "hours.taken_back", [credit.person_id], at=at,
        href=to("hours:own_credit", args=[credit.pk]), day=credit.earned_on,
    )  # fmt: skip
    return reversal


def take_back(*, credit: Credit, reason: Reason, actor: Person, at: datetime) -> Credit:
    """The reversal itself, for commands of this room that have decided on it."""
    # Credits cannot be locked, because nobody may change one: their person stands for them.
    _lock(credit.person_id)
    if already := Credit.objects.reversals([credit.pk]).first():
        return already
    if credit.source_kind == Source.REVERSAL:
        raise Refusal("reversal_stands", _("A reversal cannot itself be taken back."))
    reversal = _post(
        person=credit.person,
        minutes=Minutes(-credit.minutes),
        fact=_fact_of_reversal(credit, actor),
        actor=actor,
        at=at,
    )
    journal.record(
        "credit.reversed", credit, actor=actor, at=at, where=credit.division_id,
        on=credit.earned_on, reason=reason, reversal_id=reversal.pk,
    )  # fmt: skip
    return reversal


def fact_of(credit: Credit) -> Fact:
    """What a credit stands on, as it was told when it was posted."""
    return Fact(
        kind=Source(credit.source_kind),
        id=credit.source_id,
        where=credit.division_id,
        on=credit.earned_on,
        counter=Counter(credit.counter),
        starts_at=credit.starts_at,
        ends_at=credit.ends_at,
        grade=credit.grade,
        recorded_by_id=credit.recorded_by_id,
        confirmed_by_id=credit.confirmed_by_id,
    )


def _fact_of_reversal(credit: Credit, actor: Person) -> Fact:
    """The same day, span and counter, so that every sum of them comes out right."""
    return replace(
        fact_of(credit),
        kind=Source.REVERSAL,
        id=credit.pk,
        recorded_by_id=actor.pk,
        confirmed_by_id=None,
    )


def _lock(person_id: int) -> None:
    Person.objects.select_for_update(no_key=True).values_list("pk", flat=True).get(pk=person_id)


def _within_the_day(person: Person, minutes: Minutes, fact: Fact) -> int:
    """The minutes that the day of the fact has room for, under the person's lock."""
    if fact.counter != Counter.SERVICE:
        return minutes
    most = pack.load(settings.CITY_PACK).rules.service_minutes_a_day
    counted = Credit.objects.of(person).filter(earned_on=fact.on, counter=Counter.SERVICE)
    return min(minutes, most - counted.minutes())


def _post(*, person: Person, minutes: int, fact: Fact, actor: Person, at: datetime) -> Credit:
    credit = Credit(
        person=person,
        division_id=fact.where,
        minutes=minutes,
        earned_on=fact.on,
        source_kind=fact.kind,
        source_id=fact.id,
        counter=fact.counter,
        starts_at=fact.starts_at,
        ends_at=fact.ends_at,
        grade=fact.grade,
        recorded_by_id=fact.recorded_by_id,
        confirmed_by_id=fact.confirmed_by_id,
        recorded_at=at,
    )
    _add(credit)
    # Told where the person lives: who is active is counted there.
    journal.record(
        "credit.posted", credit, actor=actor, at=at, where=person.division_id, on=fact.on,
        minutes=minutes,
    )  # fmt: skip
    return credit


def _add(credit: Credit) -> None:
    try:
        # A savepoint: what the database refuses is put into words by one more question.
        with transaction.atomic():
            credit.save(force_insert=True)
    except IntegrityError as error:
        if not isinstance(error.__cause__, errors.ExclusionViolation):
            raise
        raise _overlap(credit) from error


def _overlap(credit: Credit) -> Refusal:
    assert credit.starts_at
    assert credit.ends_at
    other = Credit.objects.overlapping(
        credit.person_id, credit.starts_at, credit.ends_at
    ).first()
    # Taken back in the meantime: the same request will now pass.
    if other is None:
        return Refusal("hours_overlap", _("This time was just changed. Please try again."))
    assert other.starts_at
    assert other.ends_at
    words = {
        "day": other.earned_on.isoformat(),
        "from": clock.local_time(other.starts_at),
        "to": clock.local_time(other.ends_at),
        "title": sources.describe([other])[other.pk].title,
    }
    sentence = _(
        "For %(day)s %(from)s–%(to)s this person already has hours: %(title)s. The same time"
        " counts once."
    )
    return Refusal("hours_overlap", sentence % words)

"""Every write in this room. Credits are only ever added."""

from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinfeng.base import clock, scope
from xinfeng.base.refusal import Forbidden, Refusal
from xinfeng.base.units import Minutes
from xinfeng.hours import permissions
from xinfeng.hours.models import Credit, Reason, Source
from xinfeng.journal import commands as journal
from xinfeng.people.models import Person
from xinfeng.people.queries import standing_of

journal.declare(
    {
        "credit.posted": gettext_lazy("credited time to a volunteer"),
        "credit.reversed": gettext_lazy("took credited time back"),
    }
)


@dataclass(frozen=True)
class Fact:
    """What a credit stands on: one fact, where and on which day; it is credited once."""

    kind: Source
    id: int
    where: int
    on: date


@scope.command
def post(
    *, person: Person, minutes: Minutes, fact: Fact, actor: Person, at: datetime
) -> Credit:
    """Credit time to a person, in the transaction of the command that witnessed the fact."""
    if minutes <= 0:
        raise Refusal("no_time_given", _("Only time that was given can be credited."))
    return _post(person=person, minutes=minutes, fact=fact, actor=actor, at=at)


@scope.command
def reverse(*, credit_id: int, reason: Reason, actor: Person, at: datetime) -> Credit:
    """Take a credit back by a negative one, once; the first entry stays to be seen."""
    credit = Credit.objects.select_related("person").filter(pk=credit_id).first()
    today = clock.local_date(at)
    if credit is None or not permissions.may_reverse(standing_of(actor, today), credit):
        raise Forbidden("not_your_credit", _("Only the city or county office can do this."))
    # Credits cannot be locked, because nobody may change one: their person stands for them.
    Person.objects.select_for_update(no_key=True).get(pk=credit.person_id)
    taken_back = Credit.objects.filter(source_kind=Source.REVERSAL, source_id=credit.pk)
    if already := taken_back.order_by("pk").first():
        return already
    if credit.source_kind == Source.REVERSAL:
        raise Refusal("reversal_stands", _("A reversal cannot itself be taken back."))
    fact = Fact(Source.REVERSAL, credit.pk, credit.division_id, credit.earned_on)
    reversal = _post(
        person=credit.person, minutes=Minutes(-credit.minutes), fact=fact, actor=actor, at=at
    )
    journal.record(
        "credit.reversed", credit, actor=actor, at=at, where=credit.division_id,
        on=credit.earned_on, reason=reason, reversal_id=reversal.pk,
    )  # fmt: skip
    return reversal


def _post(
    *, person: Person, minutes: Minutes, fact: Fact, actor: Person, at: datetime
) -> Credit:
    credit = Credit.objects.create(
        person=person,
        division_id=fact.where,
        minutes=minutes,
        earned_on=fact.on,
        source_kind=fact.kind,
        source_id=fact.id,
    )
    # Told where the person lives: who is active is counted there.
    journal.record(
        "credit.posted", credit, actor=actor, at=at, where=person.division_id, on=fact.on,
        minutes=minutes,
    )  # fmt: skip
    return credit

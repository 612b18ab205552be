"""Contesting a credit, and what an office finds when it verifies (order 67, article 13)."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinfeng.base import clock, pack, scope, workdays
from xinfeng.base.refusal import Forbidden, Refusal, Unknown
from xinfeng.base.units import Minutes
from xinfeng.hours import permissions
from xinfeng.hours.models import (
    AGAINST,
    Contest,
    ContestState,
    Counter,
    Credit,
    Doubt,
    Finding,
    Grade,
    Reason,
    Source,
)
from xinfeng.journal import commands as journal
from xinfeng.people import commands as people
from xinfeng.people import notices
from xinfeng.people.models import Person
from xinfeng.people.queries import standing_of

from .ledger import Fact, post, take_back

journal.declare(
    {
        "contest.raised": gettext_lazy("contested a credit"),
        "contest.withdrawn": gettext_lazy("withdrew a contest"),
        "contest.corrected": gettext_lazy("verified a contested credit and corrected it"),
        "contest.refused": gettext_lazy("verified a contested credit and found it right"),
    }
)
notices.declare(
    {
        "hours.questioned": gettext_lazy(
            "Somebody objected to your hours of %(day)s. An office verifies them by %(due)s."
        ),
        "hours.corrected": gettext_lazy("Your hours of %(day)s were verified and corrected."),
        "hours.kept": gettext_lazy("Your hours of %(day)s were verified and stay as they are."),
    }
)


@dataclass(frozen=True)
class Span:
    """The time as it should have been recorded."""

    starts_at: datetime
    ends_at: datetime

    @property
    def minutes(self) -> Minutes:
        return Minutes((self.ends_at - self.starts_at) // timedelta(minutes=1))


@scope.command
def contest(
    *,
    credit_id: int,
    doubt: Doubt,
    text: str = "",
    right: Span | None = None,
    actor: Person,
    at: datetime,
) -> Contest:
    """Say that a credit of one's own is wrong; one open contest per credit."""
    Person.objects.select_for_update(no_key=True).get(pk=actor.pk)
    credit = Credit.objects.filter(pk=credit_id, person=actor).first()
    if credit is None:
        raise Unknown("credit_unknown", _("You have no such credit."))
    raised = Contest.objects.open().filter(credit=credit).order_by("pk").first()
    if raised is not None:
        return raised
    _refuse_uncontestable(credit)
    if right is not None:
        _refuse_span(right, at)
    return raise_contest(
        credit=credit, doubt=doubt, text=text, right=right, raised_by=actor, actor=actor, at=at
    )


@scope.command
def withdraw_contest(*, contest_id: int, actor: Person, at: datetime) -> Contest:
    """Take one's own contest back while nobody has decided on it."""
    found = _locked().filter(pk=contest_id, raised_by=actor).first()
    if found is None:
        raise _not_yours()
    if found.state == ContestState.WITHDRAWN:
        return found
    found.move_to(ContestState.WITHDRAWN)
    found.decided_at = at
    found.save(update_fields=["state", "decided_at"])
    _tell("contest.withdrawn", found, actor, at)
    return found


@scope.command
def correct(
    *,
    contest_id: int,
    finding: Finding,
    right: Span | None = None,
    actor: Person,
    at: datetime,
) -> Contest:
    """Take the credit back; where other times were found to be right, credit those instead."""
    if finding not in AGAINST:
        raise Refusal("finding_for_the_record", _("This finding changes nothing."))
    found = _lock_to_decide(contest_id, actor, at)
    if found.state == ContestState.CORRECTED:
        return found
    if right is not None:
        _refuse_span(right, at)
    found.move_to(ContestState.CORRECTED)
    found.reversal = take_back(
        credit=found.credit, reason=Reason(finding.value), actor=actor, at=at
    )
    found.replacement = _replace(found, right, actor, at) if right else None
    found.finding, found.decided_by, found.decided_at = finding, actor, at
    found.save(
        update_fields=[
            "state", "finding", "decided_by", "decided_at", "reversal", "replacement",
        ]
    )  # fmt: skip
    _tell_person("hours.corrected", found, at)
    _tell(
        "contest.corrected", found, actor, at, finding=finding,
        reversal_id=found.reversal_id, replacement_id=found.replacement_id,
    )  # fmt: skip
    return found


@scope.command
def refuse_contest(
    *, contest_id: int, finding: Finding, actor: Person, at: datetime
) -> Contest:
    """Say what shows that the record is right; the credit stays as it is."""
    if finding in AGAINST:
        raise Refusal("finding_against_the_record", _("This finding asks for a correction."))
    found = _lock_to_decide(contest_id, actor, at)
    if found.state == ContestState.REFUSED:
        return found
    found.move_to(ContestState.REFUSED)
    found.finding, found.decided_by, found.decided_at = finding, actor, at
    found.save(update_fields=["state", "finding", "decided_by", "decided_at"])
    _tell_person("hours.kept", found, at)
    _tell("contest.refused", found, actor, at, finding=finding)
    return found


def raise_contest(
    *,
    credit: Credit,
    doubt: Doubt,
    text: str,
    right: Span | None,
    raised_by: Person | None,
    actor: Person,
    at: datetime,
) -> Contest:
    """The contest itself, for commands of this room that have decided that there is one."""
    today = clock.local_date(at)
    days = pack.load(settings.CITY_PACK).rules.contest_working_days
    made = Contest.objects.create(
        credit=credit, person_id=credit.person_id, division_id=credit.division_id,
        doubt=doubt, text=text.strip(), raised_by=raised_by, raised_at=at,
        starts_at=right.starts_at if right else None,
        ends_at=right.ends_at if right else None,
        due_on=workdays.after(today, max(days, 1)),
    )  # fmt: skip
    if raised_by is None:
        _tell_person("hours.questioned", made, at, due=made.due_on)
    _tell("contest.raised", made, actor, at, doubt=doubt)
    return made


def _refuse_uncontestable(credit: Credit) -> None:
    if credit.source_kind == Source.REVERSAL:
        raise Refusal("reversal_stands", _("A reversal cannot itself be taken back."))
    if Credit.objects.reversals([credit.pk]).exists():
        raise Refusal("taken_back_already", _("This time was taken back already."))


def _refuse_span(right: Span, at: datetime) -> None:
    if right.ends_at <= right.starts_at:
        raise Refusal("time_backwards", _("The end lies before the beginning."))
    if right.ends_at > at:
        raise Refusal("not_yet", _("Hours can be entered only after they were given."))
    if right.ends_at - right.starts_at > timedelta(hours=24):
        raise Refusal("too_long", _("One line covers 24 hours at most."))


def _replace(found: Contest, right: Span, actor: Person, at: datetime) -> Credit | None:
    """Two persons stand for it: who raised the matter, and the office that verified."""
    fact = Fact(
        kind=Source.CORRECTION, id=found.pk, where=found.division_id,
        on=clock.local_date(right.starts_at), counter=Counter(found.credit.counter),
        starts_at=right.starts_at, ends_at=right.ends_at, grade=Grade.C,
        recorded_by_id=found.raised_by_id, confirmed_by_id=actor.pk,
    )  # fmt: skip
    return post(person=found.person, minutes=right.minutes, fact=fact, actor=actor, at=at)


def _locked() -> QuerySet[Contest]:
    return Contest.objects.select_for_update(of=("self",)).select_related(
        "credit__person", "person"
    )


def _lock_to_decide(contest_id: int, actor: Person, at: datetime) -> Contest:
    found = _locked().filter(pk=contest_id).first()
    standing = standing_of(actor, clock.local_date(at))
    if found is None or not permissions.may_decide_contest(standing, found):
        raise _not_yours()
    return found


def _not_yours() -> Refusal:
    # Unknown and not-yours get the same answer, so ids cannot be probed.
    return Forbidden(
        "not_your_contest",
        _(
            "Only the city or county office can do this, and nobody about hours that they gave,"
            " entered or confirmed themselves."
        ),
    )


def _tell_person(kind: str, found: Contest, at: datetime, **words: date) -> None:
    people.tell(
        kind, [found.person_id], at=at, href=reverse("hours:contest", args=[found.pk]),
        day=found.credit.earned_on, **words,
    )  # fmt: skip


def _tell(verb: str, found: Contest, actor: Person, at: datetime, **details: Any) -> None:
    journal.record(
        verb, found, actor=actor, at=at, where=found.division_id,
        on=found.credit.earned_on, credit_id=found.credit_id, **details,
    )  # fmt: skip

"""One's own record of time over the interface: read it, contest it, enter what is missing."""

from datetime import date
from uuid import UUID

from django.http import Http404
from django.utils.translation import gettext as _
from ninja import Query, Schema
from pydantic import AwareDatetime, Field

from xinfeng.base import clock
from xinfeng.base.contract import Misread, Moment, answers, number_key, unreadable
from xinfeng.base.units import Minutes
from xinfeng.hours import commands, queries
from xinfeng.hours.commands import NewEntry, NewLine
from xinfeng.hours.models import (
    Contest,
    Counter,
    Doubt,
    EntryKind,
    EntryReason,
    HourEntry,
    Refused,
)
from xinfeng.people.tokens import Scope, TokenRequest, needs

from .routing import router

A_DAY = 1440
LARGEST = 2**63 - 1


class CreditLine(Schema):
    """Whole minutes of one day; a correction is a line of its own, below zero."""

    id: int
    earned_on: date
    minutes: int
    title: str
    organiser: str
    where: str
    grade: str
    reversed: bool
    held: bool
    contested: bool


class RecordPage(Schema):
    """My time as sums, and one page of its lines, newest first.

    What is under review is part of the service until it is decided.
    """

    service_minutes: int
    training_minutes: int
    this_year_minutes: int
    under_review_minutes: int
    items: list[CreditLine]
    next: str | None


class After(Schema):
    after: str = Field("", max_length=40)


class RightSpan(Schema):
    starts_at: AwareDatetime
    ends_at: AwareDatetime


class Contesting(Schema):
    """What is wrong with a line, and what would be right."""

    doubt: Doubt
    text: str = Field("", max_length=200)
    right: RightSpan | None = None


class Contested(Schema):
    id: int
    credit: int
    state: str
    due_on: date | None


class LineWish(Schema):
    """One person's time; fewer minutes than the span where there were breaks."""

    person: int | None = Field(None, ge=1, le=LARGEST, description="null: oneself")
    starts_at: AwareDatetime
    ends_at: AwareDatetime
    minutes: int | None = Field(None, ge=1, le=A_DAY)


class EntryWish(Schema):
    """Hours that no check-in shows; they count when a second person stands for them."""

    client_id: UUID
    kind: EntryKind
    title: str = Field(min_length=1, max_length=60)
    division: int = Field(ge=1, lt=10**12)
    reason: EntryReason
    team: int | None = Field(None, ge=1, le=LARGEST)
    counter: Counter = Counter.SERVICE
    remark: str = Field("", max_length=200)
    evidence: str = Field("", max_length=200)
    lines: list[LineWish] = Field(min_length=1, max_length=500)


class EntryBrief(Schema):
    id: int
    kind: str
    title: str
    state: str
    submitted_at: Moment
    people: int
    minutes: int


class EntryPage(Schema):
    items: list[EntryBrief]
    next: str | None


class Refusing(Schema):
    reason: Refused


@router.get(
    "/me/hours", response=answers(RecordPage), auth=needs(Scope.RECORD), summary="My record"
)
def record(request: TokenRequest, page: Query[After]) -> RecordPage:
    found = queries.record(request.user, after=_key(page.after), today=clock.today())
    return RecordPage(
        service_minutes=found.totals.service,
        training_minutes=found.totals.training,
        this_year_minutes=found.totals.this_year,
        under_review_minutes=found.totals.under_review,
        items=[_line(line) for line in found.lines],
        next=f"{found.after[0].isoformat()}_{found.after[1]}" if found.after else None,
    )


@router.post(
    "/me/hours/{int:credit_id}/contests",
    response=answers(Contested),
    auth=needs(Scope.PART),
    summary="Say that a line of my record is wrong",
)
def contest(request: TokenRequest, credit_id: int, said: Contesting) -> Contested:
    right = commands.Span(said.right.starts_at, said.right.ends_at) if said.right else None
    return _contested(
        commands.contest(
            credit_id=credit_id,
            doubt=said.doubt,
            text=said.text,
            right=right,
            actor=request.user,
            at=clock.now(),
        )
    )


@router.post(
    "/contests/{int:contest_id}/withdrawal",
    response=answers(Contested),
    auth=needs(Scope.PART),
    summary="Take my word against a line back",
)
def withdraw_contest(request: TokenRequest, contest_id: int) -> Contested:
    return _contested(
        commands.withdraw_contest(contest_id=contest_id, actor=request.user, at=clock.now())
    )


@router.get(
    "/me/entries",
    response=answers(EntryPage),
    auth=needs(Scope.RECORD),
    summary="Hours that I entered by hand",
)
def entries(request: TokenRequest, page: Query[After]) -> EntryPage:
    found = queries.my_entries(request.user, after=number_key(page.after) or None)
    return EntryPage(
        items=[_short(short) for short in found.lines],
        next=str(found.after) if found.after else None,
    )


@router.post(
    "/me/entries",
    response=answers(EntryBrief),
    auth=needs(Scope.PART),
    summary="Apply for hours of my own",
)
def apply(request: TokenRequest, wish: EntryWish) -> EntryBrief:
    if wish.kind != EntryKind.OWN or any(line.person for line in wish.lines):
        raise Misread("own_only", _("Here one applies for oneself only."))
    return _submitted(request, wish)


@router.post(
    "/entries",
    response=answers(EntryBrief),
    auth=needs(Scope.LEAD),
    summary="Enter hours for a group",
)
def submit(request: TokenRequest, wish: EntryWish) -> EntryBrief:
    return _submitted(request, wish)


@router.post(
    "/entries/{int:entry_id}/confirmation",
    response=answers(EntryBrief),
    auth=needs(Scope.LEAD, Scope.OFFICE),
    summary="Stand for hours as the second person",
)
def confirm(request: TokenRequest, entry_id: int) -> EntryBrief:
    commands.confirm(entry_id=entry_id, actor=request.user, at=clock.now())
    return _seen(request, entry_id)


@router.post(
    "/entries/{int:entry_id}/refusal",
    response=answers(EntryBrief),
    auth=needs(Scope.LEAD, Scope.OFFICE),
    summary="Do not stand for hours",
)
def refuse(request: TokenRequest, entry_id: int, refusing: Refusing) -> EntryBrief:
    commands.refuse(
        entry_id=entry_id, reason=refusing.reason, actor=request.user, at=clock.now()
    )
    return _seen(request, entry_id)


@router.post(
    "/entries/{int:entry_id}/withdrawal",
    response=answers(EntryBrief),
    auth=needs(Scope.PART),
    summary="Take back what I entered",
)
def withdraw(request: TokenRequest, entry_id: int) -> EntryBrief:
    commands.withdraw(entry_id=entry_id, actor=request.user, at=clock.now())
    return _seen(request, entry_id)


def _submitted(request: TokenRequest, wish: EntryWish) -> EntryBrief:
    new = NewEntry(
        client_id=wish.client_id,
        kind=wish.kind,
        title=wish.title,
        division_id=wish.division,
        reason=wish.reason,
        team_id=wish.team,
        counter=wish.counter,
        remark=wish.remark,
        evidence=wish.evidence,
    )
    lines = [
        NewLine(
            line.person or request.user.pk,
            line.starts_at,
            line.ends_at,
            None if line.minutes is None else Minutes(line.minutes),
        )
        for line in wish.lines
    ]
    made = commands.submit(new=new, lines=lines, actor=request.user, at=clock.now())
    return _seen(request, made.pk)


def _seen(request: TokenRequest, entry_id: int) -> EntryBrief:
    page = queries.entry_page(entry_id, request.standing)
    if page is None:
        raise Http404
    people = {row.line.person_id for row in page.rows}
    return _brief(page.entry, len(people), sum(row.line.minutes for row in page.rows))


def _short(short: queries.EntryShort) -> EntryBrief:
    return _brief(short.entry, short.people, short.minutes)


def _brief(entry: HourEntry, people: int, minutes: int) -> EntryBrief:
    return EntryBrief(
        id=entry.pk,
        kind=entry.kind,
        title=entry.title,
        state=entry.state,
        submitted_at=entry.submitted_at,
        people=people,
        minutes=minutes,
    )


def _line(line: queries.Line) -> CreditLine:
    given = line.credit
    return CreditLine(
        id=given.pk,
        earned_on=given.earned_on,
        minutes=given.minutes,
        title=line.described.title,
        organiser=line.described.organiser,
        where=line.where,
        grade=given.grade,
        reversed=line.reversed,
        held=line.held,
        contested=line.contest is not None,
    )


def _contested(found: Contest) -> Contested:
    return Contested(
        id=found.pk, credit=found.credit_id, state=found.state, due_on=found.due_on
    )


def _key(after: str) -> queries.Key | None:
    if not after:
        return None
    day, _sep, pk = after.partition("_")
    try:
        return date.fromisoformat(day), int(pk)
    except ValueError:
        raise unreadable() from None

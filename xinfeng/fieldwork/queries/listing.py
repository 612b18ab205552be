"""What phones sent: the list, narrowed and by key, within what the reader may see."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Count, Q
from django.utils import timezone

from xinfeng.base import scope
from xinfeng.base.standing import Standing
from xinfeng.fieldwork import hiding
from xinfeng.fieldwork.models import (
    Completion,
    Form,
    Submission,
    SubmissionQuerySet,
    Withdrawal,
)
from xinfeng.people.permissions import SEES_PEOPLE
from xinfeng.people.queries import masked_names

PAGE = 30
# Whom the list offers as senders: those of the newest ones.
_RECENT = 2_000


class State:
    """How far a submission has come, as an address says it."""

    WHOLE, MISSING, AMENDED, WITHDRAWN = "whole", "missing", "amended", "withdrawn"
    ALL = (WHOLE, MISSING, AMENDED, WITHDRAWN)


@dataclass(frozen=True)
class Key:
    """Where a page ended."""

    received_at: datetime
    pk: int

    def __str__(self) -> str:
        return f"{self.received_at.timestamp():.6f}_{self.pk}"


@dataclass(frozen=True)
class Choice:
    """How the list is narrowed, as the address says it."""

    form_id: str = ""
    person_id: int | None = None
    day: date | None = None
    state: str = ""


@dataclass(frozen=True)
class Line:
    submission: Submission
    sender: str
    arrived: int
    state: str

    @property
    def expected(self) -> int:
        return len(self.submission.expects)


@dataclass(frozen=True)
class Received:
    lines: list[Line]
    after: Key | None
    forms: list[Form]
    senders: dict[int, str]


@contextmanager
def reading(rights: Standing) -> Iterator[None]:
    """One's own, and what was sent under forms of areas the reader looks on."""
    with scope.reading(person_id=rights.person_id, spans=rights.spans(SEES_PEOPLE)):
        yield


def received(rights: Standing, choice: Choice, after: Key | None) -> Received:
    """A page of the list, the newest first; in six short queries."""
    with reading(rights):
        mine = _visible(rights)
        rows = _chosen(mine, choice).select_related("form_version__form")
        if after:
            older = Q(received_at__lt=after.received_at) | Q(
                received_at=after.received_at, pk__lt=after.pk
            )
            rows = rows.filter(older, received_at__lte=after.received_at)
        found = list(rows.defer("xml").order_by("-received_at", "-pk")[: PAGE + 1])
        shown = found[:PAGE]
        lines = _lines(shown)
        newest = mine.order_by("-received_at", "-pk")[:_RECENT]
        seen = set(newest.values_list("form_version__form_id", "person_id"))
        forms = Form.objects.filter(pk__in={form for form, _person in seen})
        last = shown[-1] if len(found) > PAGE else None
        return Received(
            lines,
            Key(last.received_at, last.pk) if last else None,
            list(forms.order_by("title", "pk")),
            masked_names(person for _form, person in seen),
        )


def _visible(rights: Standing) -> SubmissionQuerySet:
    own = Q(person=rights.person_id) if rights.person_id is not None else Q(pk__in=[])
    return Submission.objects.filter(
        scope.reached(rights.spans(SEES_PEOPLE)) | own, hiding.open_to(rights.person_id)
    )


def _chosen(rows: SubmissionQuerySet, choice: Choice) -> SubmissionQuerySet:
    if choice.form_id:
        rows = rows.filter(form_version__form__form_id=choice.form_id)
    if choice.person_id is not None:
        rows = rows.filter(person=choice.person_id)
    if choice.day is not None and not 2000 <= choice.day.year < 2200:
        rows = rows.none()
    elif choice.day is not None:
        begins = timezone.make_aware(datetime.combine(choice.day, time.min))
        rows = rows.filter(received_at__gte=begins, received_at__lt=begins + timedelta(days=1))
    if choice.state == State.WHOLE:
        rows = rows.standing().complete()
    elif choice.state == State.MISSING:
        rows = rows.standing().incomplete()
    elif choice.state == State.AMENDED:
        rows = rows.filter(amendment__isnull=False)
    elif choice.state == State.WITHDRAWN:
        rows = rows.filter(withdrawal__isnull=False)
    return rows


def _lines(shown: list[Submission]) -> list[Line]:
    ids = [each.pk for each in shown]
    names = masked_names(each.person_id for each in shown)
    files = Submission.objects.filter(pk__in=ids).order_by("pk").annotate(n=Count("files"))
    arrived = dict(files.values_list("pk", "n"))
    states = _states(ids)
    return [
        Line(each, names.get(each.person_id, ""), arrived.get(each.pk, 0), states[each.pk])
        for each in shown
    ]


def _states(ids: list[int]) -> dict[int, str]:
    """What says most of each: withdrawn, else amended, else whole or not."""
    states = dict.fromkeys(ids, State.MISSING)
    whole = Completion.objects.filter(submission__in=ids).order_by("pk")
    amended = Submission.objects.filter(deprecates__in=ids).order_by("pk")
    withdrawn = Withdrawal.objects.filter(submission__in=ids).order_by("pk")
    states |= dict.fromkeys(whole.values_list("submission_id", flat=True), State.WHOLE)
    for pk in amended.values_list("deprecates_id", flat=True):
        assert pk is not None
        states[pk] = State.AMENDED
    return states | dict.fromkeys(
        withdrawn.values_list("submission_id", flat=True), State.WITHDRAWN
    )


def state_of(submission: Submission) -> str:
    return _states([submission.pk])[submission.pk]

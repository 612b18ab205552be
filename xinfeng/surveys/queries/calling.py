"""Whom the telephone desk calls next, and how far it is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Case, Count, IntegerField, OuterRef, Q, QuerySet, Subquery, When
from django.utils import timezone

from xinfeng.base import scope
from xinfeng.surveys.models import Attempt, DayPart, Disposition, Sample, SampleUnit

_NOON, _EVENING = 12, 18
# Tried today, or agreed for later.
_NOT_NOW = 9


@dataclass(frozen=True)
class Desk:
    """How a telephone sample stands."""

    households: int
    done: int
    answered: int
    agreed_today: int

    @property
    def open(self) -> int:
        return self.households - self.done


def part_of(at: datetime) -> DayPart:
    hour = timezone.localtime(at, timezone.get_default_timezone()).hour
    if hour < _NOON:
        return DayPart.MORNING
    return DayPart.AFTERNOON if hour < _EVENING else DayPart.EVENING


def waiting(sample: Sample, *, on: date, part: DayPart, at: datetime) -> QuerySet[SampleUnit]:
    """Households to be called, the most pressing first.

    First those with an appointment for now or earlier; then the least tried; among them those
    not yet tried at this part of the day. One tried today already waits for another day, and
    an appointment that is still to come waits for its time.
    """
    newest = Attempt.objects.filter(unit=OuterRef("pk")).order_by("-on", "-pk")
    tried = Attempt.objects.filter(unit=OuterRef("pk"), part=part).order_by("pk")
    agreed = Q(last="COME_AGAIN", again__isnull=False)
    parts = list(DayPart.values)
    due = Q(again__lt=on) | Q(again=on, again_part__in=parts[: parts.index(part) + 1])
    return (
        SampleUnit.objects.filter(sample=sample, is_final=False)
        .exclude(calling__until__gt=at)
        .annotate(
            last=Subquery(newest.values("disposition")[:1]),
            again=Subquery(newest.values("again_on")[:1]),
            again_part=Subquery(newest.values("again_part")[:1]),
            last_on=Subquery(newest.values("on")[:1]),
            this_part=Subquery(tried.values("pk")[:1]),
        )
        .annotate(
            turn=Case(
                When(agreed & due, then=0),
                When(agreed, then=_NOT_NOW),
                When(last_on=on, then=_NOT_NOW),
                default=1,
                output_field=IntegerField(),
            ),
            other=Case(When(this_part=None, then=0), default=1, output_field=IntegerField()),
        )
        .filter(turn__lt=_NOT_NOW)
        .order_by("turn", "attempts", "other", "pk")
    )


def desk_of(sample: Sample, on: date) -> Desk:
    with scope.whole_city():
        units = SampleUnit.objects.filter(sample=sample)
        counted = units.aggregate(
            households=Count("pk"), done=Count("pk", filter=Q(is_final=True)),
            answered=Count("pk", filter=Q(disposition=Disposition.COMPLETE)),
        )  # fmt: skip
        agreed = units.filter(
            is_final=False, disposition=Disposition.COME_AGAIN, tries__again_on=on
        )
        return Desk(**counted, agreed_today=agreed.distinct().count())


def tries_of(unit: SampleUnit) -> Sequence[Attempt]:
    with scope.whole_city():
        return list(unit.tries.order_by("on", "pk"))

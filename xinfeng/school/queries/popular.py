"""The popularity board: what counted in seven days, by a formula that stands beside it.

Score = enrolments x a + attendances x b + good ratings x c, with the weights of the city's
rules. Each of the three numbers opens the rows it is counted from, without anybody's name.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings
from django.db.models import Count, Q, QuerySet

from xinfeng.activities.models import Part, Signup, SignupState
from xinfeng.base import codes, pack, scope
from xinfeng.school import evenings
from xinfeng.school.models import (
    ClassRating,
    Course,
    Enrolment,
    EnrolmentState,
    NightClass,
    Session,
)

DAYS = 7
# How many courses the board names.
BOARD = 20
ROWS = 200


@dataclass(frozen=True)
class Weights:
    enrolment: int
    attendance: int
    good_rating: int


@dataclass(frozen=True)
class Popular:
    """One course with the three numbers and what they make."""

    course: Course
    enrolments: int
    attendances: int
    good_ratings: int
    score: int


@dataclass(frozen=True)
class Board:
    weights: Weights
    first: date
    last: date
    rows: list[Popular]


@dataclass(frozen=True)
class Counted:
    """One row behind a number: the class, and the day on which it counted."""

    night_class: NightClass
    on: date


@dataclass(frozen=True)
class Behind:
    """A course's numbers opened."""

    popular: Popular
    weights: Weights
    first: date
    last: date
    enrolments: list[Counted]
    attendances: list[Counted]
    good_ratings: list[Counted]


def weights() -> Weights:
    rules = pack.load(settings.CITY_PACK).rules
    return Weights(
        rules.popularity_enrolment, rules.popularity_attendance, rules.popularity_good_rating
    )


def board(today: date, *, within: int | None = None) -> Board:
    """The courses with the most points of the seven days up to today."""
    first = today - timedelta(days=DAYS - 1)
    counts = _Counts(first, today, within)
    scores = _scores(counts.by_course(), weights())
    best = sorted(scores, key=lambda pk: (-scores[pk].score, pk))[:BOARD]
    courses = Course.objects.select_related("field").in_bulk(best)
    rows = [_popular(courses[pk], scores[pk]) for pk in best]
    return Board(weights(), first, today, rows)


def behind(code: str, today: date, *, within: int | None = None) -> Behind | None:
    """What the numbers of one course are counted from."""
    course = Course.objects.select_related("field").filter(code=code).first()
    if course is None:
        return None
    first = today - timedelta(days=DAYS - 1)
    counts = _Counts(first, today, within)
    score = _scores(counts.by_course(), weights()).get(course.pk, _Score(0, 0, 0, 0))
    opened = [counts.rows(kind, course) for kind in _KINDS]
    return Behind(_popular(course, score), weights(), first, today, *opened)


@dataclass(frozen=True)
class _Score:
    enrolments: int
    attendances: int
    good_ratings: int
    score: int


_KINDS = ("enrolment", "attendance", "good_rating")


class _Counts:
    """The rows of the three numbers within the days and the area."""

    def __init__(self, first: date, last: date, within: int | None) -> None:
        self.first, self.last = first, last
        begins = evenings.moment(first, 0)
        ends = evenings.moment(last + timedelta(days=1), 0)
        self.classes = NightClass.objects.public()
        if within is not None:
            self.classes = self.classes.inside(*codes.span(within, codes.level_of(within)))
        self.enrolments = Enrolment.objects.filter(
            enrolled_at__gte=begins, enrolled_at__lt=ends
        ).exclude(state=EnrolmentState.CANCELLED)
        self.sessions = Session.objects.filter(on__gte=first, on__lte=last, shift__isnull=False)
        good = Q(content__gte=4, teaching__gte=4, arrangement__gte=4)
        self.ratings = ClassRating.objects.filter(good, rated_at__gte=begins, rated_at__lt=ends)

    def by_course(self) -> dict[str, Counter[int]]:
        with scope.whole_city():
            course_of = dict(self.classes.order_by("pk").values_list("pk", "course_id"))
            return {
                "enrolment": _sum(_per_class(self.enrolments), course_of),
                "attendance": _sum(self._came(self.sessions), course_of),
                "good_rating": _sum(_per_class(self.ratings), course_of),
            }

    def rows(self, kind: str, course: Course) -> list[Counted]:
        with scope.whole_city():
            classes = self.classes.filter(course=course).select_related("place", "course")
            known = {one.pk: one for one in classes.order_by("pk")}
            if kind == "attendance":
                return self._attended(known)
            found: QuerySet[Enrolment] | QuerySet[ClassRating]
            if kind == "enrolment":
                found, column = self.enrolments, "enrolled_at"
            else:
                found, column = self.ratings, "rated_at"
            rows = found.filter(night_class__in=known).order_by(f"-{column}", "-pk")
            pairs = list(rows.values_list("night_class_id", column)[:ROWS])
        return [Counted(known[pk], moment) for pk, moment in pairs]

    def _came(self, sessions: QuerySet[Session]) -> list[tuple[int, int]]:
        class_of = dict(sessions.order_by("pk").values_list("shift_id", "night_class_id"))
        there = _learners(class_of).order_by("shift_id").values_list("shift_id")
        heads: Counter[int] = Counter()
        for shift_id, count in there.annotate(heads=Count("pk")):
            heads[class_of[shift_id]] += count
        return list(heads.items())

    def _attended(self, known: dict[int, NightClass]) -> list[Counted]:
        held = self.sessions.filter(night_class__in=known).order_by("pk")
        rows = held.values_list("shift_id", "night_class_id", "on")
        of_shift = {shift: (night_class, on) for shift, night_class, on in rows}
        there = _learners(of_shift).order_by("-shift__starts_at", "-pk")
        came = list(there.values_list("shift_id", flat=True)[:ROWS])
        return [Counted(known[of_shift[shift][0]], of_shift[shift][1]) for shift in came]


def _learners(shifts: Iterable[int]) -> "QuerySet[Signup]":
    return Signup.objects.filter(
        shift__in=list(shifts),
        part=Part.LEARNER,
        state__in=[SignupState.PRESENT, SignupState.LEFT],
    )


def _per_class(
    rows: "QuerySet[Enrolment] | QuerySet[ClassRating]",
) -> list[tuple[int, int]]:
    counted = rows.order_by("night_class").values_list("night_class")
    return list(counted.annotate(heads=Count("pk")))


def _sum(per_class: Iterable[tuple[int, int]], course_of: dict[int, int]) -> Counter[int]:
    total: Counter[int] = Counter()
    for class_id, heads in per_class:
        if class_id in course_of:
            total[course_of[class_id]] += heads
    return total


def _scores(counts: dict[str, Counter[int]], by: Weights) -> dict[int, _Score]:
    courses = set().union(*counts.values())
    found = {}
    for pk in courses:
        enrolled, attended, liked = (counts[kind][pk] for kind in _KINDS)
        score = enrolled * by.enrolment + attended * by.attendance + liked * by.good_rating
        found[pk] = _Score(enrolled, attended, liked, score)
    return found


def _popular(course: Course, score: _Score) -> Popular:
    return Popular(course, score.enrolments, score.attendances, score.good_ratings, score.score)

"""What the timetable is worked out of: wishes, lecturers, and what stands already.

Classes that are accepted keep their evenings. What was only proposed is free again, unless it
comes out the same.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db.models import Avg

from xinfeng.base import scope
from xinfeng.base.codes import Level, level_of, span
from xinfeng.people.models import Qualification
from xinfeng.places.models import PlaceState
from xinfeng.school import clashes, evenings, positions, timetable
from xinfeng.school.models import (
    WAITING_FOR_PLACE,
    ClassRating,
    ClassRequest,
    ClassState,
    Lecturer,
    LecturerState,
    NightClass,
    RequestState,
    Session,
    SessionState,
    Timetable,
)

# No course is longer, with the holidays of half a year between; so no class of this timetable
# ends later.
LONGEST = timedelta(weeks=34)


@dataclass(frozen=True)
class Wish:
    """One request in the plan, and the class that was only proposed for it so far."""

    request_id: int
    proposed: int | None = None


@dataclass
class Problem:
    """The pure numbers for the solver, with what they stand for."""

    first_day: date
    wishes: list[Wish] = field(default_factory=list)
    lecturer_ids: list[int] = field(default_factory=list)
    classes: list[timetable.Class] = field(default_factory=list)
    lecturers: list[timetable.Lecturer] = field(default_factory=list)
    taken_rooms: set[tuple[int, int]] = field(default_factory=set)
    # One-evening classes at the end of `classes`: sessions that stand already.
    kept: list[timetable.Kept] = field(default_factory=list)

    def day(self, number: int) -> date:
        return self.first_day + timedelta(days=number)


def problem(plan: Timetable, today: date) -> Problem:
    """Read all that is asked for within the plan's division and weeks."""
    made = Problem(first_day=plan.first_week)
    with scope.whole_city():
        requests = _requests(plan)
        lecturers = list(_lecturers())
        proposed = _proposed(requests)
        standing = _standing(plan, set(proposed.values()))
        numbers = _Numbers(requests, standing)
        for one in _teachers(lecturers, standing, plan, numbers):
            made.lecturers.append(one[1])
            made.lecturer_ids.append(one[0])
        who = {pk: number for number, pk in enumerate(made.lecturer_ids)}
        declined, closed = _declined(requests), _holidays(plan)
        for wanted in requests:
            not_by = frozenset(who[pk] for pk in declined[wanted.pk] if pk in who)
            made.wishes.append(Wish(wanted.pk, proposed.get(wanted.pk)))
            made.classes.append(_wanted(wanted, plan, today, numbers, not_by, closed))
        for session in standing:
            day = (session.on - plan.first_week).days
            promise = timetable.Placed(who[session.lecturer_id], day)
            made.kept.append(timetable.Kept(len(made.classes), promise))
            made.classes.append(_kept(session, numbers))
        made.taken_rooms = _taken_rooms(requests, plan, numbers)
    return made


def solve(made: Problem, *, seed: int) -> timetable.Timetable:
    return timetable.timetable(
        made.classes,
        made.lecturers,
        taken_rooms=made.taken_rooms,
        kept=made.kept,
        seed=seed,
    )


class _Numbers:
    """Rooms, groups and subjects as the numbers the solver wants."""

    def __init__(self, requests: Iterable[ClassRequest], standing: Iterable[Session]) -> None:
        self.plane = positions.plane()
        self.rooms: dict[tuple[int, str], int] = {}
        self.groups: dict[tuple[object, ...], int] = {}
        self.subjects: dict[tuple[int, frozenset[str]], int] = {}
        for wanted in requests:
            self.room(wanted.place_id, wanted.room)
        for session in standing:
            self.room(session.place_id, session.room)
        for wanted in requests:
            self.subject(wanted)

    def room(self, place_id: int, room: str) -> int:
        return self.rooms.setdefault((place_id, room), len(self.rooms))

    def group(self, place_id: int, group: str, alone: object) -> int:
        """People who are no group of their own are nobody else either."""
        key = (place_id, group) if group else (alone,)
        return self.groups.setdefault(key, len(self.groups))

    def subject(self, wanted: ClassRequest) -> int:
        needed = frozenset(wanted.course.qualifications)
        return self.subjects.setdefault((wanted.course.field_id, needed), len(self.subjects))

    def rooms_of(self, place_id: int) -> list[int]:
        return [number for (place, _room), number in self.rooms.items() if place == place_id]


def _requests(plan: Timetable) -> list[ClassRequest]:
    """Whatever waits, and what has been placed but not accepted."""
    lo, hi = span(plan.division_id, Level(level_of(plan.division_id)))
    until = plan.first_week + plan.weeks * evenings.WEEK
    found = ClassRequest.objects.inside(lo, hi).filter(
        wished_from__lt=until, place__state=PlaceState.OPEN
    )
    open_ones = found.filter(state__in=WAITING_FOR_PLACE) | found.filter(
        state=RequestState.PLACED,
        classes__state__in=[ClassState.DRAFT, ClassState.PROPOSED],
    )
    return list(open_ones.select_related("course", "place").distinct().order_by("pk"))


def _proposed(requests: list[ClassRequest]) -> dict[int, int]:
    open_ones = NightClass.objects.filter(
        request__in=[one.pk for one in requests],
        state__in=[ClassState.DRAFT, ClassState.PROPOSED],
    )
    return dict(open_ones.order_by("pk").values_list("request_id", "pk"))


def _standing(plan: Timetable, free: set[int]) -> list[Session]:
    until = plan.first_week + plan.weeks * evenings.WEEK + LONGEST
    sessions = Session.objects.between(plan.first_week, until).filter(
        state=SessionState.PLANNED
    )
    return list(
        sessions.exclude(night_class__in=free).select_related("place").order_by("on", "pk")
    )


def _lecturers() -> "list[Lecturer]":
    return list(Lecturer.objects.select_related("person").order_by("pk"))


def _declined(requests: list[ClassRequest]) -> dict[int, set[int]]:
    found: dict[int, set[int]] = defaultdict(set)
    rows = NightClass.objects.filter(
        request__in=[one.pk for one in requests], state=ClassState.DECLINED
    )
    for request_id, lecturer_id in rows.order_by("pk").values_list("request_id", "lecturer_id"):
        found[request_id].add(lecturer_id)
    return found


def _teachers(
    lecturers: list[Lecturer], standing: list[Session], plan: Timetable, numbers: _Numbers
) -> Iterable[tuple[int, timetable.Lecturer]]:
    """Those who lecture now, and without subjects those whose sessions stand."""
    promised = {session.lecturer_id for session in standing}
    active = [one for one in lecturers if one.state == LecturerState.APPROVED]
    until = plan.first_week + plan.weeks * evenings.WEEK + LONGEST
    days = (until - plan.first_week).days
    people = [one.person_id for one in active]
    busy: dict[int, set[int]] = defaultdict(set)
    for person, day in clashes.people_busy(people, plan.first_week, until):
        busy[person].add((day - plan.first_week).days)
    fields, held = _fields(active), _held(people, plan.first_week)
    marks = _marks()
    for one in lecturers:
        if one.state == LecturerState.APPROVED:
            own = fields[one.pk]
            subjects = frozenset(
                number
                for (field_id, needed), number in numbers.subjects.items()
                if field_id in own and needed <= held[one.person_id]
            )
            free = frozenset(
                day for day in range(days) if one.evenings >> day % 7 & 1
            ) - frozenset(busy[one.person_id])
        elif one.pk in promised:
            subjects, free = frozenset(), frozenset()
        else:
            continue
        yield (
            one.pk,
            timetable.Lecturer(
                fields=subjects,
                free=free,
                a_week=one.capacity_a_week,
                reach_m=one.reach_m,
                position=numbers.plane.of_division(one.division_id),
                rating=marks.get(one.pk, 0),
            ),
        )


def _marks() -> dict[int, int]:
    """Hundredths of the mean mark for teaching; who was never rated is not here."""
    rows = ClassRating.objects.order_by("night_class__lecturer_id")
    means = rows.values_list("night_class__lecturer_id").annotate(mean=Avg("teaching"))
    return {pk: round(float(mean) * 100) for pk, mean in means}


def _fields(lecturers: list[Lecturer]) -> dict[int, set[int]]:
    rows = Lecturer.fields.through.objects.filter(lecturer__in=[one.pk for one in lecturers])
    found: dict[int, set[int]] = defaultdict(set)
    for lecturer_id, field_id in rows.order_by("pk").values_list("lecturer_id", "field_id"):
        found[lecturer_id].add(field_id)
    return found


def _held(people: list[int], on: date) -> dict[int, set[str]]:
    rows = Qualification.objects.filter(person__in=people).valid_on(on)
    found: dict[int, set[str]] = defaultdict(set)
    for person_id, code in rows.order_by("pk").values_list("person_id", "code"):
        found[person_id].add(code)
    return found


def _wanted(
    wanted: ClassRequest,
    plan: Timetable,
    today: date,
    numbers: _Numbers,
    not_by: frozenset[int],
    closed: frozenset[int],
) -> timetable.Class:
    earliest = max(plan.first_week, wanted.wished_from, today + timedelta(days=1))
    begin, end = (earliest - plan.first_week).days, plan.weeks * 7
    return timetable.Class(
        field=numbers.subject(wanted),
        evenings=tuple(
            day
            for day in range(begin, end)
            if wanted.evenings >> day % 7 & 1 and day not in closed
        ),
        sessions=wanted.course.sessions,
        room=numbers.room(wanted.place_id, wanted.room),
        group=numbers.group(wanted.place_id, wanted.group, ("request", wanted.pk)),
        position=numbers.plane.of_e6(
            wanted.place.lon_e6, wanted.place.lat_e6, wanted.division_id
        ),
        not_by=not_by,
        closed=closed,
    )


def _holidays(plan: Timetable) -> frozenset[int]:
    """Days on which no session is put: at home people are with their families."""
    days = (plan.weeks * evenings.WEEK + LONGEST).days
    return frozenset(
        day for day in range(days) if evenings.is_holiday(plan.first_week + timedelta(days=day))
    )


def _kept(session: Session, numbers: _Numbers) -> timetable.Class:
    place = session.place
    return timetable.Class(
        field=-1,
        evenings=(),
        sessions=1,
        room=numbers.room(session.place_id, session.room),
        group=numbers.group(session.place_id, session.group, ("session", session.pk)),
        position=numbers.plane.of_e6(place.lon_e6, place.lat_e6, place.division_id),
    )


def _taken_rooms(
    requests: list[ClassRequest], plan: Timetable, numbers: _Numbers
) -> set[tuple[int, int]]:
    places = {one.place_id for one in requests}
    until = plan.first_week + plan.weeks * evenings.WEEK + LONGEST
    taken = clashes.rooms_taken(places, plan.first_week, until)
    return {
        (room, (day - plan.first_week).days)
        for place, day in taken
        for room in numbers.rooms_of(place)
    }

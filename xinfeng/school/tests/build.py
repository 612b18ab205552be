"""Builders: a valid thing in one line; a test names only what it is about.

The cast: Bo lectures and lives in 茶山村, the keeper keeps its station, Lan works in the city's
office, Mei learns.
"""

from datetime import date, timedelta
from itertools import count

from xinfeng.base import scope, short_code
from xinfeng.people.models import Person
from xinfeng.people.tests.build import a_keeper, a_person, an_office
from xinfeng.places.models import Place
from xinfeng.places.tests.build import NINE, a_city, a_place
from xinfeng.school import commands, evenings, queries
from xinfeng.school.commands import NewRequest, Offer, Solution
from xinfeng.school.models import (
    ClassRequest,
    Course,
    Field,
    Lecturer,
    NightClass,
    Timetable,
)

# The Monday after NINE, a Sunday.
MONDAY = date(2022, 7, 18)
SEVEN_PM = 19 * 60
_codes = count(1)


def a_field(code: str = "hobbies", name: str = "兴趣爱好") -> Field:
    return Field.objects.get_or_create(code=code, defaults={"name": name})[0]


def a_course(code: str = "baduanjin", **more: object) -> Course:
    """Three evenings of 八段锦, an hour each."""
    fields = {
        "title": "八段锦", "outline": "八式逐式学", "sessions": 3, "minutes": 60,
        "field": a_field(), "division": a_city().city, "offered_at": NINE,
    } | more  # fmt: skip
    return Course.objects.get_or_create(code=code, defaults=fields)[0]


def the_office() -> Person:
    """Lan, of the city's office."""
    return Person.objects.filter(username="lan").first() or an_office(a_city().city, "lan")


def the_keeper(place: Place) -> Person:
    found = Person.objects.filter(username=f"keeper{place.pk}").first()
    return found or a_keeper(place, f"keeper{place.pk}")


def a_lecturer(username: str = "bo", **more: object) -> Lecturer:
    """Teaches hobbies on every evening, three a week, 50 km around 茶山村."""
    person = more.pop("person", None) or a_person(username, name="柏老师")
    taught = more.pop("fields", None) or [a_field()]
    columns = {
        "code": f"L{next(_codes):05d}", "division_id": person.division_id, "reach_m": 50_000,
        "capacity_a_week": 3, "evenings": evenings.ALL, "state": "APPROVED",
        "applied_at": NINE, "decided_at": NINE, "decided_by": the_office(),
    } | more  # fmt: skip
    with scope.whole_city():
        lecturer = Lecturer.objects.create(person=person, **columns)
        lecturer.fields.set(taught)
    return lecturer


def an_offer(**more: object) -> Offer:
    fields = {
        "fields": (a_field().pk,), "reach_m": 20_000, "capacity_a_week": 2,
        "evenings": evenings.ALL,
    } | more  # fmt: skip
    return Offer(**fields)


def a_wish(place: Place, **more: object) -> NewRequest:
    """八段锦 for two learners, on any evening from Monday on, in the hall."""
    fields = {
        "code": f"R{next(_codes):05d}", "place_id": place.pk, "course_id": a_course().pk,
        "wished_from": MONDAY, "evenings": evenings.ALL, "begins_minute": SEVEN_PM,
        "heads": 2, "room": "礼堂",
    } | more  # fmt: skip
    return NewRequest(**fields)


def a_request(place: Place | None = None, **more: object) -> ClassRequest:
    place = place or a_place()
    return commands.request_class(new=a_wish(place, **more), actor=the_keeper(place), at=NINE)


def a_class(
    request: ClassRequest | None = None,
    *,
    lecturer: Lecturer | None = None,
    first_on: date = MONDAY + timedelta(days=1),
    state: str = "DRAFT",
) -> NightClass:
    """From Tuesday on; a draft, proposed, confirmed or published."""
    wanted = request or a_request()
    given_by = lecturer or a_lecturer()
    made = commands.place_class(
        request_id=wanted.pk, lecturer_id=given_by.pk, first_on=first_on,
        code=f"C{next(_codes):05d}", actor=the_office(), at=NINE,
    )  # fmt: skip
    if state != "DRAFT":
        commands.propose_class(class_id=made.pk, actor=the_office(), at=NINE)
    if state in {"CONFIRMED", "PUBLISHED"}:
        commands.accept_class(class_id=made.pk, actor=given_by.person, at=NINE)
    if state == "PUBLISHED":
        commands.publish_class(class_id=made.pk, actor=the_keeper(wanted.place), at=NINE)
    return fresh(made)


def a_timetable(*, weeks: int = 4, division: object = None, work: bool = True) -> Timetable:
    """Asked for by the office, and worked out as the job does it."""
    plan = commands.ask_timetable(
        code=f"T{next(_codes):05d}", division_id=(division or a_city().city).pk,
        first_week=MONDAY, weeks=weeks, actor=the_office(), at=NINE,
    )  # fmt: skip
    return worked_out(plan) if work else plan


def worked_out(plan: Timetable, *, meanwhile: object = None) -> Timetable:
    """What the job does; `meanwhile` happens between solving and writing."""
    plan = commands.start_timetable(timetable_id=plan.pk, at=NINE)
    problem = queries.problem(plan, NINE.date())
    answer = queries.solve(problem, seed=0)
    if callable(meanwhile):
        meanwhile()
    return commands.finish_timetable(
        timetable_id=plan.pk, solution=Solution(problem, answer),
        new_codes=short_code.many(len(problem.wishes), 10), at=NINE,
    )  # fmt: skip


def fresh(row):  # type: ignore[no-untyped-def]
    """The row as it is now; of a class with its lecturer, whose row is guarded."""
    found = type(row).objects
    if isinstance(row, NightClass):
        found = found.select_related("lecturer__person", "place", "request")
    with scope.whole_city():
        return found.get(pk=row.pk)

"""The timetable desk of an office: what waits, what is being worked out, who could give it."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from math import dist

from xinfeng.base import scope
from xinfeng.base.standing import Standing
from xinfeng.people.models import Qualification
from xinfeng.people.permissions import OFFICES
from xinfeng.people.queries import masked_names
from xinfeng.places.models import Division
from xinfeng.school import evenings, permissions, positions
from xinfeng.school.models import (
    WAITING_FOR_PLACE,
    ClassRequest,
    ClassState,
    Lecturer,
    NightClass,
    RequestState,
    Timetable,
)

from .lecturers import Candidate, to_decide
from .lines import PAGE, ClassLine, lines_of, named
from .stations import RequestLine, request_lines

CANDIDATES = 15


@dataclass(frozen=True)
class Desk:
    """Everything that waits for the office, within its reach."""

    divisions: list[Division]
    counts: dict[str, int]
    waiting: list[ClassRequest]
    after: int | None
    asked: list[ClassLine]
    to_publish: list[ClassLine]
    timetables: list[Timetable]
    applied: list[Candidate]


@dataclass(frozen=True)
class PlanPage:
    """One timetable: how far, what came out, and why the rest found no place."""

    plan: Timetable
    drafts: list[ClassLine]
    unplaced: list[ClassRequest]
    may_change: bool

    @property
    def is_working(self) -> bool:
        return self.plan.state in {"QUEUED", "RUNNING"}

    @property
    def begins(self) -> date:
        """The first week in which something of it is new."""
        drafts = [line.night_class.first_on for line in self.drafts]
        return evenings.monday(min(drafts, default=self.plan.first_week))


@dataclass(frozen=True)
class Able:
    """Somebody who could give the class: how far they live, and when they are free."""

    lecturer: Lecturer
    name: str
    metres: int
    declined: bool

    @property
    def in_reach(self) -> bool:
        return self.metres <= self.lecturer.reach_m


@dataclass(frozen=True)
class RequestPage:
    line: RequestLine
    able: list[Able]
    declined: list[NightClass]
    may_place: bool

    @property
    def request(self) -> ClassRequest:
        return self.line.request


def desk(standing: Standing, *, at: datetime, after: int | None) -> Desk | None:
    spans = standing.spans(OFFICES)
    if not spans:
        return None
    lo, hi = max(spans, key=lambda span: span[1] - span[0])
    inside = ClassRequest.objects.inside(lo, hi)
    found = inside.filter(state__in=WAITING_FOR_PLACE).select_related("course", "place")
    if after:
        found = found.filter(pk__gt=after)
    rows = list(found.order_by("pk")[: PAGE + 1])
    states = inside.order_by("state").values_list("state", flat=True)
    timetables = Timetable.objects.filter(division_id__gte=lo, division_id__lt=hi)
    with scope.whole_city():
        classes = named(NightClass.objects.inside(lo, hi))
        asked = classes.filter(state=ClassState.PROPOSED).order_by("asked_at", "pk")
        ready = classes.filter(state=ClassState.CONFIRMED).order_by("first_on", "pk")
        open_ones = [list(asked[:PAGE]), list(ready[:PAGE])]
    return Desk(
        divisions=list(
            Division.objects.filter(pk__in=[span[0] for span in spans]).order_by("pk")
        ),
        counts=dict(Counter(states.filter(closed_at=None))),
        waiting=rows[:PAGE],
        after=rows[PAGE - 1].pk if len(rows) > PAGE else None,
        asked=lines_of(open_ones[0], at),
        to_publish=lines_of(open_ones[1], at),
        timetables=list(timetables.select_related("division").order_by("-pk")[:10]),
        applied=to_decide(standing),
    )


def timetable_for(code: str, standing: Standing) -> Timetable | None:
    """A timetable for whoever may make one there."""
    plan = Timetable.objects.select_related("division").filter(code=code).first()
    if plan is None or not permissions.may_plan(standing, *plan.division.span):
        return None
    return plan


def plan_page(plan: Timetable, *, at: datetime) -> PlanPage:
    lo, hi = plan.division.span
    with scope.whole_city():
        drafts = NightClass.objects.filter(timetable=plan, state=ClassState.DRAFT)
        rows = list(named(drafts).order_by("first_on", "begins_minute", "pk")[:500])
    left = ClassRequest.objects.inside(lo, hi).filter(state=RequestState.UNPLACED)
    return PlanPage(
        plan=plan,
        drafts=lines_of(rows, at),
        unplaced=list(left.select_related("course", "place").order_by("why", "pk")[:200]),
        may_change=plan.state == "DRAFT",
    )


def request_page(
    code: str, *, standing: Standing, at: datetime, today: date
) -> RequestPage | None:
    """For the station that asked and the offices above it."""
    found = ClassRequest.objects.filter(code=code).select_related("course__field", "place")
    request = found.select_related("course__field", "place", "division").first()
    if request is None or not permissions.may_withdraw(standing, request):
        return None
    may_place = permissions.may_place(standing, request.division_id)
    with scope.whole_city():
        declined = request.classes.filter(state=ClassState.DECLINED)
        said_no = list(named(declined).order_by("declined_at", "pk"))
    refused = {one.lecturer_id for one in said_no}
    open_ones = may_place and request.closed_at is None
    return RequestPage(
        line=request_lines([request], at)[0],
        able=_able(request, refused, today) if open_ones else [],
        declined=said_no,
        may_place=may_place,
    )


def _able(request: ClassRequest, declined: set[int], today: date) -> list[Able]:
    """Lecturers of the field with what the course asks for, nearest first."""
    with scope.whole_city():
        active = Lecturer.objects.lecturing().filter(fields=request.course.field_id)
        rows = list(active.select_related("division").order_by("pk"))
        if needed := set(request.course.qualifications):
            held = _held(rows, today)
            rows = [one for one in rows if needed <= held.get(one.person_id, set())]
        names = masked_names(one.person_id for one in rows)
    plane = positions.plane()
    place = request.place
    here = plane.of_e6(place.lon_e6, place.lat_e6, request.division_id)
    found = [
        Able(
            one,
            names.get(one.person_id, "*"),
            round(dist(plane.of_division(one.division_id), here)),
            one.pk in declined,
        )
        for one in rows
    ]
    return sorted(found, key=lambda one: (one.metres, one.lecturer.pk))[:CANDIDATES]


def _held(lecturers: list[Lecturer], on: date) -> dict[int, set[str]]:
    rows = Qualification.objects.filter(
        person__in=[one.person_id for one in lecturers]
    ).valid_on(on)
    found: dict[int, set[str]] = {}
    for person_id, code in rows.order_by("pk").values_list("person_id", "code"):
        found.setdefault(person_id, set()).add(code)
    return found

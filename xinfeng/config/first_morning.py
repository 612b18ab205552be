"""What the offices of a demo do on its first morning: they have the engines work.

A simulated city has orders and class requests that wait, but no plan and no timetable: every
number of those is one that the engines proved, on the city as it stands.
"""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from time import perf_counter

from django.db.models import Count

from xinfeng.base import clock, codes, scope, short_code
from xinfeng.base.codes import Level
from xinfeng.dispatch import commands as dispatch
from xinfeng.dispatch import jobs as dispatch_jobs
from xinfeng.dispatch.models import MenuItem, Plan
from xinfeng.people.models import Grant, Person, Role
from xinfeng.school import commands as school
from xinfeng.school import jobs as school_jobs
from xinfeng.school.models import WAITING_FOR_PLACE, ClassRequest, Timetable

Say = Callable[[str], None]
# Lecturers are asked two weeks ahead, for classes that begin within so many.
_AHEAD = timedelta(days=14)
_WEEKS = 5


def work(city: int, say: Say) -> None:
    """Plan the city's orders, and the classes of two counties: one asked, one still a draft."""
    now = clock.now()
    office = _holder(Role.CITY_OFFICE, city)
    if office is None:
        return
    if MenuItem.objects.exists():
        _plan_orders(city, office, now, say)
    own = _county_of_the_cast()
    if own is not None:
        county, head = own
        plan = _work_out_timetable(county, head, now, say)
        school.publish_timetable(timetable_id=plan.pk, actor=head, at=now)
    if (other := _busiest_county(None if own is None else own[0])) is not None:
        _work_out_timetable(other, office, now, say)


def _plan_orders(city: int, office: Person, now: datetime, say: Say) -> None:
    started = perf_counter()
    plan = dispatch.ask_for_plan(
        code=short_code.new(10), division_id=city, actor=office, at=now, seed=1
    )
    dispatch_jobs.work_out_plan(plan_id=plan.pk)
    plan = Plan.objects.get(pk=plan.pk)
    say(
        f"planned {plan.orders:,} orders that wait: {plan.proposed} proposals,"
        f" {plan.unserved} orders explained, {perf_counter() - started:.1f} s"
    )


def _work_out_timetable(county: int, actor: Person, now: datetime, say: Say) -> Timetable:
    started = perf_counter()
    plan = school.ask_timetable(
        code=short_code.new(10), division_id=county, first_week=_first_week(now),
        weeks=_WEEKS, actor=actor, at=now,
    )  # fmt: skip
    school_jobs.work_out_timetable(timetable_id=plan.pk)
    plan = Timetable.objects.get(pk=plan.pk)
    say(
        f"timetable of {county}: {plan.placed} classes placed, {plan.unplaced} not,"
        f" {perf_counter() - started:.1f} s"
    )
    return plan


def _first_week(now: datetime) -> date:
    day = clock.local_date(now) + _AHEAD
    return day - timedelta(days=day.weekday())


def _holder(role: Role, division: int) -> Person | None:
    with scope.whole_city():
        grants = Grant.objects.filter(role=role, division_id=division)
        grant = grants.select_related("person").order_by("pk").first()
    return None if grant is None else grant.person


def _county_of_the_cast() -> tuple[int, Person] | None:
    with scope.whole_city():
        grants = Grant.objects.filter(role=Role.COUNTY_OFFICE, division__isnull=False)
        grant = grants.select_related("person").order_by("pk").first()
    return None if grant is None else (int(grant.division_id or 0), grant.person)


def _busiest_county(but: int | None) -> int | None:
    """Where most requests wait."""
    waiting = ClassRequest.objects.filter(state__in=WAITING_FOR_PLACE).order_by()
    counted: dict[int, int] = {}
    for division, requests in waiting.values_list("division_id").annotate(n=Count("pk")):
        county = codes.span(division, Level.COUNTY)[0]
        counted[county] = counted.get(county, 0) + requests
    counted.pop(but or 0, None)
    return max(counted, key=lambda county: (counted[county], county)) if counted else None

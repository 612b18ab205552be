"""The timetable as a job: asked for, worked out, looked at, and sent to the lecturers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from procrastinate.contrib.django import app

from xinfeng.base import clock, codes, scope
from xinfeng.base.refusal import Forbidden, Refusal
from xinfeng.journal import commands as journal
from xinfeng.people.models import Person
from xinfeng.people.queries import standing_of
from xinfeng.places.models import Division
from xinfeng.school import evenings, permissions, timetable
from xinfeng.school.models import (
    ClassRequest,
    ClassState,
    Lecturer,
    NightClass,
    RequestState,
    Timetable,
    TimetableState,
    Unplaced,
)
from xinfeng.school.queries.planning import Problem

from .placing import drop, lock_live, lock_request, propose, put

journal.declare(
    {
        "timetable.asked": gettext_lazy("asked for a timetable"),
        "timetable.started": gettext_lazy("began to work out a timetable"),
        "timetable.worked_out": gettext_lazy("worked out a timetable"),
        "timetable.failed": gettext_lazy("could not work out a timetable"),
        "timetable.published": gettext_lazy("sent a timetable to the lecturers"),
        "class_request.unplaced": gettext_lazy("found no place for a class in the timetable"),
    }
)
JOB = "work_out_timetable"


@dataclass(frozen=True)
class Solution:
    """What the solver made of a problem, with all that it stands for."""

    problem: Problem
    answer: timetable.Timetable


@scope.command
def ask_timetable(
    *,
    code: str,
    division_id: int,
    first_week: date,
    weeks: int,
    actor: Person,
    at: datetime,
    seed: int = 0,
) -> Timetable:
    """Have a timetable worked out for an area; a job does it while the page shows how far."""
    division = Division.objects.filter(pk=division_id).first()
    standing = standing_of(actor, clock.local_date(at))
    if division is None or not permissions.may_plan(standing, *division.span):
        raise Forbidden("not_your_area", _("Only an office can do this, within its area."))
    if already := Timetable.objects.filter(code=code).first():
        if already.asked_by_id != actor.pk:
            raise Refusal("code_taken", _("This code is taken; open the form once more."))
        return already
    first_week = evenings.monday(first_week)
    if not 1 <= weeks <= 26:
        raise Refusal("weeks", _("A timetable reaches over 1 to 26 weeks."))
    if first_week + weeks * evenings.WEEK <= clock.local_date(at):
        raise Refusal("week_over", _("This week is over; choose a later one."))
    _refuse_two_at_once(division)
    plan = Timetable.objects.create(
        code=code, division=division, first_week=first_week, weeks=weeks, seed=seed,
        asked_by=actor, asked_at=at,
    )  # fmt: skip
    app.configure_task(JOB, lock=f"school:{division_id}").defer(timetable_id=plan.pk)
    _record("timetable.asked", plan, actor, at)
    return plan


@scope.command
def start_timetable(*, timetable_id: int, at: datetime) -> Timetable:
    """The job begins. Begun once more it goes on from the same wishes."""
    plan = _lock(timetable_id)
    if plan.state == TimetableState.QUEUED:
        plan.move_to(TimetableState.RUNNING)
        plan.started_at, plan.progress = at, 5
        plan.save(update_fields=["state", "started_at", "progress"])
        _record("timetable.started", plan, None, at)
    return plan


@scope.command
def tell_progress(*, timetable_id: int, percent: int, at: datetime) -> None:
    """How far the job is, for the page that waits."""
    running = Timetable.objects.filter(pk=timetable_id, state=TimetableState.RUNNING)
    running.update(progress=percent)


@scope.command
def fail_timetable(*, timetable_id: int, failure: str, at: datetime) -> Timetable:
    """The job could not do it; nothing was moved."""
    plan = _lock(timetable_id)
    if plan.state in {TimetableState.QUEUED, TimetableState.RUNNING}:
        plan.move_to(TimetableState.FAILED)
        plan.failure, plan.done_at = failure, at
        plan.save(update_fields=["state", "failure", "done_at"])
        _record("timetable.failed", plan, None, at)
    return plan


@scope.command
def finish_timetable(
    *, timetable_id: int, solution: Solution, new_codes: Sequence[str], at: datetime
) -> Timetable:
    """Write what was worked out. What changed meanwhile, above all what a lecturer has
    accepted, stays as it is."""
    plan = _lock(timetable_id)
    if plan.state != TimetableState.RUNNING:
        return plan
    wanted = _free_requests(solution.problem)
    results = _results(solution)
    kept = _keep_same(wanted, results, plan, at)
    lecturers = Lecturer.objects.in_bulk([r.lecturer_id for r in results.values() if r])
    placed = set(kept)
    for code, (pk, request) in zip(new_codes, wanted.items(), strict=False):
        result = results[pk]
        if result is None:
            _leave_out(request, solution, at)
        elif pk not in kept and _put(
            request, lecturers[result.lecturer_id], result, plan, code, at
        ):
            placed.add(pk)
    plan.kept, plan.placed, plan.unplaced = len(kept), len(placed), len(wanted) - len(placed)
    plan.travel_m = sum(result.travel_m for pk in placed if (result := results[pk]))
    _close(plan, solution, at)
    return plan


@scope.command
def publish_timetable(*, timetable_id: int, actor: Person, at: datetime) -> Timetable:
    """Ask the lecturers: each answers for themselves."""
    plan = _lock(timetable_id)
    standing = standing_of(actor, clock.local_date(at))
    if not permissions.may_plan(standing, *plan.division.span):
        raise Forbidden("not_your_area", _("Only an office can do this, within its area."))
    if plan.state == TimetableState.PUBLISHED:
        return plan
    plan.move_to(TimetableState.PUBLISHED)
    plan.published_at = at
    plan.save(update_fields=["state", "published_at"])
    drafts = NightClass.objects.filter(timetable=plan, state=ClassState.DRAFT)
    for request_id in drafts.order_by("request_id").values_list("request_id", flat=True):
        request = lock_request(request_id)
        assert request is not None
        for night_class in lock_live(request):
            if night_class.state == ClassState.DRAFT:
                propose(night_class, actor=actor, at=at)
    _record("timetable.published", plan, actor, at)
    return plan


@dataclass(frozen=True)
class _Result:
    lecturer_id: int
    first_on: date
    travel_m: int


def _lock(timetable_id: int) -> Timetable:
    found = Timetable.objects.select_for_update(of=("self",)).select_related("division")
    plan = found.filter(pk=timetable_id).first()
    if plan is None:
        raise Forbidden("not_your_area", _("Only an office can do this, within its area."))
    return plan


def _refuse_two_at_once(division: Division) -> None:
    """Two plans of one area at once would take the same lecturers."""
    Division.objects.select_for_update(no_key=True).get(pk=division.pk)
    lo, hi = division.span
    above = codes.ancestors(division.pk, codes.Level(division.level))
    open_ones = Timetable.objects.filter(
        state__in=[TimetableState.QUEUED, TimetableState.RUNNING]
    )
    inside = open_ones.filter(division_id__gte=lo, division_id__lt=hi)
    if (inside | open_ones.filter(division_id__in=above)).exists():
        raise Refusal("timetable_running", _("A timetable of this area is being worked out."))


def _free_requests(problem: Problem) -> dict[int, ClassRequest]:
    """The requests of the plan, held, as far as they are still as the plan saw them."""
    found = {}
    for wish in sorted(problem.wishes, key=lambda wish: wish.request_id):
        request = lock_request(wish.request_id)
        assert request is not None
        live = lock_live(request)
        if [night_class.pk for night_class in live] != [
            pk for pk in (wish.proposed,) if pk is not None
        ]:
            continue
        if any(one.state not in {ClassState.DRAFT, ClassState.PROPOSED} for one in live):
            continue
        if live or request.state in {RequestState.ASKED, RequestState.UNPLACED}:
            found[request.pk] = request
    return found


def _results(solution: Solution) -> dict[int, _Result | None]:
    problem, answer = solution.problem, solution.answer
    results: dict[int, _Result | None] = {}
    for number, wish in enumerate(problem.wishes):
        placed = answer.placed[number]
        results[wish.request_id] = (
            None
            if placed is None
            else _Result(
                problem.lecturer_ids[placed.lecturer],
                problem.day(placed.first),
                timetable.way_m(problem.classes[number], problem.lecturers[placed.lecturer]),
            )
        )
    return results


def _keep_same(
    wanted: dict[int, ClassRequest],
    results: dict[int, _Result | None],
    plan: Timetable,
    at: datetime,
) -> set[int]:
    """What comes out as it was stays; all else is taken out first, so that nothing is in the
    way of what is put in."""
    kept = set()
    for pk, request in wanted.items():
        result = results[pk]
        for old in lock_live(request):
            same = result and (old.lecturer_id, old.first_on) == (
                result.lecturer_id, result.first_on,
            )  # fmt: skip
            if not same:
                drop(old, actor=None, at=at)
                continue
            kept.add(pk)
            if old.state == ClassState.DRAFT:
                old.timetable = plan
                old.save(update_fields=["timetable"])
    return kept


def _put(
    request: ClassRequest,
    lecturer: Lecturer,
    result: _Result,
    plan: Timetable,
    code: str,
    at: datetime,
) -> bool:
    try:
        put(
            request, lecturer, result.first_on, code=code, timetable=plan,
            travel_m=result.travel_m, actor=None, at=at,
        )  # fmt: skip
    except Refusal:
        # Somebody took the evening while the plan was worked out.
        _unplaced(request, Unplaced.OTHERS_CAME_FIRST, {}, at)
        return False
    return True


def _leave_out(request: ClassRequest, solution: Solution, at: datetime) -> None:
    problem = solution.problem
    number = next(n for n, wish in enumerate(problem.wishes) if wish.request_id == request.pk)
    why = Unplaced[solution.answer.why[number].name]
    reasons = timetable.reasons(problem.classes[number], problem.lecturers)
    _unplaced(request, why, reasons, at)


def _unplaced(
    request: ClassRequest, why: Unplaced, numbers: dict[str, int], at: datetime
) -> None:
    if request.state != RequestState.UNPLACED:
        request.move_to(RequestState.UNPLACED)
    request.why, request.why_numbers = why, numbers
    request.save(update_fields=["state", "why", "why_numbers"])
    journal.record(
        "class_request.unplaced", request, actor=None, at=at, where=request.division_id,
        on=clock.local_date(at), why=str(why),
    )  # fmt: skip


def _close(plan: Timetable, solution: Solution, at: datetime) -> None:
    plan.move_to(TimetableState.DRAFT)
    plan.progress, plan.done_at = 100, at
    plan.cost_m, plan.bound_m = solution.answer.cost_m, solution.answer.bound_m
    plan.save(
        update_fields=["state", "progress", "done_at", "placed", "kept", "unplaced",
                       "travel_m", "cost_m", "bound_m"]
    )  # fmt: skip
    _record("timetable.worked_out", plan, None, at)


def _record(verb: str, plan: Timetable, actor: Person | None, at: datetime) -> None:
    journal.record(
        verb, plan, actor=actor, at=at, where=plan.division_id, on=clock.local_date(at)
    )

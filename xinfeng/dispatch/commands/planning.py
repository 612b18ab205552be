"""A plan for all orders of a division that wait: asked for, worked out as a job, kept.

Working it out takes seconds and holds nothing; what it found is kept order by order under the
orders' locks, and only for orders that are still as the plan saw them. A plan proposes: nobody
is asked anything before the centre confirms.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, TypeVar
from zlib import crc32

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from procrastinate.contrib.django import app

from xinfeng.base import clock, scope
from xinfeng.base.refusal import Forbidden, Refusal, Unknown
from xinfeng.dispatch import permissions, solving
from xinfeng.dispatch.models import (
    Offer,
    OfferState,
    Order,
    Plan,
    PlanState,
    Unserved,
)
from xinfeng.dispatch.solving import Left, Proposal, Solution
from xinfeng.journal import commands as journal
from xinfeng.people.models import Person
from xinfeng.people.queries import standing_of
from xinfeng.places.models import Division

journal.declare(
    {
        "plan.asked_for": gettext_lazy("asked for a plan of all open orders"),
        "plan.begun": gettext_lazy("began to work out a plan of open orders"),
        "plan.kept": gettext_lazy("proposed volunteers for open orders"),
        "plan.done": gettext_lazy("finished a plan of open orders"),
        "plan.failed": gettext_lazy("could not finish a plan of open orders"),
    }
)
T = TypeVar("T", Proposal, Left)
JOB = "dispatch.work_out_plan"
# Orders locked at a time: a clerk who opens one of them waits no longer than a moment.
AT_ONCE = 200
# A job that has not ended after so long has died with its worker.
STALLED_AFTER = timedelta(minutes=10)
_GOING_ON = (PlanState.QUEUED, PlanState.RUNNING)
READ, SOLVED = 5, 50


@scope.command
def ask_for_plan(
    *, code: str, division_id: int, actor: Person, at: datetime, seed: int | None = None
) -> Plan:
    """Have the best plan worked out for all orders of a division that wait.

    While one is being worked out for it, that one is the answer.
    """
    standing = standing_of(actor, clock.local_date(at))
    if not permissions.may_plan(standing, division_id):
        raise Forbidden("not_your_area", _("You can plan the orders of your area only."))
    # Two who press at once get one plan: the division is the root.
    if Division.objects.select_for_update(no_key=True).filter(pk=division_id).first() is None:
        raise Unknown("division_unknown", _("There is no such division."))
    if known := Plan.objects.filter(code=code).first():
        if known.division_id != division_id:
            raise Refusal("code_taken", _("This code is taken; choose another one."))
        return known
    going_on = Plan.objects.filter(division_id=division_id, state__in=_GOING_ON)
    if running := going_on.order_by("-pk").first():
        return running
    plan = Plan.objects.create(
        code=code, division_id=division_id, asked_by=actor, asked_at=at,
        seed=crc32(code.encode()) if seed is None else seed,
    )  # fmt: skip
    _record("plan.asked_for", plan, actor, at)
    arguments: dict[str, Any] = {"plan_id": plan.pk}
    # One plan at a time in the whole city: two would propose one volunteer twice.
    app.configure_task(JOB, lock="plans_of_orders").defer(**arguments)
    return plan


@scope.command
def begin_plan(*, plan_id: int, at: datetime) -> Plan | None:
    """The job takes the plan up; None when it has ended already."""
    plan = _locked(plan_id)
    if plan.state not in _GOING_ON:
        return None
    if plan.state == PlanState.QUEUED:
        plan.move_to(PlanState.RUNNING)
        _record("plan.begun", plan, None, at)
    plan.started_at, plan.progress_percent = at, READ
    plan.save(update_fields=["state", "started_at", "progress_percent"])
    return plan


@scope.command
def keep_proposals(
    *,
    plan_id: int,
    proposals: Sequence[Proposal],
    unserved: Sequence[Left],
    progress_percent: int,
    at: datetime,
) -> tuple[int, int]:
    """Propose what was found for some orders; how many proposals and how many without anybody.

    What an earlier plan proposed for them goes. An order that has moved on since, or for which
    somebody was asked meanwhile, stays as it is.
    """
    plan = _locked(plan_id)
    if plan.state != PlanState.RUNNING:
        return 0, 0
    found = {one.order_id: one.attempt for one in proposals}
    found |= {one.order_id: one.attempt for one in unserved}
    orders = _as_they_were(found, at)
    Offer.objects.filter(order__in=orders, state=OfferState.PROPOSED).delete()
    Unserved.objects.filter(order__in=orders).delete()
    kept = [one for one in proposals if one.order_id in orders]
    left = [one for one in unserved if one.order_id in orders]
    Offer.objects.bulk_create(_offer(one, plan, at) for one in kept)
    Unserved.objects.bulk_create(_unserved(one, plan, at) for one in left)
    plan.progress_percent = progress_percent
    plan.save(update_fields=["progress_percent"])
    if kept or left:
        _record("plan.kept", plan, None, at, proposed=len(kept), unserved=len(left))
    return len(kept), len(left)


@scope.command
def finish_plan(
    *, plan_id: int, solution: Solution, proposed: int, unserved: int, at: datetime
) -> Plan:
    """What the plan came to, with its proof."""
    plan = _locked(plan_id)
    if plan.state == PlanState.DONE:
        return plan
    plan.move_to(PlanState.DONE)
    plan.orders, plan.volunteers = solution.orders, solution.volunteers
    plan.proposed, plan.unserved = proposed, unserved
    plan.cost_m, plan.bound_m = solution.cost, solution.bound
    plan.greedy_cost_m = solution.greedy_cost
    plan.progress_percent, plan.ended_at = 100, at
    plan.save(update_fields=[
        "state", "orders", "volunteers", "proposed", "unserved", "cost_m", "bound_m",
        "greedy_cost_m", "progress_percent", "ended_at",
    ])  # fmt: skip
    _record("plan.done", plan, None, at, proposed=proposed, unserved=unserved)
    return plan


@scope.command
def fail_plan(*, plan_id: int, problem: str, at: datetime) -> Plan:
    """The plan could not be worked out; what was proposed on the way stays proposed."""
    plan = _locked(plan_id)
    if plan.state not in _GOING_ON:
        return plan
    plan.move_to(PlanState.FAILED)
    plan.problem, plan.ended_at = problem[:200], at
    plan.save(update_fields=["state", "problem", "ended_at"])
    _record("plan.failed", plan, None, at)
    return plan


def work_out(plan_id: int, at: datetime) -> Plan | None:
    """Everything the job does: read, solve, keep in pieces, finish."""
    plan = begin_plan(plan_id=plan_id, at=at)
    if plan is None:
        return None
    solution = solving.solve(plan.division_id, plan.seed, at)
    proposed = unserved = 0
    for number, of, proposals, left in pieces(solution):
        kept, nobody = keep_proposals(
            plan_id=plan_id, proposals=proposals, unserved=left, at=at,
            progress_percent=SOLVED + (99 - SOLVED) * number // of,
        )  # fmt: skip
        proposed, unserved = proposed + kept, unserved + nobody
    return finish_plan(
        plan_id=plan_id, solution=solution, proposed=proposed, unserved=unserved, at=at
    )


def pieces(
    solution: Solution,
) -> Iterator[tuple[int, int, list[Proposal], list[Left]]]:
    """The plan a few orders at a time, in the order in which they are locked."""
    served = {one.order_id for one in solution.proposals}
    orders = sorted(served | {one.order_id for one in solution.unserved})
    parts = [orders[first : first + AT_ONCE] for first in range(0, len(orders), AT_ONCE)]
    proposals, unserved = _by_order(solution.proposals), _by_order(solution.unserved)
    for number, part in enumerate(parts, start=1):
        yield (
            number,
            len(parts),
            [one for order_id in part for one in proposals.get(order_id, ())],
            [one for order_id in part for one in unserved.get(order_id, ())],
        )


def stalled_plans(at: datetime) -> list[int]:
    """Plans whose job ended without a word."""
    running = Plan.objects.filter(state=PlanState.RUNNING, started_at__lt=at - STALLED_AFTER)
    return list(running.order_by("pk").values_list("pk", flat=True))


def _locked(plan_id: int) -> Plan:
    return Plan.objects.select_for_update(no_key=True).get(pk=plan_id)


def _as_they_were(attempts: Mapping[int, int], at: datetime) -> set[int]:
    """Those of the orders, now locked, that still wait in the attempt the plan saw."""
    locked = Order.objects.select_for_update(no_key=True).filter(pk__in=attempts).order_by("pk")
    found = {order.pk: order.attempt for order in locked}
    still = solving.waiting_ids(found, at)
    return {pk for pk, attempt in found.items() if attempts[pk] == attempt and pk in still}


def _offer(one: Proposal, plan: Plan, at: datetime) -> Offer:
    return Offer(
        order_id=one.order_id, attempt=one.attempt, division_id=one.division_id,
        person_id=one.person_id, plan=plan, state=OfferState.PROPOSED, starts_at=one.starts_at,
        ends_at=one.ends_at, metres=one.metres, why=one.why, proposed_at=at,
        proposed_by_id=plan.asked_by_id,
    )  # fmt: skip


def _unserved(one: Left, plan: Plan, at: datetime) -> Unserved:
    return Unserved(
        order_id=one.order_id, plan=plan, attempt=one.attempt, why=one.why,
        details=one.details, short=one.short, found_at=at,
    )  # fmt: skip


def _by_order(rows: Iterable[T]) -> dict[int, list[T]]:
    of: dict[int, list[T]] = {}
    for row in rows:
        of.setdefault(row.order_id, []).append(row)
    return of


def _record(verb: str, plan: Plan, actor: Person | None, at: datetime, **details: Any) -> None:
    journal.record(verb, plan, actor=actor, at=at, where=plan.division_id, **details)

"""Plans of all open orders over the interface: asked for, watched, read when ready."""

from django.http import Http404
from ninja import Schema
from pydantic import Field

from xinfeng.base import clock
from xinfeng.base.contract import Moment, answers
from xinfeng.dispatch import commands, explaining
from xinfeng.dispatch.desk_reach import area_of, spans_of
from xinfeng.dispatch.models import Plan
from xinfeng.dispatch.queries import desk_queues as queries
from xinfeng.people.tokens import Scope, TokenRequest, needs

from .desk import AREAS
from .routing import router


class PlanWish(Schema):
    """`code` is yours to choose: sent twice, one plan is made. Without an area: all of mine."""

    code: str = Field(pattern=r"^[A-Za-z0-9_-]{1,20}$")
    within: int | None = Field(None, ge=AREAS[0], lt=AREAS[1])


class PlanStand(Schema):
    """How far a plan is, and when it is DONE what it came to; until then figures are null.

    Costs are metres of way with what unserved orders, much service and ratings add; no plan
    over all volunteers costs less than the bound. What it proposes stands at each order.
    """

    code: str
    division: int
    state: str
    progress_percent: int
    asked_at: Moment
    ended_at: Moment | None
    orders: int | None
    volunteers: int | None
    proposed: int | None
    unserved: int | None
    cost_m: int | None
    bound_m: int | None
    greedy_cost_m: int | None
    problem: str


class PlanList(Schema):
    items: list[PlanStand]


@router.get(
    "/desk/plans",
    response=answers(PlanList),
    auth=needs(Scope.OFFICE),
    summary="The latest plans of my area",
)
def plans(request: TokenRequest) -> PlanList:
    return PlanList(items=[_stand(plan) for plan in queries.plans(spans_of(request))])


@router.post(
    "/desk/plans",
    response=answers(PlanStand),
    auth=needs(Scope.OFFICE),
    summary="Have the best plan worked out for all orders of an area that wait",
)
def ask_for_plan(request: TokenRequest, wish: PlanWish) -> PlanStand:
    """While one is being worked out for the area, that one is the answer: mind its code."""
    made = commands.ask_for_plan(
        code=wish.code,
        division_id=wish.within or area_of(spans_of(request)),
        actor=request.user,
        at=clock.now(),
    )
    return _stand(made)


@router.get(
    "/desk/plans/{code}",
    response=answers(PlanStand),
    auth=needs(Scope.OFFICE),
    summary="How far a plan is, and what it came to",
)
def plan(request: TokenRequest, code: str) -> PlanStand:
    found = queries.plan_at(spans_of(request), code)
    if found is None:
        raise Http404
    return _stand(found)


def _stand(plan: Plan) -> PlanStand:
    return PlanStand(
        code=plan.code,
        division=plan.division_id,
        state=plan.state,
        progress_percent=plan.progress_percent,
        asked_at=plan.asked_at,
        ended_at=plan.ended_at,
        orders=plan.orders,
        volunteers=plan.volunteers,
        proposed=plan.proposed,
        unserved=plan.unserved,
        cost_m=plan.cost_m,
        bound_m=plan.bound_m,
        greedy_cost_m=plan.greedy_cost_m,
        problem=explaining.failed(plan.problem) if plan.problem else "",
    )

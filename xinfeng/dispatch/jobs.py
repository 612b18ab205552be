"""What time brings about for orders. Thin: each job calls one command."""

from procrastinate.contrib.django import app

from xinfeng.base import clock

from . import commands
from .commands import answering, offering, planning, scheduling


@app.task(name=planning.JOB, pass_context=False)
def work_out_plan(plan_id: int) -> None:
    """Read, solve and propose; a plan that breaks off says so to whoever asked for it."""
    try:
        planning.work_out(plan_id, clock.now())
    except Exception as problem:
        commands.fail_plan(plan_id=plan_id, problem=type(problem).__name__, at=clock.now())
        raise


@app.periodic(cron="*/5 * * * *")
@app.task(name="dispatch.end_stalled_plans", queueing_lock="stalled_plans", pass_context=False)
def end_stalled_plans(timestamp: int) -> None:
    """A plan whose worker died is ended, so that another one can be asked for."""
    now = clock.now()
    for plan_id in planning.stalled_plans(now):
        commands.fail_plan(plan_id=plan_id, problem="stalled", at=now)


@app.periodic(cron="* * * * *")
@app.task(name="sweep_orders", queueing_lock="sweep_orders", pass_context=False)
def sweep_orders(timestamp: int) -> None:
    """Each minute: what comes near its deadline, what passes it, what time ends."""
    commands.sweep_deadlines(at=clock.now())


@app.periodic(cron="* * * * *")
@app.task(name="dispatch.sweep_offers", queueing_lock="sweep_offers", pass_context=False)
def sweep_offers(timestamp: int) -> None:
    """Each minute: whose time to answer is over, and what opens to whoever is first."""
    now = clock.now()
    for order_id in answering.to_lapse(now):
        commands.lapse(order_id=order_id, at=now)
    for order_id in offering.to_open():
        commands.open_waiting(order_id=order_id, at=now)


@app.periodic(cron="* * * * *")
@app.task(name="dispatch.follow_services", queueing_lock="follow_services", pass_context=False)
def follow_services(timestamp: int) -> None:
    """Each minute: who has come, who has left, where nobody came."""
    now = clock.now()
    for order_id in scheduling.to_follow(now):
        commands.follow(order_id=order_id, at=now)
    for order_id in scheduling.to_close(now):
        commands.close_service(order_id=order_id, at=now)

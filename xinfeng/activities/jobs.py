"""What time brings about for activities: each job may run twice and tells once."""

from procrastinate.contrib.django import app

from xinfeng.base import clock

from . import commands, queries


@app.periodic(cron="*/5 * * * *")
@app.task(name="remind_volunteers", queueing_lock="remind_volunteers", pass_context=False)
def remind_volunteers(timestamp: int) -> None:
    """A day before their shift; each shift in a transaction of its own."""
    now = clock.now()
    for shift_id in queries.shifts_to_remind(now):
        commands.remind_shift(shift_id=shift_id, at=now)


@app.periodic(cron="10 8 * * *")
@app.task(name="remind_leaders", queueing_lock="remind_leaders", pass_context=False)
def remind_leaders(timestamp: int) -> None:
    """On the fifth and the eighth working day, as long as records are missing."""
    now = clock.now()
    for activity_id in queries.reminders_due(clock.local_date(now)):
        commands.remind_leader(activity_id=activity_id, at=now)


@app.periodic(cron="*/20 * * * *")
@app.task(name="close_registers", queueing_lock="close_registers", pass_context=False)
def close_registers(timestamp: int) -> None:
    """Three days after the end: who was not seen did not come, and what is left is closed."""
    now = clock.now()
    for shift_id in queries.registers_to_close(now):
        commands.close_register(shift_id=shift_id, at=now)
    for activity_id in queries.left_over(now):
        commands.close_left_over(activity_id=activity_id, at=now)


@app.periodic(cron="*/10 * * * *")
@app.task(name="ask_for_reviews", queueing_lock="ask_for_reviews", pass_context=False)
def ask_for_reviews(timestamp: int) -> None:
    """Leaders are told of those who forgot to check out."""
    commands.ask_for_reviews(at=clock.now())

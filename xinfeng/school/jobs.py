"""What is worked out apart from the pages, and what time brings about for classes."""

from procrastinate.contrib.django import app

from xinfeng.base import clock, short_code

from . import commands, queries
from .commands import Solution, timetables
from .models import TimetableState


@app.task(name=timetables.JOB, pass_context=False)
def work_out_timetable(timetable_id: int) -> None:
    """Read, solve outside any transaction, write. Run twice it writes once."""
    plan = commands.start_timetable(timetable_id=timetable_id, at=clock.now())
    if plan.state != TimetableState.RUNNING:
        return
    try:
        problem = queries.problem(plan, clock.today())
        commands.tell_progress(timetable_id=timetable_id, percent=20, at=clock.now())
        answer = queries.solve(problem, seed=plan.seed)
        commands.tell_progress(timetable_id=timetable_id, percent=80, at=clock.now())
        commands.finish_timetable(
            timetable_id=timetable_id, solution=Solution(problem, answer),
            new_codes=short_code.many(len(problem.wishes), 10), at=clock.now(),
        )  # fmt: skip
    except Exception:
        commands.fail_timetable(timetable_id=timetable_id, failure="broken", at=clock.now())
        raise


@app.periodic(cron="*/10 * * * *")
@app.task(name="sweep_classes", queueing_lock="sweep_classes", pass_context=False)
def sweep_classes(timestamp: int) -> None:
    """Silent lecturers, ended classes, free places, new keepers; one transaction each."""
    now = clock.now()
    for class_id in queries.classes_to_lapse(now):
        commands.lapse_class(class_id=class_id, at=now)
    for session_id in queries.sessions_called_off_elsewhere():
        commands.follow_activity(session_id=session_id, at=now)
    for session_id in queries.sessions_to_lapse(now):
        commands.lapse_session(session_id=session_id, at=now)
    for class_id in queries.classes_to_end(now):
        commands.end_class(class_id=class_id, at=now)
    for class_id in queries.classes_to_fill(now):
        commands.fill_places(class_id=class_id, at=now)
    for class_id in queries.classes_with_other_keepers(now):
        commands.renew_deputies(class_id=class_id, at=now)

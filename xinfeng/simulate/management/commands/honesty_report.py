from datetime import date, timedelta
from time import perf_counter
from typing import Any

from django.core.management import BaseCommand, CommandError

from xinfeng.base import clock, scope
from xinfeng.hours import commands
from xinfeng.simulate import labels, report, witness


class Command(BaseCommand):
    help = "Look at the simulated months and say which planted frauds the rules find."

    def handle(self, *args: Any, **options: Any) -> None:
        planted = labels.kept()
        if planted is None:
            raise CommandError("No simulated city stands here: there are no labels.")
        since = witness.SINCE.astype(object)
        until = clock.today() + timedelta(days=1)
        started = perf_counter()
        for first, last in _months(since, until):
            commands.look(since=first, until=last, actor=None, at=clock.now())
        took = perf_counter() - started
        with scope.whole_city():
            self.stdout.write(report.markdown(report.of(planted, since, until), took))


def _months(since: date, until: date) -> list[tuple[date, date]]:
    """Month by month, as the nightly look has them before it."""
    months, first = [], since
    while first < until:
        after = min((first.replace(day=1) + timedelta(days=32)).replace(day=1), until)
        months.append((first, after))
        first = after
    return months

from time import perf_counter
from typing import Any

from django.core.management import BaseCommand

from xinfeng.base import clock
from xinfeng.insight import commands
from xinfeng.insight.published import published


class Command(BaseCommand):
    help = "Recount every published figure and store its values by division and month."

    def handle(self, *args: Any, **options: Any) -> None:
        started = perf_counter()
        now = clock.now()
        changed = commands.rebuild(names=published().names, as_of=clock.local_date(now), at=now)
        self.stdout.write(
            f"{changed} stored values changed in {perf_counter() - started:.1f} s"
        )

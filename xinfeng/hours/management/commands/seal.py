from time import perf_counter
from typing import Any

from django.core.management import BaseCommand, CommandError

from xinfeng.base import clock
from xinfeng.hours import commands
from xinfeng.hours.public_log import LogProblem, public_log


class Command(BaseCommand):
    help = "Give everything that waits its place in the public log, and sign it."

    def handle(self, *args: Any, **options: Any) -> None:
        started = perf_counter()
        log = public_log()
        try:
            added = commands.seal_everything(log=log, at=clock.now())
        except LogProblem as problem:
            raise CommandError(str(problem)) from None
        head = log.head()
        self.stdout.write(
            f"{added} records sealed, {head.size if head else 0} in all"
            f" ({perf_counter() - started:.1f} s). Key: {log.key.public}"
        )

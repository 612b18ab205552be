from time import perf_counter
from typing import Any

from django.core.management import BaseCommand, CommandParser

from xinfeng.hours import days


class Command(BaseCommand):
    help = (
        "Fill in the days of credits that came in bulk, so that nothing new overlaps them."
        " May be stopped and begun again at any time; the worker does the same by itself."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--batch", type=int, default=days.BATCH, help="credits at once")

    def handle(self, *args: Any, **options: Any) -> None:
        started = perf_counter()
        for left in days.fill(batch=max(options["batch"], 1)):
            seconds = perf_counter() - started
            self.stdout.write(f"{left:,} credits to go after {seconds:.0f} s")
        filling = days.filling()
        clashes = filling.clashes if filling else 0
        self.stdout.write(f"Done; on {clashes:,} days of persons old credits share time.")

from typing import Any

from django.core.management import BaseCommand, CommandError, CommandParser

from xinfeng.base import clock
from xinfeng.base.refusal import Refusal
from xinfeng.inspections import commands, queries


class Command(BaseCommand):
    help = "Judge all open places by a standard over a period."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--standard", default="five-haves")
        parser.add_argument(
            "--standard-version", help="a version; without it, the newest published one"
        )
        parser.add_argument("--period", required=True, help="2022, 2022Q2 or 2022-06")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            standard = queries.version_of(options["standard"], options["standard_version"])
            done = commands.evaluate(
                standard_id=standard.pk, period=options["period"], actor=None, at=clock.now()
            )
        except Refusal as error:
            raise CommandError(str(error)) from None
        self.stdout.write(
            f"{standard} {options['period']}: {done.places:,} places, {done.judged:,} lines"
            f" judged, {done.appended:,} results added, {done.milliseconds / 1000:.1f} s"
        )

import csv
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management import BaseCommand, CommandError, CommandParser

from xinfeng.base import clock
from xinfeng.base.refusal import Refusal
from xinfeng.places import commands


class Command(BaseCommand):
    help = "Merge a division into another one of its level from a day on; the past stays."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("old", type=int, help="12 digits: what ends")
        parser.add_argument("into", type=int, help="12 digits: its heir")
        parser.add_argument("--on", type=date.fromisoformat, required=True)
        parser.add_argument(
            "--codes", type=Path, help="CSV with the columns old,new: a line for each part"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            ended = commands.merge(
                old=options["old"],
                into=options["into"],
                on=options["on"],
                new_codes=self._codes(options["codes"]),
                actor=None,
                at=clock.now(),
            )
        except (Refusal, OSError, ValueError, KeyError) as error:
            raise CommandError(f"nothing was merged: {error}") from None
        self.stdout.write(f"{ended.name} belongs to {options['into']} from {options['on']} on")

    def _codes(self, file: Path | None) -> dict[int, int]:
        if file is None:
            return {}
        with file.open(encoding="utf-8-sig", newline="") as lines:
            return {int(line["old"]): int(line["new"]) for line in csv.DictReader(lines)}

from time import perf_counter
from typing import Any

from django.core.management import BaseCommand, CommandError, CommandParser

from xinfeng.hours.public_log import public_log
from xinfeng.hours.queries.audit import audit

SHOWN = 20


class Command(BaseCommand):
    help = "Compare the ledger with the signed log: every row, or a sample drawn with a seed."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--sample", type=int, help="how many leaves; without it, all")
        parser.add_argument("--seed", type=int, default=0)

    def handle(self, *args: Any, **options: Any) -> None:
        started = perf_counter()
        found = audit(public_log(), sample=options["sample"], seed=options["seed"])
        for problem in found.problems[:SHOWN]:
            self.stderr.write(problem)
        if found.problems:
            raise CommandError(
                f"{len(found.problems)} things differ from what was signed. Keep the database"
                " and the folder of the log as they are, and find out who changed them."
            )
        self.stdout.write(
            f"The ledger agrees with its log: {found.leaves} of {found.size} leaves compared,"
            f" {found.opened} opened, {found.closed} of erased persons, {found.waiting} credits"
            f" wait for their place ({perf_counter() - started:.1f} s)."
        )

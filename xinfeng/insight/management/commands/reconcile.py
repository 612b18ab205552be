from time import perf_counter
from typing import Any

from django.core.management import BaseCommand, CommandError

from xinfeng.insight import commands
from xinfeng.insight.published import published

SHOWN = 20


class Command(BaseCommand):
    help = "Prove that every stored roll-up equals a recount; name each one that does not."

    def handle(self, *args: Any, **options: Any) -> None:
        started = perf_counter()
        try:
            differences = commands.reconcile(names=published().names)
        except commands.RollUpMissing as missing:
            raise CommandError(str(missing)) from None
        took = perf_counter() - started
        for figure, division, month, stored, counted, *_rest in differences[:SHOWN]:
            self.stderr.write(
                f"{figure} of {division} in {month:%Y-%m}: stored {stored}, counted {counted}"
            )
        if differences:
            raise CommandError(
                f"{len(differences)} stored values differ from a recount ({took:.1f} s)."
                " Run `xinfeng rollup` to store what the rows say."
            )
        self.stdout.write(f"No difference; recounted in {took:.1f} s.")

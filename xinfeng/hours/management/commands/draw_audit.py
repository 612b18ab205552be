from datetime import date, timedelta
from typing import Any

from django.core.management import BaseCommand, CommandError, CommandParser

from xinfeng.base import clock, scope
from xinfeng.base.refusal import Refusal
from xinfeng.hours import auditing, commands
from xinfeng.hours.models import AuditDraw


class Command(BaseCommand):
    help = "Draw a month's audit by the log, or check that a draw was made as the seed says."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("month", nargs="?", help="2022-06; the last full month if left out")
        parser.add_argument("--check", action="store_true", help="draw again and compare")

    def handle(self, *args: Any, **options: Any) -> None:
        month = _month(options["month"])
        if options["check"]:
            self._check(month)
            return
        try:
            draw = commands.draw_by_log(month=month, actor=None, at=clock.now())
        except Refusal as refusal:
            raise CommandError(str(refusal)) from None
        with scope.whole_city():
            cases = draw.cases.count()
        self.stdout.write(
            f"{month:%Y-%m}: {cases:,} of {draw.population:,} credits, {draw.seed}"
        )

    def _check(self, month: date) -> None:
        with scope.whole_city():
            draw = AuditDraw.objects.exclude(seed="").filter(month=month).first()
            if draw is None:
                raise CommandError(f"Nothing was drawn from {month:%Y-%m}.")
            ids = auditing.population(month)
            kept = sorted(draw.cases.values_list("credit_id", flat=True))
        again = auditing.drawn(draw.seed, ids, draw.permille)
        if again != kept or len(ids) != draw.population:
            raise CommandError(
                f"{month:%Y-%m}: the seed draws {len(again):,} of {len(ids):,} credits, kept"
                f" are {len(kept):,} of {draw.population:,}"
            )
        self.stdout.write(
            f"{month:%Y-%m}: the same {len(kept):,} of {len(ids):,} credits again"
        )


def _month(text: str | None) -> date:
    if text is None:
        return (clock.today().replace(day=1) - timedelta(days=1)).replace(day=1)
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        raise CommandError(f"“{text}” is no month; write 2022-06.") from None

from typing import Any

from django.core.management.base import BaseCommand

from xinfeng.base import clock
from xinfeng.people import sweeping


class Command(BaseCommand):
    help = "Forget what is kept no longer; run it once a day"

    def handle(self, *args: Any, **options: Any) -> None:
        at = clock.now()
        for kind in sweeping.kinds():
            self.stdout.write(f"{kind.sweep(at=at):>8}  {kind.kept}")

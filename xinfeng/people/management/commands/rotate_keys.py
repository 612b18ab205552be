from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from xinfeng.base import keys
from xinfeng.people.commands.upkeep import reseal, texts_by_key


class Command(BaseCommand):
    help = "Make a new current key and seal everything with it; --continue goes on after a stop"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--continue", action="store_true", dest="goes_on", help="make no new key"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            if not options["goes_on"]:
                keys.add_key(settings.CRYPTO_PROFILE)
        except keys.KeyProblem as problem:
            raise CommandError(str(problem)) from None
        current = keys.ring().current
        total, done = sum(n for key, n in texts_by_key().items() if key != current), 0
        self.stdout.write(
            f"{current} is the current key; {total} texts are sealed with others."
        )
        for taken in reseal():
            done += taken
            self.stdout.write(f"{done} of {total}")
        left = {key: n for key, n in texts_by_key().items() if key != current}
        if left:
            raise CommandError(f"Not all is sealed anew: {left}. Run it again with --continue.")
        self.stdout.write("Done. The old keys still read: keep them for older backups.")

from hashlib import sha256
from typing import Any

from django.core.management import BaseCommand, CommandError, CommandParser

from xinfeng.inspections import drawing, queries


class Command(BaseCommand):
    help = "Repeat the draw of a round from its frame and seed, and compare it with the points."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", required=True, metavar="CODE", help="the round's code")
        parser.add_argument("--list", action="store_true", help="say which points were drawn")

    def handle(self, *args: Any, **options: Any) -> None:
        found = queries.round_of(options["check"])
        if found is None:
            raise CommandError(f"no round has the code {options['check']}")
        if not found.seed:
            raise CommandError("the round has not been drawn yet")
        kept = queries.chosen_codes(found)
        told = drawing.check(
            found, digest_of_secret=sha256(found.secret.encode()).hexdigest(), kept=kept
        )
        if options["list"]:
            self.stdout.write("\n".join(sorted(kept)))
        self.stdout.write(
            f"frame {found.frame_digest}: {_said(told.frame_holds)}\n"
            f"commitment {found.commitment}: {_said(told.commitment_holds)}\n"
            f"{len(kept)} points drawn from {len(found.frame.splitlines())}:"
            f" {_said(not told.missing and not told.foreign)}"
        )
        if not told.holds:
            wrong = " ".join([*told.missing, *told.foreign])
            raise CommandError(f"the draw is not what was promised {wrong}".strip())


def _said(holds: bool) -> str:
    return "ok" if holds else "DIFFERENT"

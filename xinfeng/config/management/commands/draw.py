from hashlib import sha256
from typing import Any

from django.core.management import BaseCommand, CommandError, CommandParser

from xinfeng.base import scope
from xinfeng.inspections import drawing, queries
from xinfeng.inspections.models import Round
from xinfeng.surveys import framing, repeating
from xinfeng.surveys.models import Survey

# A survey's sample may hold thousands.
_SHOWN = 40


class Command(BaseCommand):
    help = (
        "Repeat the draw of a round or a survey from its frame and seed, and compare it with"
        " what was kept as drawn."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--check", required=True, metavar="CODE", help="the code of a round or a survey"
        )
        parser.add_argument("--list", action="store_true", help="say what was drawn")

    def handle(self, *args: Any, **options: Any) -> None:
        code = options["check"]
        if (found := queries.round_of(code)) is not None:
            self._round(found, listed=options["list"])
        elif (survey := Survey.objects.filter(code=code).first()) is not None:
            self._survey(survey, listed=options["list"])
        else:
            raise CommandError(f"no round or survey has the code {code}")

    def _round(self, found: Round, *, listed: bool) -> None:
        if not found.seed:
            raise CommandError("the round has not been drawn yet")
        kept = queries.chosen_codes(found)
        told = drawing.check(
            found, digest_of_secret=sha256(found.secret.encode()).hexdigest(), kept=kept
        )
        if listed:
            self.stdout.write("\n".join(sorted(kept)))
        self.stdout.write(
            f"frame {found.frame_digest}: {_said(told.frame_holds)}\n"
            f"commitment {found.commitment}: {_said(told.commitment_holds)}\n"
            f"{len(kept)} points drawn from {len(found.frame.splitlines())}:"
            f" {_said(not told.missing and not told.foreign)}"
        )
        _refuse(told.holds, [*told.missing, *told.foreign])

    def _survey(self, found: Survey, *, listed: bool) -> None:
        if not found.seed or found.frame is None:
            raise CommandError("the survey has not been drawn yet")
        with scope.whole_city():
            told = repeating.check(found)
        if listed:
            frame = framing.read(found.frame)
            for sample in found.samples.order_by("mode"):
                if sample.is_drawn:
                    self.stdout.write("\n".join(repeating.lines_of(sample, frame)))
        self.stdout.write(
            f"frame {found.frame.digest}: {_said(told.frame_holds)}\n"
            f"commitment {found.commitment}: {_said(told.commitment_holds)}"
        )
        for each in told.samples:
            self.stdout.write(
                f"{each.mode}: {each.drawn} households with their chances:"
                f" {_said(not each.missing and not each.foreign)},"
                f" the tenth to be asked again: {_said(each.call_back_holds)}"
            )
        _refuse(
            told.holds, [one for each in told.samples for one in [*each.missing, *each.foreign]]
        )


def _refuse(holds: bool, wrong: list[str]) -> None:
    if not holds:
        some = " ".join(wrong[:_SHOWN]) + (" …" if len(wrong) > _SHOWN else "")
        raise CommandError(f"the draw is not what was promised {some}".strip())


def _said(holds: bool) -> str:
    return "ok" if holds else "DIFFERENT"

from pathlib import Path
from typing import Any

from django.core.management import BaseCommand, CommandError, CommandParser

from xinfeng.base import clock
from xinfeng.base.refusal import Refusal
from xinfeng.surveys import commands


class Command(BaseCommand):
    help = "Read a questionnaire from a YAML file into a draft, and lock it when asked."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--lock", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        file: Path = options["file"]
        try:
            text = file.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise CommandError(f"{file} cannot be read as UTF-8 text: {error}") from None
        now = clock.now()
        try:
            version = commands.import_questionnaire(
                text=text, source=file.name, actor=None, at=now
            )
            if options["lock"]:
                version = commands.lock_version(version_id=version.pk, actor=None, at=now)
        except Refusal as error:
            raise CommandError(str(error)) from None
        self.stdout.write(
            f"{version.questionnaire.code} {version.number}:"
            f" {version.get_state_display()}, SHA-256 {version.digest}"
        )

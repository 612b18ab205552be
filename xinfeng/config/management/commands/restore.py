from pathlib import Path
from typing import Any

from django.core.management import BaseCommand, CommandError, CommandParser

from xinfeng.config import backup


class Command(BaseCommand):
    help = "Read a backup into an empty installation and prove that nothing is missing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            proof = backup.restore(options["folder"])
        except (backup.BackupProblem, OSError) as problem:
            raise CommandError(str(problem)) from None
        rows = sum(proof.rows.values())
        self.stdout.write(f"{rows:,} rows as they were at {proof.at}; every count agrees.")

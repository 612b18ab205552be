from pathlib import Path
from typing import Any

from django.core.management import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from xinfeng.config import backup


class Command(BaseCommand):
    help = "Write the whole city into a new folder, with a list that proves it whole."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            proof = backup.backup(options["folder"], timezone.now())
        except (backup.BackupProblem, OSError) as problem:
            raise CommandError(str(problem)) from None
        rows = sum(proof.rows.values())
        size = (options["folder"] / backup.DUMP).stat().st_size >> 20
        self.stdout.write(f"{options['folder']}: {rows:,} rows, {size:,} MiB")

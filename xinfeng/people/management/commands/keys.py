from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from xinfeng.base import keys
from xinfeng.people.commands.upkeep import texts_by_key


class Command(BaseCommand):
    help = "Show the ring of keys without its secrets; --drop takes an old key off it"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--drop", metavar="ID", help="take this key off the ring")

    def handle(self, *args: Any, **options: Any) -> None:
        counts, ring = texts_by_key(), keys.ring()
        if drop := options["drop"]:
            if counts.get(drop):
                raise CommandError(
                    f"{counts[drop]} texts need {drop}: run xinfeng rotate_keys first."
                )
            try:
                keys.drop_key(drop)
            except keys.KeyProblem as problem:
                raise CommandError(str(problem)) from None
            self.stdout.write(f"{drop} is off the ring. Older backups need it: keep a copy.")
            return
        for key in ring.keys:
            mark = "  current" if key.id == ring.current else ""
            self.stdout.write(f"{key.id}  {key.algorithm}  {counts.get(key.id, 0)} texts{mark}")
        self.stdout.write(f"root  {ring.root.algorithm}  blind indexes and derived keys")
        for lost in sorted(counts.keys() - {key.id for key in ring.keys}):
            self.stderr.write(f"{lost}  MISSING  {counts[lost]} texts cannot be read")

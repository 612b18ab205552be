from typing import Any

from django.core.management import BaseCommand

from xinfeng.config import database


class Command(BaseCommand):
    help = "Make or bring the database, its tables and rights to this version."

    def handle(self, *args: Any, **options: Any) -> None:
        database.prepare()
        self.stdout.write(f"The database {database.name()} is as this version wants it.")

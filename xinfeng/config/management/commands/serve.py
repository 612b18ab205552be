import os
import sys
from threading import Thread
from typing import Any

from django.core.management import BaseCommand, CommandParser
from granian import Granian
from granian.constants import Interfaces

from xinfeng.config import database


class Command(BaseCommand):
    help = "Serve the pages."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--workers", type=int, default=min(2, os.cpu_count() or 1))

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"http://{options['host']}:{options['port']}/")
        sys.stdout.flush()
        if database.outside_url() is None:
            # Who runs the database watches it, too.
            Thread(target=database.keep_running, daemon=True).start()
        try:
            Granian(
                "xinfeng.config.wsgi:application",
                address=options["host"],
                port=options["port"],
                interface=Interfaces.WSGI,
                workers=options["workers"],
                blocking_threads=4,
                log_access=False,
                respawn_failed_workers=True,
            ).serve()
        finally:
            if database.outside_url() is None:
                database.server().leave()

from typing import Any

from django.core.management import BaseCommand, call_command


class Command(BaseCommand):
    help = "Run deferred jobs and keep the roll-ups current."

    def handle(self, *args: Any, **options: Any) -> None:
        call_command("procrastinate", "worker", "--name", "xinfeng")

from typing import Any

from django.core.management import BaseCommand

from xinfeng.base import clock
from xinfeng.findings import commands


class Command(BaseCommand):
    help = "Take the classes of snap reports over from the city pack."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{commands.renew_classes(at=clock.now())} classes")

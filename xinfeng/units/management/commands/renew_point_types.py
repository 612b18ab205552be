from typing import Any

from django.core.management import BaseCommand

from xinfeng.base import clock
from xinfeng.units import commands


class Command(BaseCommand):
    help = "Take the types of points over from the city pack."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{commands.renew_point_types(at=clock.now())} types")

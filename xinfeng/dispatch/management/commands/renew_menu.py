from typing import Any

from django.core.management import BaseCommand

from xinfeng.base import clock
from xinfeng.dispatch import commands


class Command(BaseCommand):
    help = "Take the menu of services over from the city pack."

    def handle(self, *args: Any, **options: Any) -> None:
        taken = commands.renew_menu(at=clock.now())
        self.stdout.write(f"{taken.classes} classes, {taken.items} items")

from typing import Any

from django.core.management import BaseCommand, CommandError

from xinfeng.base import clock
from xinfeng.base.pack import PackError
from xinfeng.base.refusal import Refusal
from xinfeng.school import commands


class Command(BaseCommand):
    help = "Put the courses of the city pack on the menu of the night school."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            added = commands.bring_menu(at=clock.now())
        except (PackError, Refusal) as error:
            raise CommandError(str(error)) from None
        self.stdout.write(f"{added} courses added")

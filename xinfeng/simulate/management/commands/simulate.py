from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError, CommandParser

from xinfeng.base import pack
from xinfeng.base.pack import PackError
from xinfeng.base.refusal import Refusal
from xinfeng.simulate import labels
from xinfeng.simulate.commands import build
from xinfeng.simulate.scale import SCALES


class Command(BaseCommand):
    help = "Build a simulated city into the empty database."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--scale", choices=list(SCALES), default="small")
        parser.add_argument("--seed", type=int, default=2022)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            city = pack.load(settings.CITY_PACK)
            made = build(city, options["scale"], options["seed"], progress=self._say)
        except (PackError, Refusal) as error:
            raise CommandError(str(error)) from None
        labels.keep(made.frauds)
        for one in made.sign_ins:
            self._say(f"{one.role:<12} {one.username:<12} {one.password:<12} {one.where}")

    def _say(self, line: str) -> None:
        self.stdout.write(line)

from typing import Any

from django.core.management import BaseCommand, CommandError, CommandParser

from xinfeng.base import clock, short_code
from xinfeng.base.refusal import Refusal
from xinfeng.people import commands
from xinfeng.people.commands import NewPerson


class Command(BaseCommand):
    help = "Make the city office's first account; its password is shown once."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")
        parser.add_argument("name", help="the person's own name")

    def handle(self, *args: Any, **options: Any) -> None:
        password = short_code.new(12)
        new = NewPerson(options["username"], options["name"], password)
        try:
            commands.name_first_office(new=new, at=clock.now())
        except Refusal as error:
            raise CommandError(str(error)) from None
        self.stdout.write(f"{options['username']} may sign in with {password}")

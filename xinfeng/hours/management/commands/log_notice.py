from typing import Any

from django.core.management import BaseCommand, CommandError
from django.utils.translation import gettext as _

from xinfeng.hours.public_log import public_log
from xinfeng.hours.queries import log_page


class Command(BaseCommand):
    help = "The words of the weekly public notice: size and root of the log, and its key."

    def handle(self, *args: Any, **options: Any) -> None:
        page = log_page(public_log())
        if not page.heads:
            raise CommandError("Nothing is sealed yet.")
        head = page.heads[0]
        self.stdout.write(
            _(
                "Public log of hours %(name)s, %(day)s: %(size)s lines, root %(root)s."
                " Public key: %(key)s"
            )
            % {
                "name": page.origin,
                "day": head.checkpoint.at.date().isoformat(),
                "size": head.checkpoint.size,
                "root": head.words,
                "key": page.key,
            }
        )

from typing import Any

from django.core.management.commands import migrate

from xinfeng.config import migrating


class Command(migrate.Command):
    """Django's own, quicker where there are many indexes and constraints."""

    def handle(self, *args: Any, **options: Any) -> None:
        with migrating.told_and_not_redrawn():
            super().handle(*args, **options)

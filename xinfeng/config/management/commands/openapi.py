from typing import Any

from django.core.management import BaseCommand

from xinfeng.config import api, environment
from xinfeng.config.urls import interface


class Command(BaseCommand):
    help = "Write the contract of the interface to docs/api/openapi.json."

    def handle(self, *args: Any, **options: Any) -> None:
        api.COMMITTED.parent.mkdir(parents=True, exist_ok=True)
        api.COMMITTED.write_text(api.written(interface.get_openapi_schema()), encoding="utf-8")
        self.stdout.write(str(api.COMMITTED.relative_to(environment.ROOT)))

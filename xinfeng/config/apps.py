from importlib import import_module
from importlib.util import find_spec

from django.apps import AppConfig
from django.conf import settings


class ConfigApp(AppConfig):
    name = "xinfeng.config"

    def ready(self) -> None:
        """Every room declares what others show or ask of it when the program starts."""
        for room in settings.ROOMS:
            for part in (
                "commands",
                "figures",
                "sources",
                "honesty",
                "lifecycle",
                "sections",
                "blind",
                "told",
            ):
                if find_spec(f"xinfeng.{room}.{part}"):
                    import_module(f"xinfeng.{room}.{part}")

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from time import perf_counter
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandParser, call_command
from django.utils import timezone, translation

from xinfeng.base import pack
from xinfeng.config import database, demo, demo_clock, environment


class Command(BaseCommand):
    help = "Build the demo city once, print what its queries give, and serve it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--scale", choices=["small", "tenth", "full", "tiny"], default="small"
        )
        parser.add_argument("--seed", type=int, default=2022)
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--no-serve", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        started = perf_counter()
        city = pack.load(settings.CITY_PACK)
        demo_clock.start(
            environment.home(), demo_start=city.demo_start, real_now=timezone.now()
        )
        settings.CLOCK_OFFSET_SECONDS = demo_clock.offset_seconds(environment.home())
        database.prepare()
        with translation.override("zh-hans"):
            built = demo.ensure_built(
                city, scale=options["scale"], seed=options["seed"], say=self._say
            )
            call_command("collectstatic", interactive=False, verbosity=0)
            self._report(city, built, perf_counter() - started)
        if not options["no_serve"]:
            with self._worker():
                call_command("serve", host=options["host"], port=options["port"])

    def _report(self, city: pack.Pack, built: demo.Built, seconds: float) -> None:
        self._say("")
        self._say(f"{'figure':<28}{'counted':>14}{'stated':>14}")
        for line in demo.table(city):
            sign = (
                "=" if line.agrees else "(small scale)" if built.scale != "full" else "DIFFERS"
            )
            counted = "not known" if line.counted is None else _written(line, line.counted)
            stated = _written(line, line.stated)
            self._say(f"{line.name:<28}{counted:>14}{stated:>14}  {sign}")
        self._say("")
        self._say("Sign in as (name / password):")
        self._say(demo.sign_ins_file().read_text(encoding="utf-8").rstrip())
        self._say(f"\nReady after {seconds:.1f} s.")

    @contextmanager
    def _worker(self) -> Iterator[None]:
        """The jobs run beside the pages and end with them."""
        worker = subprocess.Popen([sys.executable, "-m", "xinfeng", "worker"])
        try:
            yield
        finally:
            worker.terminate()
            worker.wait(timeout=30)

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()


def _written(line: demo.Line, value: int) -> str:
    return f"{value / 10:.1f} %" if line.is_share else f"{value:,}"

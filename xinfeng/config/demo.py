"""The demo city: built once, then only served."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from time import perf_counter

from django.db import connection
from django.utils.translation import gettext as _

from xinfeng.base import clock, figures, scope
from xinfeng.base.figures import Window
from xinfeng.base.pack import Pack, PublishedFigure
from xinfeng.config import (
    environment,
    first_filings,
    first_morning,
    first_rounds,
    first_surveys,
)
from xinfeng.config.first_surveys import Letter
from xinfeng.config.follow import TOUCHED
from xinfeng.findings import commands as findings
from xinfeng.insight import commands as insight
from xinfeng.insight.published import published
from xinfeng.inspections import commands as inspections
from xinfeng.inspections.models import Standard
from xinfeng.journal.models import Entry
from xinfeng.simulate import labels
from xinfeng.simulate.commands import build
from xinfeng.surveys.personal_codes import grouped

EVALUATED = ("2022Q1", "2022Q2")
Say = Callable[[str], None]


@dataclass(frozen=True)
class Built:
    """Which city stands in the database."""

    scale: str


@dataclass(frozen=True)
class Line:
    """One line of the table that a demo prints: the figure, what the query gave, the target."""

    name: str
    # Of a share in permille.
    counted: int | None
    stated: int
    at_least: bool = False
    is_share: bool = False

    @property
    def agrees(self) -> bool:
        if self.counted is None:
            return False
        return self.counted >= self.stated if self.at_least else self.counted == self.stated


def ensure_built(city: Pack, *, scale: str, seed: int, say: Say) -> Built:
    """Build the city if there is none; a city that stands is left as it is."""
    entry = Entry.objects.filter(verb="city.simulated").order_by("pk").first()
    if entry is not None:
        say(f"The city stands already ({entry.details['scale']}); nothing is rebuilt.")
        return Built(str(entry.details["scale"]))
    made = build(city, scale, seed, progress=say)
    labels.keep(made.frauds)
    lines = [
        f"  {s.role:<14} {s.username:<12} {s.password:<16} {s.where}" for s in made.sign_ins
    ]
    _keep(sign_ins_file(), "\n".join(lines) + "\n")
    findings.renew_classes(at=clock.now())
    standards = _published(city)
    # The offices work in Python, evaluations and roll-ups in the database: side by side they
    # take the time of the longer. What the offices changed meanwhile is followed afterwards.
    with ThreadPoolExecutor(1) as aside:
        offices = aside.submit(_offices, city.code, say)
        _judge(standards, say)
        _roll_up(say)
        letter = offices.result()
    if letter is not None:
        _tell_code(letter)
    _follow(say)
    return Built(scale)


def sign_ins_file() -> Path:
    return environment.home() / "demo-sign-ins.txt"


def _keep(file: Path, text: str) -> None:
    file.touch(mode=0o600)
    file.write_text(text, encoding="utf-8")


def _tell_code(letter: Letter) -> None:
    """What a household finds in its letter, beside those who sign in."""
    role = _("personal code")
    said = f"  {role:<14} {grouped(letter.code):<12} {'':<16} /answer/\n"
    with sign_ins_file().open("a", encoding="utf-8") as file:
        file.write(said)


def _offices(city: int, say: Say) -> Letter | None:
    """What offices would have done until today, in a thread and connection of its own."""
    # Hundreds of small commands: the last writes of the build bring theirs to the disk too.
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = off")
    try:
        first_morning.work(city, say)
        # Rounds read what residents had answered by then.
        letter = first_surveys.hold(city, say)
        first_rounds.hold(city, say)
        first_filings.hold(city, say)
        return letter
    finally:
        connection.close()


def _published(city: Pack) -> list[Standard]:
    now = clock.now()
    standards = [
        inspections.import_standard(
            text=path.read_text(encoding="utf-8"), source=path.name, actor=None, at=now
        )
        for path in city.standards
    ]
    for standard in standards:
        inspections.publish(standard_id=standard.pk, actor=None, at=now)
    return standards


def _judge(standards: list[Standard], say: Say) -> None:
    now = clock.now()
    for standard in standards:
        if standard.parsed["grain"] != "place":
            continue
        for period in EVALUATED:
            started = perf_counter()
            inspections.evaluate(standard_id=standard.pk, period=period, actor=None, at=now)
            say(f"evaluated {standard.name} {period}: {perf_counter() - started:.1f} s")


def _roll_up(say: Say) -> None:
    started = perf_counter()
    now = clock.now()
    insight.rebuild(names=published().names, as_of=clock.local_date(now), at=now)
    say(f"rolled up: {perf_counter() - started:.1f} s")


def _follow(say: Say) -> None:
    started = perf_counter()
    now = clock.now()
    insight.follow_journal(
        names=published().names, touched_by=TOUCHED, as_of=clock.local_date(now), at=now
    )
    say(f"followed what offices did meanwhile: {perf_counter() - started:.1f} s")


def table(city: Pack) -> list[Line]:
    """Count each figure that the city has stated now, from its rows."""
    with scope.whole_city():
        return [line for figure in city.figures for line in _lines(figure, city.code)]


def _lines(figure: PublishedFigure, city: int) -> Iterator[Line]:
    declared = figures.get(figure.name)
    if figure.stated is not None:
        found = figures.value(figure.name, _month(clock.today()))
        counted = permille(found.share) if declared.ratio else found.numerator
        yield Line(figure.name, counted, figure.stated, figure.at_least, declared.ratio)
    told = {each.year: each.value for each in declared.years(city)} if declared.years else {}
    for year, stated in figure.stated_in.items():
        counted = permille(told.get(year))
        yield Line(f"{figure.name} {year}", counted, stated, is_share=True)


def permille(share: float | None) -> int | None:
    return None if share is None else round(1000 * share)


def _month(today: date) -> Window:
    return Window(today.replace(day=1), today + timedelta(days=1))

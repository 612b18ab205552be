"""The demo city: built once, then only served."""

from dataclasses import dataclass
from datetime import timedelta

from xinfeng.base import clock, figures, scope
from xinfeng.base.figures import Window

# What is published of the reference city as of mid-2022; the demo must count the same.
REFERENCE = {
    "places": 3_527,
    "volunteers": 1_440_000,
    "teams": 4_984,
    "star_volunteers": 1_840,
    "categories_in_use": 30,
    "activities_held": 81_000,
}
AT_LEAST = {"categories_in_use"}


@dataclass(frozen=True)
class Line:
    """One line of the table that a demo prints: the figure, what the query gave, the target."""

    name: str
    title: str
    counted: int | None
    published: int

    @property
    def agrees(self) -> bool:
        if self.counted is None:
            return False
        if self.name in AT_LEAST:
            return self.counted >= self.published
        return self.counted == self.published


def table() -> list[Line]:
    """Count each figure of the reference city now, from its rows."""
    today = clock.today()
    window = Window(today.replace(day=1), today + timedelta(days=1))
    with scope.whole_city():
        return [
            Line(
                name,
                str(figures.get(name).title),
                figures.value(name, window).numerator,
                expected,
            )
            for name, expected in REFERENCE.items()
        ]

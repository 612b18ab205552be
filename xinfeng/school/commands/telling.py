"""Whoever is told of a class is told which: its course and its place."""

from collections.abc import Iterable
from datetime import date, datetime

from xinfeng.people.commands import tell
from xinfeng.school import addresses
from xinfeng.school.models import NightClass


def tell_of(
    night_class: NightClass,
    kind: str,
    people: Iterable[int | None],
    *,
    at: datetime,
    href: str = "",
    **words: str | int | date | datetime,
) -> None:
    """`href` leads to what is to be done; without one it is the page of the class."""
    tell(
        kind, {pk for pk in people if pk is not None}, at=at,
        href=href or addresses.of_class(night_class), course=night_class.course.title,
        place=night_class.place.name, **words,
    )  # fmt: skip

"""Builders: a menu and an order in one line; a test names only what it is about."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import count
from uuid import UUID

from xinfeng.activities.tests.build import a_category
from xinfeng.dispatch.models import MenuClass, MenuItem
from xinfeng.places.tests.build import NINE

# Monday morning: offices work.
MONDAY = NINE + timedelta(days=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
_numbers: Iterator[int] = count(1)


def a_class(code: str = "elder-care", name: str = "为老服务") -> MenuClass:
    return MenuClass.objects.get_or_create(code=code, defaults={"name": name, "position": 0})[0]


def an_item(code: str = "company", **more: object) -> MenuItem:
    """Company for somebody old, an hour, one volunteer, no conditions."""
    fields = {
        "name": "陪伴聊天", "menu_class": a_class(), "position": 0, "minutes": 60,
        "category": a_category("elderly", "为老服务"), "mode": "ASSIGN", "people": 1,
    } | more  # fmt: skip
    return MenuItem.objects.get_or_create(code=code, defaults=fields)[0]


def a_uuid() -> UUID:
    return UUID(int=next(_numbers))


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """So many days after that Monday, at a time of the city's clock."""
    return MONDAY.replace(hour=hour, minute=minute) + day * DAY

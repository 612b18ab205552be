"""The menu as the city pack says it now."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinfeng.activities.models import Category
from xinfeng.base import pack, scope
from xinfeng.base.refusal import Forbidden, Refusal
from xinfeng.base.service_menu import Item, ItemClass
from xinfeng.dispatch.models import MenuClass, MenuItem
from xinfeng.journal import commands as journal
from xinfeng.people.models import Person

journal.declare({"menu.renewed": gettext_lazy("took the menu of services over from the city")})


@dataclass(frozen=True)
class Taken:
    classes: int
    items: int


@scope.command
def renew_menu(*, at: datetime, actor: Person | None = None) -> Taken:
    """Bring classes and items in line with the pack; what it no longer names is not offered.

    The operator does it at the machine; nobody does it on a page.
    """
    if actor is not None:
        raise Forbidden("not_by_page", _("The menu is renewed by the operator."))
    menu = pack.load(settings.CITY_PACK).menu
    categories = dict(Category.objects.order_by("pk").values_list("code", "pk"))
    MenuClass.objects.update(is_active=False)
    MenuItem.objects.update(is_active=False)
    rows = [_class(one, position) for position, one in enumerate(menu.classes)]
    for one, row in zip(menu.classes, rows, strict=True):
        for position, item in enumerate(one.items):
            _item(item, row, position, categories)
    taken = Taken(len(rows), sum(len(one.items) for one in menu.classes))
    if rows:
        journal.record(
            "menu.renewed", rows[0], actor=None, at=at,
            classes=taken.classes, items=taken.items,
        )  # fmt: skip
    return taken


def _class(one: ItemClass, position: int) -> MenuClass:
    said = {"name": one.name, "name_en": one.name_en, "position": position, "is_active": True}
    return MenuClass.objects.update_or_create(code=one.code, defaults=said)[0]


def _item(item: Item, of: MenuClass, position: int, categories: dict[str, int]) -> MenuItem:
    if item.category not in categories:
        raise Refusal(
            "category_unknown",
            _("The category “%(code)s” is not there yet.") % {"code": item.category},
        )
    said = {
        "menu_class": of, "position": position, "name": item.name, "name_en": item.name_en,
        "hint": item.hint, "hint_en": item.hint_en, "category_id": categories[item.category],
        "mode": item.mode, "skills": list(item.skills),
        "qualifications": list(item.qualifications), "minutes": item.minutes,
        "people": item.people, "risk": item.risk, "min_age": item.min_age,
        "at_home": item.at_home, "is_active": True,
        "months": sum(1 << month - 1 for month in item.months) or None,
    }  # fmt: skip
    return MenuItem.objects.update_or_create(code=item.code, defaults=said)[0]

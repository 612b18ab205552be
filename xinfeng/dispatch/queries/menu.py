"""The menu as residents read it, and the villages they live in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from xinfeng.base import codes
from xinfeng.base.codes import Level
from xinfeng.base.standing import Standing
from xinfeng.dispatch.models import MenuClass, MenuItem
from xinfeng.people.models import Role
from xinfeng.people.permissions import OFFICES
from xinfeng.places.models import Division, Place

FOUND = 20
SAMPLES = 3


@dataclass(frozen=True)
class Heading:
    """A class with a few of its services, so that one knows what is behind it."""

    menu_class: MenuClass
    samples: Sequence[MenuItem]


@dataclass(frozen=True)
class Menu:
    """Either all classes, or the services of one, or those that were searched."""

    headings: Sequence[Heading]
    chosen: MenuClass | None
    items: Sequence[MenuItem] | None
    words: str


def menu(*, kind: str, words: str, on: date) -> Menu:
    """What can be ordered in this month; the whole menu is a few dozen rows."""
    items = offered(on)
    if words:
        found = [item for item in items if _speaks_of(item, words.casefold())]
        return Menu([], None, found, words)
    if kind:
        inside = [item for item in items if item.menu_class.code == kind]
        if inside:
            return Menu([], inside[0].menu_class, inside, "")
    headings: dict[int, list[MenuItem]] = {}
    for item in items:
        headings.setdefault(item.menu_class_id, []).append(item)
    return Menu(
        [Heading(inside[0].menu_class, inside[:SAMPLES]) for inside in headings.values()],
        None,
        None,
        "",
    )


def offered(on: date) -> list[MenuItem]:
    live = MenuItem.objects.offered().select_related("menu_class")
    return [item for item in live if item.is_offered_in(on.month)]


def villages_called(words: str, on: date) -> list[tuple[Division, str]]:
    """Villages and communities by a part of their name, each with what it lies in."""
    named = Division.objects.as_of(on).filter(level=Level.VILLAGE, name__icontains=words)
    found = list(named.order_by("name", "pk")[:FOUND])
    above = {
        code: codes.ancestors(code, Level.VILLAGE)[-2:] for code in (one.pk for one in found)
    }
    wanted = {code for line in above.values() for code in line}
    names = dict(Division.objects.filter(pk__in=wanted).values_list("pk", "name"))
    return [(one, " ".join(names.get(c, "") for c in above[one.pk])) for one in found]


def villages_within(standing: Standing, on: date) -> list[Division]:
    """Where this person may enter orders for others, when few enough to choose from."""
    spans = standing.spans({Role.KEEPER, Role.TOWNSHIP})
    homes = Place.objects.filter(pk__in=standing.places).values_list("division_id", flat=True)
    spans += [codes.span(home, codes.level_of(home)) for home in homes]
    found: dict[int, Division] = {}
    for lo, hi in spans:
        inside = Division.objects.as_of(on).inside(lo, hi).filter(level=Level.VILLAGE)
        found |= {one.pk: one for one in inside.order_by("pk")}
    return list(found.values())


def may_enter(standing: Standing) -> bool:
    """Whoever keeps a place or works in an office enters orders for others."""
    return bool(standing.places or standing.spans({Role.KEEPER, *OFFICES}))


def may_open_kiosk(standing: Standing, place: Place) -> bool:
    """Whoever keeps the place, and the offices above it."""
    return place.pk in standing.places or standing.covers(
        place.division_id, {Role.KEEPER, *OFFICES}
    )


def _speaks_of(item: MenuItem, words: str) -> bool:
    told = (
        item.name, item.name_en, item.hint, item.hint_en, item.menu_class.name,
        item.menu_class.name_en,
    )  # fmt: skip
    return any(words in text.casefold() for text in told)

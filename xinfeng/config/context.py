"""What every page needs around its content: language, modes, demo time, the way around."""

from functools import cache
from typing import Any, NamedTuple, TypedDict

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext, gettext_noop

from xinfeng.base import clock
from xinfeng.config import wording
from xinfeng.dispatch.queries import desk
from xinfeng.people import queries
from xinfeng.people.models import Person, Role
from xinfeng.people.permissions import OFFICES

MODES = ("dark", "large")


class Entry(TypedDict):
    title: str
    icon: str
    href: str
    here: bool
    # Only in the rail of a desk: the bar of a phone has no room for it.
    wide: bool
    # How much waits behind this entry, and what it is.
    waiting: int
    waits: str


# A title, an icon, and the names the page may have; the first that exists is taken.
Way = tuple[str, str, tuple[str, ...]]
HOURS: Way = (gettext_noop("Hours"), "clock", ("hours:mine",))
ACTIVITIES: Way = (
    gettext_noop("Activities"),
    "calendar-days",
    ("activities:list", "activities:index"),
)
SCHOOL: Way = (gettext_noop("Night school"), "book-open", ("school:catalogue",))
ORDERS: Way = (gettext_noop("Order a service"), "hand-heart", ("dispatch:menu",))
DESK: Way = (gettext_noop("Dispatch"), "clipboard-list", ("dispatch:desk",))
ASSESSMENT: Way = (gettext_noop("Assessment"), "search", ("insight:assessment",))
SURVEYS: Way = (gettext_noop("Surveys"), "list-checks", ("surveys:surveys",))
MINE: Way = (gettext_noop("Mine"), "user-round", ("people:me",))
TODO: Way = (gettext_noop("To do"), "list-checks", ("inspections:worklist",))
PLACES: Way = (gettext_noop("Places"), "landmark", ("places:list", "places:index"))
BOARD: Way = (gettext_noop("Board"), "layout-dashboard", ("insight:board",))
STANDARD: Way = (
    gettext_noop("Standard"),
    "scale",
    ("inspections:standards", "inspections:standard"),
)
SIGN_IN: Way = (gettext_noop("Sign in"), "log-in", ("account_login",))
# Pages of several rooms that one entry leads to.
_UNDER = {
    "/assessment/": (
        "/assessment/",
        "/rounds/",
        "/findings/",
        "/filing/",
        "/units/",
        "/fieldwork/",
        "/surveys/",
    )
}


class Part(NamedTuple):
    """The entries of one part; `wide` are those for which a phone's bar of five has no room."""

    ways: tuple[Way, ...]
    wide: tuple[Way, ...]


VISITOR = Part(
    (BOARD, ACTIVITIES, SCHOOL, ORDERS, PLACES, ASSESSMENT, SIGN_IN), (SCHOOL, ASSESSMENT)
)
VOLUNTEER = Part(
    (ACTIVITIES, SCHOOL, ORDERS, PLACES, HOURS, ASSESSMENT, MINE), (SCHOOL, ASSESSMENT)
)
KEEPER = Part(
    (TODO, ORDERS, PLACES, ACTIVITIES, SCHOOL, ASSESSMENT, MINE), (SCHOOL, ASSESSMENT)
)
INSPECTOR = Part((ASSESSMENT, TODO, PLACES, ACTIVITIES, SCHOOL, HOURS, MINE), (SCHOOL, HOURS))
SURVEYOR = Part((SURVEYS, ACTIVITIES, SCHOOL, ORDERS, PLACES, HOURS, MINE), (SCHOOL, ORDERS))
OFFICE = Part((BOARD, DESK, ASSESSMENT, TODO, SCHOOL, PLACES, MINE), (SCHOOL, PLACES))


def page(request: HttpRequest) -> dict[str, Any]:
    """The `shell` of layout.html; the way around is worked out only when a page shows it."""
    modes = [mode for mode in MODES if request.COOKIES.get(mode) == "1"]
    return {
        "shell": {
            "language": wording.language(),
            "modes": modes,
            "demo_time": clock.now() if clock.is_demo() else None,
            "navigation": SimpleLazyObject(lambda: navigation(request)),
            "desk": SimpleLazyObject(lambda: _desk(request)),
        },
        "user": getattr(request, "user", None),
    }


def navigation(request: HttpRequest) -> list[Entry]:
    """The entries of the person's part whose pages exist."""
    part = _part(request)
    wide = {address(names) for _title, _icon, names in part.wide}
    ways = [(title, icon, address(names)) for title, icon, names in part.ways]
    waiting = {
        address(MINE[2]): (_unread, gettext("unread messages:")),
        address(DESK[2]): (_red, gettext("overdue orders:")),
    }
    return [
        Entry(
            title=gettext(title),
            icon=icon,
            href=href,
            here=_leads_here(request, href),
            wide=href in wide,
            waiting=waiting[href][0](request) if href in waiting else 0,
            waits=waiting[href][1] if href in waiting else "",
        )
        for title, icon, href in ways
        if href
    ]


def _unread(request: HttpRequest) -> int:
    user = getattr(request, "user", None)
    return queries.unread(user) if isinstance(user, Person) else 0


def _red(request: HttpRequest) -> int:
    spans = desk.reach(request.standing)  # type: ignore[attr-defined]
    return desk.red_orders(spans) if spans else 0


def _desk(request: HttpRequest) -> dict[str, Any]:
    """For the pages on which a desk begins the day; empty for whoever has none."""
    user = getattr(request, "user", None)
    spans = desk.reach(request.standing) if isinstance(user, Person) else []  # type: ignore[attr-defined]
    if not spans:
        return {}
    return {"href": address(DESK[2]), "red": desk.red_orders(spans)}


@cache
def address(names: tuple[str, ...]) -> str | None:
    """Where the first of these pages lies, or None while no room offers it."""
    for name in names:
        try:
            return reverse(name)
        except NoReverseMatch:
            continue
    return None


def _part(request: HttpRequest) -> Part:
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return VISITOR
    standing = request.standing  # type: ignore[attr-defined]
    if standing.spans(OFFICES):
        return OFFICE
    if standing.places or standing.spans({Role.KEEPER}):
        return KEEPER
    if standing.spans({Role.INSPECTOR}):
        return INSPECTOR
    return SURVEYOR if standing.spans({Role.SURVEYOR}) else VOLUNTEER


def _leads_here(request: HttpRequest, href: str) -> bool:
    under = _UNDER.get(href, (href,))
    return request.path == href or (href != "/" and request.path.startswith(under))

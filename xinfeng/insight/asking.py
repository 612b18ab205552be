"""What a visitor asks of a figure, read from the address, so that a view can be sent on."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.http import QueryDict
from django.utils.translation import gettext as _

from xinfeng.base import codes
from xinfeng.base.figures import Figure, Time, Window
from xinfeng.base.refusal import Refusal

LONGEST_WINDOW_DAYS = 3700


class BadQuestion(Refusal):
    """The address asks for something that cannot be: which part, and how to mend it."""

    status = 400


@dataclass(frozen=True)
class Question:
    """One figure, within one division or for one unit, over one window."""

    window: Window
    within: int | None
    unit: int | None
    after: tuple[int, date, int] | None

    @property
    def span(self) -> tuple[int, int] | None:
        if self.within is None:
            return None
        return codes.span(self.within, codes.level_of(self.within))


def question(figure: Figure, asked: QueryDict, *, today: date, city: int) -> Question:
    """Read within, unit, as_of, since, until and after; refuse what makes no sense."""
    return Question(
        window=_window(figure, asked, today),
        within=_within(asked, city),
        unit=_whole("unit", asked.get("unit")),
        after=_after(asked.get("after")),
    )


def _window(figure: Figure, asked: QueryDict, today: date) -> Window:
    as_of = _day("as_of", asked.get("as_of")) or today
    until = _day("until", asked.get("until")) or as_of + timedelta(days=1)
    month = (until - timedelta(days=1)).replace(day=1)
    year_back = (month - timedelta(days=330)).replace(day=1)
    since = _day("since", asked.get("since")) or (
        year_back if figure.time is Time.FLOW else month
    )
    if not since < until:
        raise BadQuestion("window", _("The period must end after it begins: since < until."))
    if (until - since).days > LONGEST_WINDOW_DAYS:
        raise BadQuestion("window", _("The period may be at most ten years long."))
    return Window(since, until)


def _within(asked: QueryDict, city: int) -> int | None:
    code = _whole("within", asked.get("within"))
    if code is None:
        return None
    lo, hi = codes.span(city, codes.Level.CITY)
    if not lo <= code < hi:
        raise BadQuestion("outside", _("This division does not lie in the city."))
    return code


def _day(name: str, text: str | None) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise BadQuestion(
            "day", _("“%(name)s” must be a day such as 2022-06-30.") % {"name": name}
        ) from None


def _whole(name: str, text: str | None) -> int | None:
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= 18):
        raise BadQuestion("number", _("“%(name)s” must be a whole number.") % {"name": name})
    return int(text)


def _after(text: str | None) -> tuple[int, date, int] | None:
    if not text:
        return None
    parts = text.split("_")
    if len(parts) != 3:
        raise BadQuestion("after", _("This page address is not complete. Start from page one."))
    division, row = _whole("after", parts[0]), _whole("after", parts[2])
    day = _day("after", parts[1])
    if division is None or day is None or row is None:
        raise BadQuestion("after", _("This page address is not complete. Start from page one."))
    return division, day, row

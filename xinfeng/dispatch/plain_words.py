"""How an order stands, in the words one would say to the person who ordered or who comes."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from xinfeng.people.models import PartOfDay

from .models import State as S


@dataclass(frozen=True)
class Standing:
    """One sentence on how it stands, one on what comes next, and how serious it is."""

    kind: str
    now: str | Promise
    next: str | Promise = ""


TO_RESIDENT = {
    S.DRAFT: Standing("info", gettext_lazy("The order is not placed yet.")),
    S.TO_VERIFY: Standing(
        "info",
        gettext_lazy("We have your order."),
        gettext_lazy("The office checks it first and may call to ask."),
    ),
    S.REFUSED: Standing("wrong", gettext_lazy("This order cannot be served.")),
    S.TO_DISPATCH: Standing(
        "info",
        gettext_lazy("Your order is checked. We are looking for a volunteer."),
        gettext_lazy("You need not do anything."),
    ),
    S.DISPATCHED: Standing(
        "info",
        gettext_lazy("We have asked a volunteer and wait for the answer."),
        gettext_lazy("You need not do anything."),
    ),
    S.ACCEPTED: Standing(
        "done",
        gettext_lazy("A volunteer has accepted."),
        gettext_lazy("They will call to agree on a time."),
    ),
    S.SCHEDULED: Standing(
        "done",
        gettext_lazy("The time is agreed."),
        gettext_lazy("When they come, show them the code on this page."),
    ),
    S.IN_SERVICE: Standing(
        "done",
        gettext_lazy("The volunteer is with you."),
        gettext_lazy("When they leave, show them the code on this page once more."),
    ),
    S.TO_CONFIRM: Standing(
        "due",
        gettext_lazy("The volunteer has left."),
        gettext_lazy("Please confirm that the service was done."),
    ),
    S.TO_RATE: Standing(
        "due", gettext_lazy("The service is confirmed."), gettext_lazy("Please say how it was.")
    ),
    S.CALL_BACK: Standing(
        "due",
        gettext_lazy("You were not content, or something was not right."),
        gettext_lazy("The office will call you about it."),
    ),
    S.CLOSED: Standing("done", gettext_lazy("This order is done. Thank you.")),
    S.CANCELLED: Standing("info", gettext_lazy("This order was cancelled.")),
    S.TRANSFERRED: Standing(
        "info", gettext_lazy("This order was handed over to the 12345 hotline.")
    ),
    S.MERGED: Standing(
        "info",
        gettext_lazy("The same order was placed twice; it is served under the other number."),
    ),
    S.ON_HOLD: Standing(
        "due",
        gettext_lazy("The order rests for now."),
        gettext_lazy("The office takes it up again and tells you."),
    ),
}

TO_VOLUNTEER = {
    S.DISPATCHED: Standing(
        "info", gettext_lazy("You have accepted; others are still being asked.")
    ),
    S.ACCEPTED: Standing(
        "due",
        gettext_lazy("Call the person, agree on a time, and enter it here."),
    ),
    S.SCHEDULED: Standing("done", gettext_lazy("The time is agreed.")),
    S.IN_SERVICE: Standing(
        "done", gettext_lazy("You are checked in. Check out when you leave.")
    ),
    S.TO_CONFIRM: Standing(
        "done", gettext_lazy("You have left. The resident confirms, then your hours count.")
    ),
    S.TO_RATE: Standing("done", gettext_lazy("The resident has confirmed. Thank you.")),
    S.CALL_BACK: Standing("info", gettext_lazy("The office asks the resident how it was.")),
    S.CLOSED: Standing("done", gettext_lazy("This order is done. Thank you.")),
    S.ON_HOLD: Standing("due", gettext_lazy("The order rests for now; do not set out.")),
    S.CANCELLED: Standing("wrong", gettext_lazy("The order was cancelled; do not set out.")),
    S.TRANSFERRED: Standing(
        "wrong", gettext_lazy("The order was handed over; do not set out.")
    ),
    S.MERGED: Standing("wrong", gettext_lazy("The order was placed twice; do not set out.")),
}

# What a move meant, where the state alone does not say it.
MOVED: dict[tuple[str, str], str | Promise] = {
    (S.DISPATCHED, S.TO_DISPATCH): gettext_lazy("Nobody asked could come. We look further."),
    (S.ACCEPTED, S.TO_DISPATCH): gettext_lazy(
        "The volunteer cannot come. We look for another."
    ),
    (S.SCHEDULED, S.TO_DISPATCH): gettext_lazy(
        "Nobody came, or they cannot. We look for another."
    ),
    (S.CALL_BACK, S.TO_DISPATCH): gettext_lazy(
        "The office has spoken with you and sends somebody once more."
    ),
    (S.CALL_BACK, S.CLOSED): gettext_lazy(
        "The office has spoken with you. The order is closed."
    ),
    (S.TO_VERIFY, S.TO_DISPATCH): gettext_lazy("The order was checked."),
}
ARRIVED: dict[str, str | Promise] = {
    S.TO_VERIFY: gettext_lazy("The order was placed."),
    S.REFUSED: gettext_lazy("The order was refused."),
    S.TO_DISPATCH: gettext_lazy("We are looking for a volunteer."),
    S.DISPATCHED: gettext_lazy("A volunteer was asked."),
    S.ACCEPTED: gettext_lazy("A volunteer accepted."),
    S.SCHEDULED: gettext_lazy("A time was agreed."),
    S.IN_SERVICE: gettext_lazy("The volunteer checked in."),
    S.TO_CONFIRM: gettext_lazy("The volunteer checked out."),
    S.TO_RATE: gettext_lazy("The service was confirmed."),
    S.CALL_BACK: gettext_lazy("The office was asked to call back."),
    S.CLOSED: gettext_lazy("The order was closed."),
    S.CANCELLED: gettext_lazy("The order was cancelled."),
    S.TRANSFERRED: gettext_lazy("The order was handed over to the 12345 hotline."),
    S.MERGED: gettext_lazy("The order was joined with another one."),
    S.ON_HOLD: gettext_lazy("The order rests for now."),
}


def said_of(from_state: str, to_state: str) -> str:
    """One line of the timeline."""
    sentence = MOVED.get((from_state, to_state))
    if sentence is None and from_state == S.ON_HOLD:
        return _("The order was taken up again.")
    return str(sentence or ARRIVED.get(to_state, to_state))


def wished_words(first: date, last: date, parts: int | None) -> str:
    """The times that suit, as one would say them on the telephone."""
    if parts is None:
        return _("any time from %(first)s to %(last)s") % {
            "first": spoken_day(first),
            "last": spoken_day(last),
        }
    days = [_day_with_parts(day, some) for day, some in _days(first, last, parts)]
    return ("；" if _is_chinese() else "; ").join(days)


def spoken_day(on: date) -> str:
    if _is_chinese():
        return f"{on.month}月{on.day}日周{'一二三四五六日'[on.weekday()]}"
    return f"{on:%A} {on.day} {on:%B}"


def _days(first: date, last: date, bits: int) -> Iterator[tuple[date, list[PartOfDay]]]:
    for n in range((last - first).days + 1):
        day = first + timedelta(days=n)
        some = [p for p in PartOfDay if bits >> day.weekday() * len(PartOfDay) + p & 1]
        if some:
            yield day, some


def _day_with_parts(day: date, some: list[PartOfDay]) -> str:
    if len(some) == len(PartOfDay):
        return spoken_day(day)
    words = [str(part.label) for part in some]
    if _is_chinese():
        return f"{spoken_day(day)}{'、'.join(words)}"
    return f"{spoken_day(day)}, {' or '.join(words)}"


def _is_chinese() -> bool:
    return (get_language() or "").startswith("zh")

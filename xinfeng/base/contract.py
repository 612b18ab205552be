"""What all answers of the interface have in common: refusals, and lists that page by key.

A room's `api.py` declares what it answers with `answers(Thing)`; all else is a `Problem`.
"""

from datetime import datetime
from typing import Annotated, Any

from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Schema
from pydantic import AfterValidator

from .refusal import Refusal


def _local(moment: datetime) -> datetime:
    try:
        return timezone.localtime(moment)
    except OverflowError:
        # The last evening of the year 9999 has no local time; what was sent says nothing.
        raise ValueError("out of range") from None


# A moment as answers write it: in the city's own time, with its distance from UTC.
Moment = Annotated[datetime, AfterValidator(_local)]
PAGE = 50
# What any operation may say instead of its own answer.
_PROBLEMS = (401, 403, 404, 409, 422, 429)
_LARGEST = 2**63


class Mistake(Schema):
    """One value that was not understood, and where it stands: `body.shifts.0.capacity`."""

    where: str
    detail: str


class Problem(Schema):
    """Why not: `code` is stable and the same as on the pages, `detail` is for people."""

    code: str
    detail: str
    mistakes: list[Mistake] = []


class Misread(Refusal):
    """What was sent has the right shape and still says nothing we know."""

    status = 422


class NotSignedIn(Refusal):
    status = 401


class TooMany(Refusal):
    status = 429

    def __init__(self, code: str, message: str, *, wait_seconds: int) -> None:
        super().__init__(code, message)
        self.wait_seconds = wait_seconds


def answers(answer: Any) -> dict[Any, Any]:
    """The answers of an operation: its own, and a Problem for everything else.

    What is already so is answered like what was just done, so there is no 201.
    """
    return {200: answer} | dict.fromkeys(_PROBLEMS, Problem)


def number_key(after: str) -> int:
    """The key of a list that pages by one number; an empty one begins at the start."""
    if after == "":
        return 0
    if not (after.isascii() and after.isdigit() and int(after) < _LARGEST):
        raise unreadable()
    return int(after)


def unreadable() -> Misread:
    """Where a list goes on was not said as the list said it."""
    return Misread("after_unreadable", _("Pass back the `next` of the page before, as it is."))

"""Whether a name and an ID number belong together: asked of a service that the city names.

The setting XINFENG_REAL_NAME holds the dotted name of a function `(name, id_number, on) ->
Finding`. Without one the number is checked in itself: right in form, sum and date.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.utils.module_loading import import_string

from xinfeng.base.id_number import BadIdNumber, IdNumber, parse


@dataclass(frozen=True)
class Finding:
    """What a check found: the number as read, or why not; `how` names the check in the row.

    A check that could not be made leaves `how` empty: the account stands, unverified.
    """

    number: IdNumber | None
    reason: str = ""
    how: str = ""


Check = Callable[[str, str, date], Finding]


def check(name: str, typed: str, on: date) -> Finding:
    """Ask the city's service, after the number was found right in itself."""
    found = local(name, typed, on)
    if found.number is None:
        return found
    ask: Check = import_string(settings.REAL_NAME_CHECK)
    return ask(name, found.number.text, on)


def local(_name: str, typed: str, on: date) -> Finding:
    """The number in itself; that it belongs to this name nobody has confirmed."""
    try:
        return Finding(parse(typed, on=on), how="number")
    except BadIdNumber as bad:
        return Finding(None, str(bad))

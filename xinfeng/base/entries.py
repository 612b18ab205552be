"""What every list of a city pack asks of an entry; ValueError says what is wrong with it."""

from typing import Any

from django.utils.translation import gettext as _


def only(entry: dict[str, Any], *known: str) -> None:
    for key in sorted(set(entry) - set(known)):
        reason = _("unknown key “%(key)s”; known are %(known)s")
        raise ValueError(reason % {"key": key, "known": ", ".join(known)})


def need(entry: dict[str, Any], key: str) -> Any:
    value = entry.get(key)
    if value is None or value == "":
        raise ValueError(_("“%(key)s” is missing.") % {"key": key})
    return value


def number(entry: dict[str, Any], key: str, default: int, *, least: int = 0) -> int:
    value = entry.get(key, default)
    if not isinstance(value, int) or isinstance(value, bool) or value < least:
        raise ValueError(_("“%(key)s” must be a whole number.") % {"key": key})
    return value

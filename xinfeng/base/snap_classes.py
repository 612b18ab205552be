"""The classes in which residents report what they see: `snap_classes.yaml` of a city pack."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from .entries import need, number, only

_WORDS = ("code", "name", "name_en", "hint", "hint_en")
TERMS = ("ON_THE_SPOT", "H24", "WD3", "D7", "D30")


@dataclass(frozen=True)
class SnapClass:
    """One class, and how long its repair usually may take."""

    code: str
    name: str
    name_en: str = ""
    hint: str = ""
    hint_en: str = ""
    term: str = "WD3"
    weight: int = 1


def read_snap_class(entry: dict[str, Any]) -> SnapClass:
    """An entry of snap_classes.yaml; ValueError says what is wrong with it."""
    only(entry, *_WORDS, "term", "weight")
    term = str(entry.get("term") or "WD3")
    if term not in TERMS:
        reason = _("unknown kind “%(kind)s”; known are %(known)s")
        raise ValueError(reason % {"kind": term, "known": ", ".join(TERMS)})
    for key in ("code", "name"):
        need(entry, key)
    words = {key: str(entry.get(key) or "") for key in _WORDS}
    return SnapClass(**words, term=term, weight=number(entry, "weight", 1, least=1))

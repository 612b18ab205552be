"""The classes in which residents report what they see: `snap_classes.yaml` of a city pack."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

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
    known = ("code", "name", "name_en", "hint", "hint_en", "term", "weight")
    unknown = sorted(set(entry) - set(known))
    if unknown:
        raise ValueError(
            _("unknown key “%(key)s”; known are %(known)s")
            % {"key": unknown[0], "known": ", ".join(known)}
        )
    for key in ("code", "name"):
        if not entry.get(key):
            raise ValueError(_("“%(key)s” is missing.") % {"key": key})
    term = str(entry.get("term") or "WD3")
    if term not in TERMS:
        raise ValueError(
            _("unknown key “%(key)s”; known are %(known)s")
            % {"key": term, "known": ", ".join(TERMS)}
        )
    weight = entry.get("weight", 1)
    if not isinstance(weight, int) or isinstance(weight, bool) or weight < 1:
        raise ValueError(_("a whole number is needed, not “%(value)s”.") % {"value": weight})
    words = {key: str(entry.get(key) or "") for key in known[:5]}
    return SnapClass(**words, term=term, weight=weight)

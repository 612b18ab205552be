"""The kinds of spots that rounds draw from, as point_types.yaml of a city pack names them."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

CHARGES = ("point", "road", "river")
_KEYS = ("code", "name", "name_en", "charge", "weight")


@dataclass(frozen=True)
class PointTerm:
    """One kind: its names, what its person in charge is called, how many a demo registers."""

    code: str
    name: str
    name_en: str
    charge: str
    weight: int


def read_point_type(entry: dict[str, Any]) -> PointTerm:
    """An entry of point_types.yaml; ValueError says what is wrong with it."""
    for key in sorted(set(entry) - set(_KEYS)):
        reason = _("unknown key “%(key)s”; known are %(known)s")
        raise ValueError(reason % {"key": key, "known": ", ".join(_KEYS)})
    for key in ("code", "name"):
        if not str(entry.get(key) or ""):
            raise ValueError(_("“%(key)s” is missing.") % {"key": key})
    charge, weight = entry.get("charge", "point"), entry.get("weight", 1)
    if charge not in CHARGES:
        reason = _("unknown kind “%(kind)s”; known are %(known)s")
        raise ValueError(reason % {"kind": charge, "known": ", ".join(CHARGES)})
    if not isinstance(weight, int) or isinstance(weight, bool) or weight < 0:
        raise ValueError(_("“%(key)s” must be a whole number.") % {"key": "weight"})
    english = str(entry.get("name_en") or "")
    return PointTerm(str(entry["code"]), str(entry["name"]), english, charge, weight)

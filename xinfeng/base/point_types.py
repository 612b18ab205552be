"""The kinds of spots that rounds draw from, as point_types.yaml of a city pack names them."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from .entries import need, number, only

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
    only(entry, *_KEYS)
    charge = entry.get("charge", "point")
    if charge not in CHARGES:
        reason = _("unknown kind “%(kind)s”; known are %(known)s")
        raise ValueError(reason % {"kind": charge, "known": ", ".join(CHARGES)})
    return PointTerm(
        code=str(need(entry, "code")),
        name=str(need(entry, "name")),
        name_en=str(entry.get("name_en") or ""),
        charge=charge,
        weight=number(entry, "weight", 1),
    )

"""The nouns of this room, by what they are about."""

from .points import Charge, Point, PointQuerySet, PointState, PointType
from .sheets import Sheet, SheetKind
from .units import MemberQuerySet, MemberRole, Unit, UnitKind, UnitMember, UnitQuerySet

__all__ = [
    "Charge",
    "MemberQuerySet",
    "MemberRole",
    "Point",
    "PointQuerySet",
    "PointState",
    "PointType",
    "Sheet",
    "SheetKind",
    "Unit",
    "UnitKind",
    "UnitMember",
    "UnitQuerySet",
]

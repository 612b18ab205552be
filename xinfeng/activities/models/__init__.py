"""The nouns of this room, by what they are about."""

from .attendance import CheckIn, Means, Phase
from .calendars import CalendarLink
from .devices import Card, CodeTally, Device, Keyholder, Kiosk
from .programme import (
    CREDITED,
    Activity,
    ActivityQuerySet,
    ActivityState,
    Audience,
    Category,
    Nature,
    Programme,
    Project,
    Risk,
)
from .shifts import CHECK_IN_LEAD, Part, Post, Shift, ShiftQuerySet
from .signups import HOLDING, LIVE, Signup, SignupQuerySet, SignupState

__all__ = [
    "CHECK_IN_LEAD",
    "CREDITED",
    "HOLDING",
    "LIVE",
    "Activity",
    "ActivityQuerySet",
    "ActivityState",
    "Audience",
    "CalendarLink",
    "Card",
    "Category",
    "CheckIn",
    "CodeTally",
    "Device",
    "Keyholder",
    "Kiosk",
    "Means",
    "Nature",
    "Part",
    "Phase",
    "Post",
    "Programme",
    "Project",
    "Risk",
    "Shift",
    "ShiftQuerySet",
    "Signup",
    "SignupQuerySet",
    "SignupState",
]

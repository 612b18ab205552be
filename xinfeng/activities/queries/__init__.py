"""What the pages of activities show: everybody sees what is on, few see who comes."""

from .attendance import Attendance, RosterPage, roster_page, roster_row
from .programme import ActivityPage, Choice, Key, Line, Offer, Upcoming, activity_page, upcoming

__all__ = [
    "ActivityPage",
    "Attendance",
    "Choice",
    "Key",
    "Line",
    "Offer",
    "RosterPage",
    "Upcoming",
    "activity_page",
    "roster_page",
    "roster_row",
    "upcoming",
]

"""What the pages of activities show: everybody sees what is on, few see who comes."""

from .activity import ActivityPage, Offer, activity_page, may_know, position_of
from .attendance import Attendance, RosterPage, roster_page, roster_row
from .attended import Attended, attended
from .calendars import Diary, calendar_link_of, diary_at, diary_of, my_diary
from .door_code import DoorCode, door_code
from .doors import (
    card_to_print,
    holder_of,
    kiosk_to_serve,
    kiosks_of,
    my_devices,
    my_door,
    name_of,
    screen,
    shift_to_run,
    shifts_run_by,
    still_here,
)
from .grounds import Grounds, beginning, grounds_of, said_by
from .listing import Choice, Key, Line, Upcoming, line_of, upcoming
from .mine import Board, MyShifts, board, my_shifts
from .near import Around, Near, NearKey, near, point_of
from .overdue import (
    DueKey,
    Overdue,
    all_overdue,
    left_over,
    overdue,
    registers_to_close,
    reminders_due,
    shifts_to_remind,
)
from .projects import programme_page, programmes, project_page

__all__ = [
    "ActivityPage",
    "Around",
    "Attendance",
    "Attended",
    "Board",
    "Choice",
    "Diary",
    "DoorCode",
    "DueKey",
    "Grounds",
    "Key",
    "Line",
    "MyShifts",
    "Near",
    "NearKey",
    "Offer",
    "Overdue",
    "RosterPage",
    "Upcoming",
    "activity_page",
    "all_overdue",
    "attended",
    "beginning",
    "board",
    "calendar_link_of",
    "card_to_print",
    "diary_at",
    "diary_of",
    "door_code",
    "grounds_of",
    "holder_of",
    "kiosk_to_serve",
    "kiosks_of",
    "left_over",
    "line_of",
    "may_know",
    "my_devices",
    "my_diary",
    "my_door",
    "my_shifts",
    "name_of",
    "near",
    "overdue",
    "point_of",
    "position_of",
    "programme_page",
    "programmes",
    "project_page",
    "registers_to_close",
    "reminders_due",
    "roster_page",
    "roster_row",
    "said_by",
    "screen",
    "shift_to_run",
    "shifts_run_by",
    "shifts_to_remind",
    "still_here",
    "upcoming",
]

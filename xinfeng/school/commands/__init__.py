"""Every write in this room. One function, one transaction, one journal entry."""

from .answers import accept_class, decline_class, lapse_class
from .attending import count_heads, let_in
from .courses import (
    NewCourse,
    NewSeries,
    bring_menu,
    offer_course,
    open_series,
    renew_course,
    withdraw_course,
)
from .deputies import renew_deputies
from .enrolling import cancel_enrolment, enrol, fill_places, resize_class
from .lecturers import (
    Offer,
    apply_as_lecturer,
    approve_lecturer,
    change_offer,
    end_lecturer,
    honour_lecturer,
    pause_lecturer,
    refuse_lecturer,
    resume_lecturer,
)
from .materials import add_material, remove_material
from .moving import accept_session, decline_session, move_session
from .placing import place_class, propose_class
from .publishing import publish_class
from .ratings import rate_class
from .requests import NewRequest, refuse_request, request_class, withdraw_request
from .running import call_off_class, call_off_session, end_class, follow_activity, lapse_session
from .timetables import (
    Solution,
    ask_timetable,
    fail_timetable,
    finish_timetable,
    publish_timetable,
    start_timetable,
    tell_progress,
)

__all__ = [
    "NewCourse",
    "NewRequest",
    "NewSeries",
    "Offer",
    "Solution",
    "accept_class",
    "accept_session",
    "add_material",
    "apply_as_lecturer",
    "approve_lecturer",
    "ask_timetable",
    "bring_menu",
    "call_off_class",
    "call_off_session",
    "cancel_enrolment",
    "change_offer",
    "count_heads",
    "decline_class",
    "decline_session",
    "end_class",
    "end_lecturer",
    "enrol",
    "fail_timetable",
    "fill_places",
    "finish_timetable",
    "follow_activity",
    "honour_lecturer",
    "lapse_class",
    "lapse_session",
    "let_in",
    "move_session",
    "offer_course",
    "open_series",
    "pause_lecturer",
    "place_class",
    "propose_class",
    "publish_class",
    "publish_timetable",
    "rate_class",
    "refuse_lecturer",
    "refuse_request",
    "remove_material",
    "renew_course",
    "renew_deputies",
    "request_class",
    "resize_class",
    "resume_lecturer",
    "start_timetable",
    "tell_progress",
    "withdraw_course",
    "withdraw_request",
]

"""Every write in this room. One function, one transaction, one journal entry."""

from xinfeng.surveys.wishes import NewQuota, NewSample, NewSurvey

from .addresses import add_address_sheet, import_address_sheet, open_addresses
from .answering import Receipt, answer_by_code, answer_in_street, answer_open
from .attempts import interview, record_attempt
from .calling import end_call, keep_call_sheet, open_phone, put_back, take_next
from .calling_back import Told, open_household, record_call_back, settle_call_backs
from .drawing import draw_survey
from .estimation import estimate_sample, publish_survey
from .excluding import exclude_response
from .fielding import close_survey, name_surveyors, open_survey, send_surveyor
from .frames import (
    BadRows,
    NewFrame,
    add_totals,
    import_frame,
    import_totals,
    make_frame,
    take_frame,
    take_totals,
)
from .integrity import (
    ask_for_report,
    fail_report,
    finish_report,
    report_integrity,
    start_report,
    tell_report,
)
from .questionnaires import (
    BadQuestionnaire,
    change_version,
    copy_version,
    import_questionnaire,
    lock_version,
    new_questionnaire,
)
from .receiving import Asked, BadAnswers, NotEligible, keep_response
from .running import ask_for_estimation, fail_run, finish_run, start_run, tell_run
from .sheets import NewSheet, add_survey_sheet, forget_survey_sheets, import_survey_sheet
from .surveys import call_off_survey, plan_survey

__all__ = [
    "Asked",
    "BadAnswers",
    "BadQuestionnaire",
    "BadRows",
    "NewFrame",
    "NewQuota",
    "NewSample",
    "NewSheet",
    "NewSurvey",
    "NotEligible",
    "Receipt",
    "Told",
    "add_address_sheet",
    "add_survey_sheet",
    "add_totals",
    "answer_by_code",
    "answer_in_street",
    "answer_open",
    "ask_for_estimation",
    "ask_for_report",
    "call_off_survey",
    "change_version",
    "close_survey",
    "copy_version",
    "draw_survey",
    "end_call",
    "estimate_sample",
    "exclude_response",
    "fail_report",
    "fail_run",
    "finish_report",
    "finish_run",
    "forget_survey_sheets",
    "import_address_sheet",
    "import_frame",
    "import_questionnaire",
    "import_survey_sheet",
    "import_totals",
    "interview",
    "keep_call_sheet",
    "keep_response",
    "lock_version",
    "make_frame",
    "name_surveyors",
    "new_questionnaire",
    "open_addresses",
    "open_household",
    "open_phone",
    "open_survey",
    "plan_survey",
    "publish_survey",
    "put_back",
    "record_attempt",
    "record_call_back",
    "report_integrity",
    "send_surveyor",
    "settle_call_backs",
    "start_report",
    "start_run",
    "take_frame",
    "take_next",
    "take_totals",
    "tell_report",
    "tell_run",
]

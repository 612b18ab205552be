"""Every write in this room. One function, one transaction, one journal entry."""

from .answering import Receipt, answer_by_code, answer_in_street, answer_open
from .attempts import interview, record_attempt
from .calling_back import Told, open_household, record_call_back, settle_call_backs
from .estimation import estimate_sample, publish_survey
from .excluding import exclude_response
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

__all__ = [
    "Asked",
    "BadAnswers",
    "BadQuestionnaire",
    "NotEligible",
    "Receipt",
    "Told",
    "answer_by_code",
    "answer_in_street",
    "answer_open",
    "ask_for_estimation",
    "ask_for_report",
    "change_version",
    "copy_version",
    "estimate_sample",
    "exclude_response",
    "fail_report",
    "fail_run",
    "finish_report",
    "finish_run",
    "import_questionnaire",
    "interview",
    "keep_response",
    "lock_version",
    "new_questionnaire",
    "open_household",
    "publish_survey",
    "record_attempt",
    "record_call_back",
    "report_integrity",
    "settle_call_backs",
    "start_report",
    "start_run",
    "tell_report",
    "tell_run",
]

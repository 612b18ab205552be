"""Every write in this room. One function, one transaction, one journal entry."""

from .answering import Receipt, answer_by_code, answer_in_street, answer_open
from .attempts import interview, record_attempt
from .estimation import estimate_sample, publish_survey
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
    "answer_by_code",
    "answer_in_street",
    "answer_open",
    "ask_for_estimation",
    "change_version",
    "copy_version",
    "estimate_sample",
    "fail_run",
    "finish_run",
    "import_questionnaire",
    "interview",
    "keep_response",
    "lock_version",
    "new_questionnaire",
    "publish_survey",
    "record_attempt",
    "start_run",
    "tell_run",
]

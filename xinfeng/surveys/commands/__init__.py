"""Every write in this room. One function, one transaction, one journal entry."""

from .estimation import estimate_sample, publish_survey
from .questionnaires import (
    BadQuestionnaire,
    change_version,
    copy_version,
    import_questionnaire,
    lock_version,
    new_questionnaire,
)
from .running import ask_for_estimation, fail_run, finish_run, start_run, tell_run

__all__ = [
    "BadQuestionnaire",
    "ask_for_estimation",
    "change_version",
    "copy_version",
    "estimate_sample",
    "fail_run",
    "finish_run",
    "import_questionnaire",
    "lock_version",
    "new_questionnaire",
    "publish_survey",
    "start_run",
    "tell_run",
]

"""Every write in this room. One function, one transaction, one journal entry."""

from .questionnaires import (
    BadQuestionnaire,
    change_version,
    copy_version,
    import_questionnaire,
    lock_version,
    new_questionnaire,
)

__all__ = [
    "BadQuestionnaire",
    "change_version",
    "copy_version",
    "import_questionnaire",
    "lock_version",
    "new_questionnaire",
]

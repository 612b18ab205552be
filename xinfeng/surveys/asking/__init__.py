"""What is asked: the bank of questions of a questionnaire, pure values, no database.

`bank_of(document)` reads what a version of a questionnaire keeps; `asked` follows its skip
logic, `arranged` its rotation, `checked` says what of an answered sheet cannot be.
"""

from .bank import Bank, Block, Condition, Kind, Option, Question, Scale, bank_of
from .flow import NOT_ELIGIBLE, Problem, arranged, asked, checked, screened_out

__all__ = [
    "NOT_ELIGIBLE",
    "Bank",
    "Block",
    "Condition",
    "Kind",
    "Option",
    "Problem",
    "Question",
    "Scale",
    "arranged",
    "asked",
    "bank_of",
    "checked",
    "screened_out",
]

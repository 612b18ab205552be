"""What is asked: the bank of questions of a questionnaire, pure values, no database.

`bank_of(document)` reads what a version of a questionnaire keeps; `asked` follows its skip
logic, `arranged` its rotation, `checked` says what of an answered sheet cannot be.
"""

from .bank import Bank, Block, Condition, Kind, Option, Question, Scale, bank_of
from .flow import Problem, arranged, asked, checked

__all__ = [
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
]

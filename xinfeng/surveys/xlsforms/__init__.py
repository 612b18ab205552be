"""Questionnaires as XLSForm: the workbook that ODK, KoBo and others ask from.

What XLSForm has no word for (score, satisfied, cannot say, headline, margin, turns) stands in
columns of our own, which other programs pass over: out and in again is the same questionnaire.
"""

from .taking_in import read
from .writing import workbook

__all__ = ["read", "workbook"]

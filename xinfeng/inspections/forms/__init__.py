"""The shape and wording of what is entered; nothing here saves."""

from .standards import ChoiceForm, CopyForm, FilingForm, PeriodForm, TextForm

__all__ = ["ChoiceForm", "CopyForm", "FilingForm", "PeriodForm", "TextForm"]

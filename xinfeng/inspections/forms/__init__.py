"""The shape and wording of what is entered; nothing here saves."""

from .standards import (
    ChoiceForm,
    CopyForm,
    FilingForm,
    PeriodForm,
    TakeOverForm,
    TextForm,
    UploadForm,
)

__all__ = [
    "ChoiceForm",
    "CopyForm",
    "FilingForm",
    "PeriodForm",
    "TakeOverForm",
    "TextForm",
    "UploadForm",
]

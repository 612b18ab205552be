"""What phones and pages read of forms, phones and submissions."""

from .devices import devices_of, goer, goers
from .forms import (
    form_of,
    forms_of,
    media_named,
    missing_media,
    owners,
    sheet_of,
    version_of,
    version_sheet,
    warnings_of,
)
from .listing import Choice, Key, State, received
from .phones import device_of, forms_for, media_of, version_for
from .previewing import languages_of, preview
from .submissions import Answer, submission_of, submission_sheet

__all__ = [
    "Answer",
    "Choice",
    "Key",
    "State",
    "device_of",
    "devices_of",
    "form_of",
    "forms_for",
    "forms_of",
    "goer",
    "goers",
    "languages_of",
    "media_named",
    "media_of",
    "missing_media",
    "owners",
    "preview",
    "received",
    "sheet_of",
    "submission_of",
    "submission_sheet",
    "version_for",
    "version_of",
    "version_sheet",
    "warnings_of",
]

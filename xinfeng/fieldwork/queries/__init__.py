"""What phones and pages read of forms, phones and submissions."""

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
from .phones import device_of, forms_for, media_of, version_for
from .previewing import languages_of, preview

__all__ = [
    "device_of",
    "form_of",
    "forms_for",
    "forms_of",
    "languages_of",
    "media_named",
    "media_of",
    "missing_media",
    "owners",
    "preview",
    "sheet_of",
    "version_for",
    "version_of",
    "version_sheet",
    "warnings_of",
]

"""The columns of each sheet, XLSForm's own and ours."""

LANGUAGES = {"zh": "中文 (zh)", "en": "English (en)"}
OWN_HEAD = tuple(
    (key, language) for key in ("welcome", "thanks") for language in ("zh", "en")
)  # fmt: skip

_LABELS = tuple(f"label::{title}" for title in LANGUAGES.values())
_HINTS = tuple(f"hint::{title}" for title in LANGUAGES.values())
SURVEY = (
    "type", "name", *_LABELS, *_HINTS, "required", "relevant", "constraint",
    "rotates", "headline", "margin",
)  # fmt: skip
CHOICES = ("list_name", "name", *_LABELS, "score", "satisfied", "no_opinion")
SETTINGS = (
    "form_title", "form_id", "version", "default_language", "title_en",
    *(f"{key}_{language}" for key, language in OWN_HEAD), "screening", "flips", "example",
)  # fmt: skip

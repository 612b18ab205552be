"""The same text in Chinese and English, as standards and questionnaires carry it."""

from dataclasses import dataclass

from django.utils import translation


@dataclass(frozen=True)
class Words:
    """The same text in Chinese and English."""

    zh: str
    en: str

    def __str__(self) -> str:
        chinese = (translation.get_language() or "zh").startswith("zh")
        return (self.zh or self.en) if chinese else (self.en or self.zh)

"""Sentences for what of a sheet cannot be, as pages and the interface say them."""

from django.utils.translation import gettext_lazy as _

_SENTENCES = {
    "not_there": _("Please answer this question; the others depend on it."),
    "not_asked": _("This question was not asked."),
    "not_an_option": _("Choose one of the answers."),
    "too_many": _("These are more answers than can be chosen."),
    "not_a_number": _("Write a whole number that can be."),
    "too_long": _("Make it shorter, please."),
    "not_eligible": _("This survey asks other people. Thank you for your time."),
}


def sentence_of(reason: str) -> str:
    return str(_SENTENCES[reason])

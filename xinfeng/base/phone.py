"""Mobile numbers of mainland China: read as people type them, and masked."""

import re

from django.utils.translation import gettext as _

_SIGNS = str.maketrans("０１２３４５６７８９＋", "0123456789+", " \t　-()（）")


class BadPhone(ValueError):
    """Why a number is none, in a sentence for whoever typed it; never the number itself."""


def parse(typed: str) -> str:
    """The eleven digits, without the country's prefix."""
    text = normal(typed)
    if not re.fullmatch(r"[0-9]+", text):
        raise BadPhone(_("A mobile number consists of digits only."))
    if len(text) != 11:
        sentence = _("A mobile number has 11 digits; this one has %(count)s.")
        raise BadPhone(sentence % {"count": len(text)})
    if not re.match(r"1[3-9]", text):
        raise BadPhone(_("A mobile number begins with 13 to 19."))
    return text


def normal(typed: str) -> str:
    """Plain digits, as the same number is always written here."""
    return re.sub(r"^(\+86|0086)", "", typed.translate(_SIGNS))

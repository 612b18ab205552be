"""The national ID number of GB 11643: read, checked, and what it says of its holder."""

import re
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

LENGTH = 18
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"
_ODD_SIGNS = str.maketrans("０１２３４５６７８９ｘＸ", "0123456789XX", " \t　-")


class BadIdNumber(ValueError):
    """Why a number is none, in a sentence for whoever typed it; never the number itself."""


@dataclass(frozen=True)
class IdNumber:
    """A number that is in itself right: its text, and what it says."""

    text: str
    region: str
    born_on: date
    is_female: bool


def parse(typed: str, *, on: date) -> IdNumber:
    """The number somebody typed; BadIdNumber says what is wrong with it and where."""
    text = normal(typed)
    if re.fullmatch(r"\d{15}", text):
        raise BadIdNumber(
            _("This is an old number of 15 digits. Enter the 18 signs of the present ID card.")
        )
    if len(text) != LENGTH:
        sentence = _("An ID number has 18 signs; this one has %(count)s.")
        raise BadIdNumber(sentence % {"count": len(text)})
    if not re.fullmatch(r"[1-9]\d{16}[\dX]", text, re.ASCII):
        raise BadIdNumber(_("An ID number consists of digits; only the last sign may be an X."))
    born_on = _birth_date(text, on)
    if check_sign(text[:17]) != text[17]:
        raise BadIdNumber(
            _("The last sign of the ID number does not fit. Compare it with the card.")
        )
    return IdNumber(text, text[:6], born_on, int(text[16]) % 2 == 0)


def normal(typed: str) -> str:
    """As it is written on the card: without spaces, in plain digits, with a large X."""
    return typed.translate(_ODD_SIGNS).upper()


def check_sign(first_17: str) -> str:
    """The 18th sign, by ISO 7064 MOD 11-2."""
    total = sum(int(digit) * weight for digit, weight in zip(first_17, _WEIGHTS, strict=True))
    return _CHECKS[total % 11]


def age_on(born_on: date | None, day: date) -> int | None:
    """Whole years; somebody born on 29 February grows older on 1 March. None: not known."""
    if born_on is None:
        return None
    return day.year - born_on.year - ((day.month, day.day) < (born_on.month, born_on.day))


def masked(text: str) -> str:
    """4101**********0042; what is shorter is hidden whole."""
    return text[:4] + "*" * (len(text) - 8) + text[-4:] if len(text) > 8 else "*" * len(text)


def _birth_date(text: str, on: date) -> date:
    try:
        born_on = date(int(text[6:10]), int(text[10:12]), int(text[12:14]))
    except ValueError:
        raise BadIdNumber(
            _("Signs 7 to 14 of the ID number are no date. Compare them with the card.")
        ) from None
    if born_on > on or born_on.year < 1880:
        raise BadIdNumber(
            _("The date of birth in the ID number (signs 7 to 14) cannot be right.")
        )
    return born_on

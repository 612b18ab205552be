"""Conditions and calculations of a form, looked at for what a phone would stumble over.

No whole XPath: only what is surely wrong is told, because a right form must never be refused.
"""

import re

from django.utils.translation import gettext as _

_QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'")
_QUESTION = re.compile(r"\$\{\s*([^{}\s]*)\s*\}")
# What the keyboard of a Chinese office writes in place of the sign that is meant.
_WIDE = dict(zip("（），“”‘’＝＜＞＋－＊｛｝＄", "(),\"\"''=<>+-*{}$", strict=True))
_BY_HABIT = {"==": "=", "&&": "and", "||": "or", "<>": "!="}
_PAIRS = {")": "(", "]": "["}
_ENDS = re.compile(r"(<=|>=|!=|=|<|>|\+|,|(?<=\s)(?:and|or|div|mod))\s*$")
_BEGINS = re.compile(r"^\s*(<=|>=|!=|=|<|>|\+|,|(?:and|or|div|mod)(?=\s))")


def questions_in(text: str) -> list[str]:
    """The names that a text refers to as ${name}."""
    return _QUESTION.findall(text)


def fault_in(text: str) -> tuple[str, str] | None:
    """What is wrong and how to mend it, or None when nothing shows."""
    bare = _QUOTED.sub("''", text)
    return _of_signs(bare) or _of_halves(bare) or _of_ends(bare)


def _of_signs(bare: str) -> tuple[str, str] | None:
    mend = _("Write “%(sign)s” instead.")
    for sign, meant in _WIDE.items():
        if sign in bare:
            told = _("The sign “%(sign)s” is full-width.") % {"sign": sign}
            return told, mend % {"sign": meant}
    for sign, meant in _BY_HABIT.items():
        if sign in bare:
            told = _("“%(sign)s” is no operator here.") % {"sign": sign}
            return told, mend % {"sign": meant}
    return None


def _of_halves(bare: str) -> tuple[str, str] | None:
    left = bare.replace("''", "")
    for sign in "'\"":
        if sign in left:
            return _one_sided(sign)
    opened: list[str] = []
    for sign in left:
        if sign in _PAIRS.values():
            opened.append(sign)
        elif sign in _PAIRS and (not opened or opened.pop() != _PAIRS[sign]):
            return _one_sided(sign)
    if opened:
        return _one_sided(opened[-1])
    return _one_sided("${") if "${" in _QUESTION.sub("", left) else None


def _of_ends(bare: str) -> tuple[str, str] | None:
    found = _ENDS.search(bare) or _BEGINS.search(bare)
    if found is None:
        return None
    return (
        _("A value is missing beside “%(sign)s”.") % {"sign": found[1].strip()},
        _("Say what is compared, or remove the sign."),
    )


def _one_sided(sign: str) -> tuple[str, str]:
    return (
        _("“%(sign)s” has no other half.") % {"sign": sign},
        _("Open and close every bracket and quotation mark."),
    )

"""What a class asks besides, and whether what was said is an answer to it."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from xinfeng.base.refusal import Refusal
from xinfeng.base.snap_classes import CHOOSING, Question, read_questions
from xinfeng.findings.wishes import Answers

_LONGEST = {"text": 500}
_LONG = 200
_NUMBER = re.compile(r"-?[0-9]{1,15}([.][0-9]{1,10})?", re.ASCII)


def answered(asks: Sequence[dict[str, Any]], given: Answers) -> dict[str, Any]:
    """The answers as they are kept; what nobody asked is left out."""
    kept = {}
    for question in read_questions(list(asks)):
        said = given.get(question.code, "")
        several = [one.strip() for one in ([said] if isinstance(said, str) else said)]
        several = list(dict.fromkeys(one for one in several if one))
        if not several:
            if question.required:
                raise _wrong(question, _("An answer is needed."))
            continue
        kept[question.code] = _fitting(question, several)
    return kept


def _fitting(question: Question, said: list[str]) -> str | list[str]:
    if question.kind in CHOOSING:
        offered = {choice.key for choice in question.choices}
        if not set(said) <= offered:
            raise _wrong(question, _("Choose one of the answers that are offered."))
    if question.kind == "multivaluelist":
        return said
    if len(said) > 1:
        raise _wrong(question, _("One answer only."))
    if len(said[0]) > _LONGEST.get(question.kind, _LONG):
        raise _wrong(question, _("This answer is too long."))
    if question.kind == "number" and not _NUMBER.fullmatch(said[0]):
        raise _wrong(question, _("A number is needed."))
    if question.kind == "datetime" and not _is_moment(said[0]):
        raise _wrong(question, _("A moment such as 2022-07-17T08:00:00+08:00."))
    return said[0]


def _is_moment(text: str) -> bool:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def _wrong(question: Question, why: str) -> Refusal:
    words = {"question": question.text, "code": question.code, "why": why}
    return Refusal("answer_wrong", _("%(question)s (%(code)s): %(why)s") % words)

"""The classes in which residents report what they see: `snap_classes.yaml` of a city pack."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from .entries import need, number, only

# As Open311 names what an answer may be.
KINDS = ("string", "number", "datetime", "text", "singlevaluelist", "multivaluelist")
CHOOSING = ("singlevaluelist", "multivaluelist")
MOST_QUESTIONS = 10
_CODE = re.compile(r"[a-z][a-z0-9_]{0,39}")
_WORDS = ("code", "name", "name_en", "hint", "hint_en")
TERMS = ("ON_THE_SPOT", "H24", "WD3", "D7", "D30")


@dataclass(frozen=True)
class Choice:
    """One of the answers to choose from."""

    key: str
    name: str
    name_en: str = ""


@dataclass(frozen=True)
class Question:
    """What is asked besides about a report of a class."""

    code: str
    text: str
    text_en: str = ""
    kind: str = "string"
    required: bool = False
    choices: tuple[Choice, ...] = ()

    def kept(self) -> dict[str, Any]:
        """As the class keeps it; `read_question` reads it again."""
        choices = [vars(choice) for choice in self.choices]
        return {**vars(self), "choices": choices}


@dataclass(frozen=True)
class SnapClass:
    """One class, and how long its repair usually may take."""

    code: str
    name: str
    name_en: str = ""
    hint: str = ""
    hint_en: str = ""
    term: str = "WD3"
    weight: int = 1
    asks: tuple[Question, ...] = ()


def read_snap_class(entry: dict[str, Any]) -> SnapClass:
    """An entry of snap_classes.yaml; ValueError says what is wrong with it."""
    only(entry, *_WORDS, "term", "weight", "asks")
    term = str(entry.get("term") or "WD3")
    if term not in TERMS:
        reason = _("unknown kind “%(kind)s”; known are %(known)s")
        raise ValueError(reason % {"kind": term, "known": ", ".join(TERMS)})
    for key in ("code", "name"):
        need(entry, key)
    words = {key: str(entry.get(key) or "") for key in _WORDS}
    return SnapClass(
        **words, term=term, weight=number(entry, "weight", 1, least=1),
        asks=read_questions(entry.get("asks") or []),
    )  # fmt: skip


def read_questions(entries: Sequence[dict[str, Any]]) -> tuple[Question, ...]:
    """The questions of a class, in their order; ValueError says what is wrong with them."""
    if not isinstance(entries, list) or len(entries) > MOST_QUESTIONS:
        raise ValueError(_("“asks” must be a list of ten questions at most."))
    found = tuple(_question(entry) for entry in entries)
    if len({one.code for one in found}) < len(found):
        raise ValueError(_("Two questions have the same code."))
    return found


def _question(entry: dict[str, Any]) -> Question:
    if not isinstance(entry, dict):
        raise ValueError(_("“asks” must be a list of ten questions at most."))
    only(entry, "code", "text", "text_en", "kind", "required", "choices")
    code, kind = str(need(entry, "code")), str(entry.get("kind") or "string")
    if not _CODE.fullmatch(code):
        raise ValueError(_("“%(key)s” is no code of a question.") % {"key": code})
    if kind not in KINDS:
        reason = _("unknown kind “%(kind)s”; known are %(known)s")
        raise ValueError(reason % {"kind": kind, "known": ", ".join(KINDS)})
    choices = tuple(_choice(one) for one in entry.get("choices") or ())
    if bool(choices) != (kind in CHOOSING):
        raise ValueError(_("“choices” belong to questions that choose, and to no others."))
    return Question(
        code, str(need(entry, "text")), str(entry.get("text_en") or ""), kind,
        entry.get("required") is True, choices,
    )  # fmt: skip


def _choice(entry: dict[str, Any]) -> Choice:
    only(entry, "key", "name", "name_en")
    key = str(need(entry, "key"))
    return Choice(key, str(need(entry, "name")), str(entry.get("name_en") or ""))

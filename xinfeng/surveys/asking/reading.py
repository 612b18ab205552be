"""From the text of a questionnaire to its document, or to the list of everything wrong with it.

The document it makes is canonical: the same questions have the same digest, however they were
written down. English may be missing (`wording` says where); what a draft still lacks before it
can be locked is `unfinished`, and not wrong.
"""

import re
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from django.utils.translation import gettext as _

from xinfeng.base import canonical
from xinfeng.base import document as documents
from xinfeng.base.document import BadDocument, Document, Path, Problem
from xinfeng.base.fields import Fields

from .bank import Bank, Kind, bank_of
from .relations import Relations

Said = dict[str, Any]
CODE = re.compile(r"[a-z][a-z0-9_]{0,29}")
NAME = re.compile(r"[a-z][a-z0-9-]{0,29}")
# What a phone shows and a respondent reads; a paragraph only where one is greeted.
LONGEST_TEXT = 300
LONGEST_PARAGRAPH = 1000
MOST_QUESTIONS = 120
MOST_OPTIONS = 30
FURTHEST = 1_000_000
_HEAD = "welcome thanks headline flips margins screening example scales"
_OF_KIND = {
    Kind.SCALE: ("scale", ""),
    Kind.ONE: ("options", ""),
    Kind.SEVERAL: ("options", "most"),
    Kind.NUMBER: ("", "lowest highest"),
    Kind.TEXT: ("", ""),
}


@dataclass(frozen=True)
class Taken:
    """A questionnaire that was read: what is kept of it, and what it still lacks."""

    code: str
    document: Said
    unfinished: list[Problem] = field(default_factory=list)
    lines: Document = field(default_factory=lambda: Document(None))

    @property
    def bank(self) -> Bank:
        return bank_of(self.document)

    @property
    def digest(self) -> str:
        return digest_of(self.document)


def digest_of(document: Said) -> str:
    """SHA-256 of the canonical JSON: what is published when the words are locked."""
    return sha256(canonical.canonical(document)).hexdigest()


def read(text: str, source: str = "questionnaire.yaml") -> Taken:
    """What a YAML text asks; raises BadDocument with all problems at once."""
    document = documents.read(text, source)
    return _taken(document, source, with_code=True)


def checked(values: Any, source: str = "questionnaire") -> Taken:
    """The same of values from wherever they come: a form, a workbook, the interface."""
    return checked_at(Document(values), source)


def checked_at(said: Document, source: str) -> Taken:
    """The same where something else than YAML knows on which line a value stands."""
    return _taken(said, source, with_code=False)


def _taken(said: Document, source: str, *, with_code: bool) -> Taken:
    reading = Reading(Fields(said, list(said.problems)))
    code, document = reading.questionnaire(with_code=with_code)
    if reading.fields.problems:
        raise BadDocument(source, reading.fields.problems)
    relations = Relations(document, said)
    if relations.problems:
        raise BadDocument(source, relations.problems)
    return Taken(code, document, relations.unfinished, said)


class Reading:
    """One questionnaire being read; every part leaves out what says nothing."""

    def __init__(self, fields: Fields) -> None:
        self.fields = fields
        self.count = 0

    def questionnaire(self, *, with_code: bool) -> tuple[str, Said]:
        fields = self.fields
        required = "code title blocks" if with_code else "title blocks"
        head = fields.mapping(fields.document.values, (), required=required, optional=_HEAD)
        code = self._name(head.get("code")) if with_code else ""
        flags = {
            key: fields.flag(head.get(key), (key,)) for key in ("flips", "example")
        }  # fmt: skip
        document = _kept(
            title=self._words(head, (), "title"),
            welcome=self._words(head, (), "welcome", LONGEST_PARAGRAPH),
            thanks=self._words(head, (), "thanks", LONGEST_PARAGRAPH),
            headline=self._code(head, (), "headline"),
            margins=self._margins(head.get("margins")),
            screening=self._conditions(head, (), "screening"),
            scales=[self._scale(*each) for each in self._list(head, (), "scales")],
            **flags,
        )
        # Without any question yet, a list all the same: a draft begins somewhere.
        document["blocks"] = [self._block(*each) for each in self._list(head, (), "blocks")]
        if self.count > MOST_QUESTIONS:
            reason = _("More than %(most)s questions.") % {"most": MOST_QUESTIONS}
            fields.wrong(("blocks",), reason, _("Nobody answers so many: make two of it."))
        return code, document

    def _name(self, value: Any) -> str:
        name = self.fields.text(value, ("code",))
        if name and not NAME.fullmatch(name):
            self.fields.wrong(
                ("code",),
                _("“%(code)s” cannot be the code of a questionnaire.") % {"code": name},
                _("Small letters, digits and hyphens, a letter first, 30 at most."),
            )
        return name

    def _margins(self, value: Any) -> dict[str, str]:
        if value is None:
            return {}
        if not isinstance(value, dict):
            self.fields.wrong(
                ("margins",),
                _("Here belongs a block of keys."),
                "margins: {sex: sex, age: age}",
            )
            return {}
        return {
            str(key): self._code(value, ("margins",), key)
            for key in value
            if self._is_code(key, ("margins", key))
        }

    def _conditions(self, said: Said, path: Path, key: str) -> list[Said]:
        made = []
        for at, item in self._list(said, path, key):
            read = self.fields.mapping(item, at, required="question among")
            among = [
                self._plain_code(code, where) for where, code in self._list(read, at, "among")
            ]
            if not among and read.get("among") is not None:
                self.fields.wrong((*at, "among"), _("Here belongs at least one answer."))
            made.append({"question": self._code(read, at, "question"), "among": among})
        return made

    def _scale(self, path: Path, value: Any) -> Said:
        read = self.fields.mapping(value, path, required="code options")
        options = [
            self._option(at, item, "score satisfied no_opinion")
            for at, item in self._list(read, path, "options")
        ]
        return {"code": self._code(read, path, "code"), "options": options}

    def _block(self, path: Path, value: Any) -> Said:
        read = self.fields.mapping(
            value, path, required="code", optional="title rotates questions"
        )
        return _kept(
            code=self._code(read, path, "code"),
            title=self._words(read, path, "title"),
            rotates=self.fields.flag(read.get("rotates"), (*path, "rotates")),
        ) | {
            "questions": [self._question(*each) for each in self._list(read, path, "questions")]
        }

    def _question(self, path: Path, value: Any) -> Said:
        fields = self.fields
        self.count += 1
        chosen = value.get("kind") if isinstance(value, dict) else None
        kind = Kind(chosen) if isinstance(chosen, str) and chosen in set(Kind) else None
        needs, may = _OF_KIND[kind] if kind else ("", "scale options most lowest highest")
        read = fields.mapping(
            value, path, required=f"code kind text {needs}",
            optional=f"hint required only_if {may}",
        )  # fmt: skip
        fields.choice(read.get("kind"), (*path, "kind"), [each.value for each in Kind])
        options = [
            self._option(at, item, "no_opinion")
            for at, item in self._list(read, path, "options")
        ]
        if len(options) > MOST_OPTIONS:
            reason = _("More than %(most)s answers.") % {"most": MOST_OPTIONS}
            fields.wrong((*path, "options"), reason, _("Put several into one."))
        return _kept(
            code=self._code(read, path, "code"),
            kind=kind and kind.value,
            text=self._words(read, path, "text"),
            hint=self._words(read, path, "hint"),
            scale=self._code(read, path, "scale"),
            options=options,
            required=fields.flag(read.get("required"), (*path, "required")),
            only_if=self._conditions(read, path, "only_if"),
            most=self._whole(read, path, "most", 1, MOST_OPTIONS),
            lowest=self._whole(read, path, "lowest", -FURTHEST, FURTHEST),
            highest=self._whole(read, path, "highest", -FURTHEST, FURTHEST),
        )

    def _option(self, path: Path, value: Any, optional: str) -> Said:
        read = self.fields.mapping(value, path, required="code text", optional=optional)
        return _kept(
            code=self._code(read, path, "code"),
            text=self._words(read, path, "text"),
            score=self._whole(read, path, "score", 0, 100),
            satisfied=self.fields.flag(read.get("satisfied"), (*path, "satisfied")),
            no_opinion=self.fields.flag(read.get("no_opinion"), (*path, "no_opinion")),
        )

    def _list(self, said: Said, path: Path, key: str) -> list[tuple[Path, Any]]:
        value, at = said.get(key), (*path, key)
        if value is None or value == []:
            return []
        return self.fields.items(value, at)

    def _whole(self, said: Said, path: Path, key: str, low: int, high: int) -> int | None:
        if said.get(key) is None:
            return None
        return self.fields.whole(said[key], (*path, key), lowest=low, highest=high)

    def _code(self, said: Said, path: Path, key: str) -> str:
        value = said.get(key)
        return "" if value is None else self._plain_code(value, (*path, key))

    def _plain_code(self, value: Any, path: Path) -> str:
        if isinstance(value, bool):
            # YAML reads yes and no as true and false; nobody who writes a code means that.
            reason = _("YAML takes this word for true or false.")
            self.fields.wrong(path, reason, _("Write it in quotes."))
            return ""
        code = self.fields.text(value, path)
        return code if not code or self._is_code(code, path) else ""

    def _is_code(self, code: str, path: Path) -> bool:
        if CODE.fullmatch(code):
            return True
        self.fields.wrong(
            path,
            _("“%(code)s” cannot be a code.") % {"code": code},
            _("Small letters, digits and _, a letter first, 30 at most."),
        )
        return False

    def _words(self, said: Said, path: Path, key: str, longest: int = LONGEST_TEXT) -> Said:
        """A text in both languages, or in Chinese alone."""
        value, at = said.get(key), (*path, key)
        if value is None:
            return {}
        if isinstance(value, str):
            value = {"zh": value}
        both = self.fields.mapping(value, at, required="zh", optional="en")
        made = {}
        for language in ("zh", "en"):
            text = tidy(both.get(language), keep_lines=longest > LONGEST_TEXT)
            if text is None or (not text and language == "zh" and both.get("zh") is not None):
                self.fields.text(both.get(language), (*at, language))
                continue
            if len(text) > longest:
                reason = _("Longer than %(most)s signs.") % {"most": longest}
                self.fields.wrong((*at, language), reason, _("Say it shorter."))
            made[language] = text
        return _kept(**made)


def tidy(value: Any, *, keep_lines: bool) -> str | None:
    """A text without blanks nobody means; None where it is no text."""
    if value is None:
        return ""
    if not isinstance(value, str):
        return None
    plain = "".join(map(_plain_sign, value))
    lines = (" ".join(line.split()) for line in plain.splitlines())
    return "\n".join(lines).strip() if keep_lines else " ".join(plain.split())


def _plain_sign(sign: str) -> str:
    if sign.isprintable() or sign == "\n":
        return sign
    return " " if sign.isspace() else ""


def _kept(**said: Any) -> Said:
    """Without what says nothing; 0 says something."""
    return {key: value for key, value in said.items() if value or type(value) is int}

"""What has to agree between the parts of a questionnaire that are right one by one."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from xinfeng.base.document import Document, Path, Problem, written
from xinfeng.base.fields import suggestion

from .bank import Kind

Said = dict[str, Any]
# A form of a phone keeps this name for itself.
_KEPT_FOR_FORMS = "meta"
_CHOSEN = {Kind.SCALE, Kind.ONE, Kind.SEVERAL}


@dataclass(frozen=True)
class _Place:
    path: Path
    block: str
    position: int
    said: Said


class Relations:
    """Looks at a whole document; `problems` cannot be kept, `unfinished` cannot be locked."""

    def __init__(self, document: Said, lines: Document) -> None:
        self.document, self.lines = document, lines
        self.problems: list[Problem] = []
        self.unfinished: list[Problem] = []
        self.scales = {each["code"]: each for each in document.get("scales", [])}
        self.questions: dict[str, _Place] = {}
        for position, (path, block, question) in enumerate(self._walk()):
            self.questions.setdefault(
                question["code"], _Place(path, block["code"], position, question)
            )
        self._codes()
        for path, scale in self._scales():
            self._scale(path, scale)
        for path, block, question in self._walk():
            self._question(path, block, question)
        self._headline()
        self._margins()
        self._screening()
        self._finished()

    def _walk(self) -> Iterator[tuple[Path, Said, Said]]:
        for i, block in enumerate(self.document["blocks"]):
            for j, question in enumerate(block["questions"]):
                yield ("blocks", i, "questions", j), block, question

    def _scales(self) -> Iterator[tuple[Path, Said]]:
        for i, scale in enumerate(self.document.get("scales", [])):
            yield ("scales", i), scale

    def _wrong(self, path: Path, reason: str, mend: str = "") -> None:
        self.problems.append(self._problem(path, reason, mend))

    def _problem(self, path: Path, reason: str, mend: str) -> Problem:
        return Problem(self.lines.line_of(path), written(path), reason, mend)

    def _codes(self) -> None:
        """Blocks and questions share their codes: a form on a phone names both alike."""
        named: list[tuple[Path, str]] = [
            (("blocks", i, "code"), block["code"])
            for i, block in enumerate(self.document["blocks"])
        ]
        named += [
            ((*path, "code"), question["code"]) for path, _block, question in self._walk()
        ]
        self._once(named)
        self._once([((*path, "code"), scale["code"]) for path, scale in self._scales()])
        for path, scale in self._scales():
            self._options_once(path, scale)
        for path, _block, question in self._walk():
            self._options_once(path, question)

    def _options_once(self, path: Path, said: Said) -> None:
        options = said.get("options", [])
        self._once(
            [((*path, "options", i, "code"), each["code"]) for i, each in enumerate(options)]
        )

    def _once(self, named: list[tuple[Path, str]]) -> None:
        seen: set[str] = set()
        for path, code in named:
            if code in seen:
                reason = _("The code “%(code)s” is used twice.") % {"code": code}
                self._wrong(path, reason, _("Give one of them another code."))
            if code == _KEPT_FOR_FORMS:
                reason = _("“%(code)s” cannot be a code.") % {"code": code}
                self._wrong(path, reason, _("Forms on phones keep this name for themselves."))
            seen.add(code)

    def _scale(self, path: Path, scale: Said) -> None:
        steps = [
            ((*path, "options", i), each)
            for i, each in enumerate(scale["options"])
            if not each.get("no_opinion")
        ]
        if len(steps) < 2:
            self._wrong(path, _("A scale has at least two steps."), _("Add one."))
        for i, each in enumerate(scale["options"]):
            if each.get("no_opinion") and ("score" in each or each.get("satisfied")):
                self._wrong(
                    (*path, "options", i),
                    _("“Cannot say” has no score and is not satisfied."),
                    _("Take score and satisfied away."),
                )
        self._scores(steps)
        self._satisfied(path, steps)

    def _scores(self, steps: list[tuple[Path, Said]]) -> None:
        before: int | None = None
        for path, each in steps:
            score = each.get("score")
            if score is None:
                self._wrong(path, _("A step of a scale has a score."), _("Add one, 0 to 100."))
            elif before is not None and score >= before:
                self._wrong(
                    (*path, "score"),
                    _("The scores must fall from step to step: %(score)s follows %(before)s.")
                    % {"score": score, "before": before},
                    _("Put the best step first."),
                )
            before = score if score is not None else before

    def _satisfied(self, path: Path, steps: list[tuple[Path, Said]]) -> None:
        says = [bool(each.get("satisfied")) for _path, each in steps]
        if not any(says) or all(says):
            self._wrong(
                path,
                _("Some steps of a scale count as satisfied, and some do not."),
                _("Mark the upper ones with satisfied: true."),
            )
        for (at, _each), upper, this in zip(steps[1:], says, says[1:], strict=False):
            if this and not upper:
                self._wrong(
                    at,
                    _("A step counts as satisfied, though the better one above does not."),
                    _("What counts as satisfied is the upper part of the scale."),
                )

    def _question(self, path: Path, block: Said, question: Said) -> None:
        scale = question.get("scale")
        if scale and scale not in self.scales:
            self._wrong(
                (*path, "scale"),
                _("There is no scale “%(code)s”.") % {"code": scale},
                suggestion(scale, self.scales) or _("Add it under scales."),
            )
        low, high = question.get("lowest"), question.get("highest")
        if low is not None and high is not None and low >= high:
            self._wrong(path, _("The lowest number is not below the highest."))
        options = question.get("options", [])
        if question["kind"] in (Kind.ONE, Kind.SEVERAL) and len(options) < 2:
            self._wrong(
                (*path, "options"), _("A choice has at least two answers."), _("Add one.")
            )
        if question.get("most", 1) > max(len(options), 1):
            self._wrong((*path, "most"), _("More may be chosen than there are answers."))
        for i, condition in enumerate(question.get("only_if", [])):
            self._condition((*path, "only_if", i), block, question, condition)

    def _condition(self, path: Path, block: Said, question: Said, condition: Said) -> None:
        earlier = self._known(path, condition)
        if earlier is None:
            return
        here = self.questions[question["code"]]
        if earlier.position >= here.position:
            self._wrong(
                (*path, "question"),
                _("“%(code)s” is not asked before this question.")
                % {"code": condition["question"]},
                _("Move it up, or this one down."),
            )
        elif block.get("rotates") and earlier.block == block["code"]:
            self._wrong(
                path,
                _(
                    "The block “%(block)s” rotates, so “%(code)s” may be asked after this"
                    " question, which depends on it."
                )
                % {"block": block["code"], "code": condition["question"]},
                _("Move one of them to another block, or take rotates away."),
            )
        if not earlier.said.get("required"):
            self._wrong(
                earlier.path,
                _("Other questions depend on this one, so it has to be answered."),
                _("Add required: true."),
            )

    def _known(self, path: Path, condition: Said) -> _Place | None:
        """The question of a condition, if it is one that has these answers."""
        code = condition["question"]
        earlier = self.questions.get(code)
        if earlier is None:
            self._no_question((*path, "question"), code)
            return None
        if earlier.said["kind"] not in _CHOSEN:
            self._wrong(
                (*path, "question"),
                _("“%(code)s” has no answers to choose from.") % {"code": code},
                _("Name a question with a scale or a choice."),
            )
            return None
        known = self._answers(earlier.said)
        for i, answer in enumerate(condition["among"]):
            if answer not in known:
                self._wrong(
                    (*path, "among", i),
                    _("“%(answer)s” is no answer to “%(code)s”.")
                    % {"answer": answer, "code": code},
                    suggestion(answer, known)
                    or _("Answers: %(known)s.") % {"known": ", ".join(known)},
                )
        return earlier

    def _answers(self, question: Said) -> list[str]:
        source = self.scales.get(question.get("scale", ""), question)
        return [each["code"] for each in source.get("options", [])]

    def _no_question(self, path: Path, code: str) -> None:
        reason = _("There is no question “%(code)s”.") % {"code": code}
        self._wrong(path, reason, suggestion(code, self.questions))

    def _headline(self) -> None:
        code = self.document.get("headline")
        if not code:
            return
        if code not in self.questions:
            self._no_question(("headline",), code)
        elif self.questions[code].said["kind"] != Kind.SCALE:
            self._wrong(
                ("headline",),
                _("The headline “%(code)s” has no scale.") % {"code": code},
                _("Name a question with kind: scale."),
            )

    def _margins(self) -> None:
        for margin, code in self.document.get("margins", {}).items():
            path: Path = ("margins", margin)
            if code not in self.questions:
                self._no_question(path, code)
            else:
                self._asked_of_all(path, self.questions[code])

    def _screening(self) -> None:
        for i, condition in enumerate(self.document.get("screening", [])):
            path: Path = ("screening", i)
            earlier = self._known(path, condition)
            if earlier is not None:
                self._asked_of_all(path, earlier)

    def _asked_of_all(self, path: Path, asked: _Place) -> None:
        """Everybody is asked, has to answer, and gives one answer."""
        said = asked.said
        if said["kind"] != Kind.ONE:
            self._wrong(
                path,
                _("“%(code)s” is not a choice of one.") % {"code": said["code"]},
                _("Name a question with kind: one."),
            )
        elif said.get("only_if"):
            self._wrong(
                path,
                _("“%(code)s” is not asked of everybody.") % {"code": said["code"]},
                _("Take its only_if away."),
            )
        elif not said.get("required"):
            self._wrong(
                asked.path,
                _("“%(code)s” has to be answered by everybody.") % {"code": said["code"]},
                _("Add required: true."),
            )

    def _finished(self) -> None:
        if not self.document.get("headline"):
            self._lacks(
                (),
                _("No question is the headline."),
                _("Name the scaled one that sums all up."),
            )
        if not self.document["blocks"]:
            self._lacks(("blocks",), _("Nothing is asked yet."), _("Add a block of questions."))
        for i, block in enumerate(self.document["blocks"]):
            if not block["questions"]:
                self._lacks(
                    ("blocks", i),
                    _("The block “%(code)s” has no questions.") % {"code": block["code"]},
                    _("Add one, or remove the block."),
                )

    def _lacks(self, path: Path, reason: str, mend: str) -> None:
        self.unfinished.append(self._problem(path, reason, mend))

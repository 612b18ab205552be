"""YAML as people write it: plain values, and the line on which each of them stands."""

from dataclasses import dataclass, field
from typing import Any

import yaml
from django.utils.translation import gettext as _
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

Path = tuple[str | int, ...]
LARGEST = 500_000


@dataclass(frozen=True)
class Problem:
    """One thing wrong in a document: where, what, and how to put it right."""

    line: int
    where: str
    reason: str
    mend: str = ""

    def __str__(self) -> str:
        place = f"{self.where}: " if self.where else ""
        return f"{place}{self.reason}" + (f" {self.mend}" if self.mend else "")


class BadDocument(Exception):
    """A document with everything that is wrong with it, in the order of its lines."""

    def __init__(self, source: str, problems: list[Problem]) -> None:
        self.source = source
        self.problems = sorted(problems, key=lambda problem: problem.line)
        super().__init__("\n".join(self.lines()))

    def lines(self) -> list[str]:
        return [f"{self.source}:{problem.line}: {problem}" for problem in self.problems]


@dataclass
class Document:
    """The values of a document; `lines` maps a path to its line, counted from 1."""

    values: Any
    lines: dict[Path, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def line_of(self, path: Path) -> int:
        """The line of a value, or of the nearest thing around it that exists."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


def read(text: str, source: str) -> Document:
    """The document's values; raises BadDocument when it is not YAML at all."""
    if len(text) > LARGEST:
        raise BadDocument(source, [Problem(1, "", _("The document is larger than 500 KB."))])
    try:
        root = _Loader(text).get_single_node()
    except yaml.MarkedYAMLError as error:
        raise BadDocument(source, [_not_yaml(error)]) from None
    except (yaml.YAMLError, RecursionError) as error:
        reason = _("This is not valid YAML: %(reason)s.") % {"reason": error}
        raise BadDocument(source, [Problem(1, "", reason)]) from None
    document = Document(None)
    if root is not None:
        document.values = _plain(root, (), document)
    return document


def written(path: Path) -> str:
    """A path as people read it: projects[2].lines[1].rule."""
    text = ""
    for step in path:
        text += f"[{step + 1}]" if isinstance(step, int) else f".{step}" if text else step
    return text


class _Loader(yaml.SafeLoader):
    """YAML without anchors: read from top to bottom, it cannot unfold to gigabytes."""

    def compose_node(self, parent: Node | None, index: Any) -> Node | None:
        if self.check_event(yaml.AliasEvent):
            event = self.peek_event()  # type: ignore[no-untyped-call]
            raise yaml.composer.ComposerError(
                None, None, "aliases (*name) are not allowed", event.start_mark
            )
        return super().compose_node(parent, index)


def _plain(node: Node, path: Path, document: Document) -> Any:
    document.lines.setdefault(path, node.start_mark.line + 1)
    if isinstance(node, MappingNode):
        return _mapping(node, path, document)
    if isinstance(node, SequenceNode):
        return [_plain(item, (*path, i), document) for i, item in enumerate(node.value)]
    assert isinstance(node, ScalarNode)
    return _scalar(node)


def _mapping(node: MappingNode, path: Path, document: Document) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for key_node, value_node in node.value:
        key = str(key_node.value)
        line = key_node.start_mark.line + 1
        if key in values:
            reason = _("The key “%(key)s” stands here twice.") % {"key": key}
            document.problems.append(Problem(line, written(path), reason, _("Keep one.")))
        document.lines[(*path, key)] = line
        values[key] = _plain(value_node, (*path, key), document)
    return values


_NULLS = {"", "~", "null", "Null", "NULL"}


def _scalar(node: ScalarNode) -> Any:
    if node.tag == "tag:yaml.org,2002:int":
        # 0x10 and 1_000 are numbers to YAML, and surprises to a clerk.
        digits = node.value.removeprefix("-")
        return int(node.value) if digits.isascii() and digits.isdigit() else str(node.value)
    if node.tag == "tag:yaml.org,2002:bool":
        return node.value.lower() in {"true", "yes", "on"}
    if node.tag == "tag:yaml.org,2002:null" and node.value in _NULLS:
        return None
    return str(node.value)


def _not_yaml(error: yaml.MarkedYAMLError) -> Problem:
    mark = error.problem_mark or error.context_mark
    line = mark.line + 1 if mark else 1
    reason = _("This is not valid YAML: %(reason)s.") % {"reason": error.problem}
    return Problem(line, "", reason, _("Look at the indentation and the quotes on this line."))

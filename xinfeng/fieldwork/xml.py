"""XML from outside, read without entities, document types or depth that hurts."""

from collections.abc import Iterator
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring
from django.utils.translation import gettext as _

from xinfeng.base.refusal import Refusal

MOST_BYTES = 2 << 20
_MOST_DEPTH, _MOST_NODES = 60, 100_000


class Malformed(Refusal):
    """What was sent cannot be read; the same bytes will not be taken later either."""

    status = 400


def parsed(content: bytes) -> Element:
    """The root of a document, or a refusal in words."""
    try:
        root = fromstring(content, forbid_dtd=True)
    except DefusedXmlException as problem:
        raise Malformed(
            "xml_with_entities", _("This file declares entities or a document type.")
        ) from problem
    except (ParseError, ValueError, LookupError) as problem:
        raise Malformed("xml_broken", _("This file is not well-formed XML.")) from problem
    assert isinstance(root, Element)
    _refuse_deep(root)
    return root


def local(element: Element) -> str:
    """The name without its namespace."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def child(element: Element, *names: str) -> Element | None:
    """The first child of that name, whatever its namespace, and so on down."""
    found: Element | None = element
    for name in names:
        if found is None:
            return None
        found = next((each for each in found if local(each) == name), None)
    return found


def text_of(element: Element | None) -> str:
    return "" if element is None else (element.text or "").strip()


def leaves(root: Element) -> Iterator[tuple[tuple[str, ...], str]]:
    """Each element without children: its path below the root, and its text, in order."""
    waiting: list[tuple[tuple[str, ...], Element]] = [((), root)]
    while waiting:
        path, element = waiting.pop()
        below = [((*path, local(each)), each) for each in element]
        if below:
            waiting.extend(reversed(below))
        elif path:
            yield path, text_of(element)


def _refuse_deep(root: Element) -> None:
    level, nodes, depth = [root], 0, 0
    while level:
        nodes, depth = nodes + len(level), depth + 1
        if depth > _MOST_DEPTH or nodes > _MOST_NODES:
            raise Malformed("xml_too_deep", _("This file holds more than any form asks."))
        level = [each for element in level for each in element]

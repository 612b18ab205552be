"""Answers of the protocol in its two forms, from the same plain values."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any
from xml.etree import ElementTree

from django.http import HttpResponse

KINDS = {"xml": "text/xml; charset=utf-8", "json": "application/json; charset=utf-8"}
# Signs that XML 1.0 cannot hold, whoever typed them.
_UNWRITABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# What one of a list is called, where the list does not say it.
_ONE_OF = {
    "endpoints": "endpoint", "formats": "format", "attributes": "attribute", "values": "value",
}  # fmt: skip


def rows(
    form: str, root: str, one: str, found: Sequence[Mapping[str, Any]], status: int = 200
) -> HttpResponse:
    """A list: an array of objects, or a root element around elements."""
    if form == "json":
        return _json(list(found), status)
    top = ElementTree.Element(root)
    for each in found:
        _fill(ElementTree.SubElement(top, one), each)
    return _xml(top, status)


def single(form: str, root: str, what: Mapping[str, Any]) -> HttpResponse:
    if form == "json":
        return _json(what, 200)
    top = ElementTree.Element(root)
    _fill(top, what)
    return _xml(top, 200)


def error(form: str, status: int, words: str) -> HttpResponse:
    said = {"code": status, "description": words}
    answer = rows(form, "errors", "error", [said], status)
    answer["Cache-Control"] = "no-store"
    return answer


def _fill(element: ElementTree.Element, what: Mapping[str, Any]) -> None:
    for name, value in what.items():
        inner = ElementTree.SubElement(element, name)
        if isinstance(value, Mapping):
            _fill(inner, value)
        elif isinstance(value, (list, tuple)):
            for each in value:
                _add(inner, _ONE_OF[name], each)
        else:
            inner.text = _text(value)


def _add(element: ElementTree.Element, name: str, value: Any) -> None:
    inner = ElementTree.SubElement(element, name)
    if isinstance(value, Mapping):
        _fill(inner, value)
    else:
        inner.text = _text(value)


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return _UNWRITABLE.sub("", str(value))


def _xml(top: ElementTree.Element, status: int) -> HttpResponse:
    content = ElementTree.tostring(top, encoding="utf-8", xml_declaration=True)
    return HttpResponse(content, content_type=KINDS["xml"], status=status)


def _json(what: Any, status: int) -> HttpResponse:
    content = json.dumps(what, ensure_ascii=False)
    return HttpResponse(content, content_type=KINDS["json"], status=status)

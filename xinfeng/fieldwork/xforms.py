"""A form as phones are served it, read once into what our own pages and rooms need.

`questions_of(xform)` gives JSON (kept in `FormVersion.questions`):

    {"form_id": …, "version": …, "title": …, "root": "data",
     "is_simple": true,       every condition is of the kind below, and nothing repeats
     "files": [["shop", "photo"], …]      paths below the root whose answers name files
     "hidden": [{"name": "start", "path": ["start"], "type": "datetime"}, …],
     "questions": [{
        "name": "l_1", "path": ["shop", "l_1"], "group": {"zh": …},
        "type": "select_one",   select_multiple, integer, decimal, text, date, time, datetime,
                                image, audio, video, file, geopoint, geotrace, geoshape,
                                barcode, acknowledge, rank, note
        "label": {"zh": …, "en": …}, "hint": {…}, "required": true, "read_only": true,
        "choices": [{"name": "MET", "label": {…}}, …], "line": "1.1.2",
        "relevant": {"question": "l_1", "is": "NOT_MET"},     when it is of this kind
        "relevant_xpath": …, "constraint_xpath": …, "constraint_message": {…},
        "min": 0, "max": 100, "calculate": …, "repeats": true}]}

Keys that say nothing are left out. `line` is the form's own column `bind::line`.
"""

import re
from typing import Any
from xml.etree.ElementTree import Element

from . import xml

FILES = frozenset({"image", "audio", "video", "file"})
_BY_CONTROL = {
    "select1": "select_one", "select": "select_multiple", "rank": "rank",
    "trigger": "acknowledge", "range": "integer",
}  # fmt: skip
_BY_TYPE = {
    "int": "integer", "decimal": "decimal", "date": "date", "time": "time",
    "dateTime": "datetime", "geopoint": "geopoint", "geotrace": "geotrace",
    "geoshape": "geoshape", "barcode": "barcode", "binary": "file",
}  # fmt: skip
_CONTROLS = {"input", "upload", *_BY_CONTROL}
_EQUALS = re.compile(
    r"""^\s*(?:selected\(\s*)?(?P<path>/[\w./-]+)\s*(?:=|,)\s*(?P<q>['"])(?P<is>[^'"]*)(?P=q)\s*\)?\s*$"""
)
_BOUND = re.compile(r"^\s*\.\s*(>=|<=)\s*(-?\d+)\s*$")
_SPOKEN = re.compile(r"\(([A-Za-z]{2,3})(?:[-_].*)?\)\s*$")
Words = dict[str, str]


def questions_of(xform: bytes) -> dict[str, Any]:
    """What a form asks; the bytes are well-formed XForms as pyxform writes them."""
    return _Reader(xml.parsed(xform)).read()


class _Reader:
    def __init__(self, root: Element) -> None:
        head = _wanted(root, "head")
        model = _wanted(head, "model")
        self._title = xml.text_of(xml.child(head, "title"))
        self._words = _translations(model)
        instances = [each for each in model if xml.local(each) == "instance"]
        self._instance = next(iter(instances[0]))
        self._lists = {each.get("id", ""): each for each in instances[1:]}
        self._binds = {
            bind.get("nodeset", ""): bind for bind in model if xml.local(bind) == "bind"
        }
        self._body = _wanted(root, "body")
        self._asked: dict[str, dict[str, Any]] = {}

    def read(self) -> dict[str, Any]:
        self._walk(self._body, {}, repeats=False)
        questions = list(self._asked.values())
        binary = [n for n, bind in self._binds.items() if bind.get("type") == "binary"]
        return {
            "form_id": self._instance.get("id", ""),
            "version": self._instance.get("version", ""),
            "title": self._title,
            "root": xml.local(self._instance),
            "is_simple": all(_is_simple(question) for question in questions),
            "files": [_path(nodeset) for nodeset in binary],
            "hidden": self._hidden(),
            "questions": questions,
        }

    def _walk(self, element: Element, group: Words, *, repeats: bool) -> None:
        for each in element:
            kind = xml.local(each)
            if kind == "group":
                self._walk(each, self._said(xml.child(each, "label")) or group, repeats=repeats)
            elif kind == "repeat":
                self._walk(each, group, repeats=True)
            elif kind in _CONTROLS and each.get("ref"):
                self._ask(each, kind, group, repeats)

    def _ask(self, control: Element, kind: str, group: Words, repeats: bool) -> None:
        nodeset = control.get("ref", "")
        bind = self._binds.get(nodeset, Element("bind"))
        path = _path(nodeset)
        question = {
            "name": path[-1], "path": path, "group": group,
            "type": _type(control, kind, bind),
            "label": self._said(xml.child(control, "label")),
            "hint": self._said(xml.child(control, "hint")),
            "required": bind.get("required", "").startswith("true"),
            "read_only": bind.get("readonly", "").startswith("true"),
            "choices": self._choices(control),
            "line": bind.get("line", ""),
            "repeats": repeats,
            **self._conditions(bind),
        }  # fmt: skip
        self._asked[nodeset] = {
            key: value
            for key, value in question.items()
            if value not in (None, "", False, [], {}) or (value == 0 and value is not False)
        }

    def _conditions(self, bind: Element) -> dict[str, Any]:
        relevant, constraint = bind.get("relevant", ""), bind.get("constraint", "")
        told: dict[str, Any] = {
            "relevant_xpath": relevant.strip(), "constraint_xpath": constraint.strip(),
            "calculate": bind.get("calculate", "").strip(),
            "constraint_message": self._message(bind),
        }  # fmt: skip
        if found := _EQUALS.match(relevant):
            told["relevant"] = {"question": _path(found["path"])[-1], "is": found["is"]}
        for part in constraint.split(" and "):
            if bound := _BOUND.match(part):
                told["min" if bound[1] == ">=" else "max"] = int(bound[2])
        return told

    def _message(self, bind: Element) -> Words:
        text = next(
            (v for k, v in bind.attrib.items() if k.rpartition("}")[2] == "constraintMsg"), ""
        )
        return self._looked_up(text) if text else {}

    def _choices(self, control: Element) -> list[dict[str, Any]]:
        itemset = xml.child(control, "itemset")
        if itemset is None:
            items = [each for each in control if xml.local(each) == "item"]
            return [
                {"name": xml.text_of(xml.child(item, "value")),
                 "label": self._said(xml.child(item, "label"))}
                for item in items
            ]  # fmt: skip
        found = re.match(r"\s*instance\('([^']+)'\)", itemset.get("nodeset", ""))
        root = self._lists.get(found[1]) if found else None
        root = xml.child(root, "root") if root is not None else None
        return [self._choice(item) for item in (root if root is not None else ())]

    def _choice(self, item: Element) -> dict[str, Any]:
        key = xml.text_of(xml.child(item, "itextId"))
        label = self._words.get(key) or {"zh": xml.text_of(xml.child(item, "label"))}
        return {"name": xml.text_of(xml.child(item, "name")), "label": label}

    def _said(self, element: Element | None) -> Words:
        if element is None:
            return {}
        ref = element.get("ref")
        return self._looked_up(ref) if ref else _plain("".join(element.itertext()))

    def _looked_up(self, text: str) -> Words:
        found = re.match(r"jr:itext\('(.+)'\)$", text)
        return self._words.get(found[1], {}) if found else _plain(text)

    def _hidden(self) -> list[dict[str, Any]]:
        return [
            {"name": _path(nodeset)[-1], "path": _path(nodeset),
             "type": _BY_TYPE.get(bind.get("type", ""), "text")}
            for nodeset, bind in self._binds.items()
            if nodeset not in self._asked and "/meta/" not in nodeset
        ]  # fmt: skip


def _wanted(element: Element, name: str) -> Element:
    found = xml.child(element, name)
    if found is None:
        raise xml.Malformed("xform_broken", f"<{name}> is missing")
    return found


def _translations(model: Element) -> dict[str, Words]:
    words: dict[str, Words] = {}
    itext = xml.child(model, "itext")
    for translation in itext if itext is not None else ():
        language = language_of(translation.get("lang", ""))
        for text in translation:
            plain = [each for each in text if not each.get("form")]
            value = "".join(plain[0].itertext()).strip() if plain else ""
            # A dash stands for what a language does not say.
            if value not in ("", "-"):
                words.setdefault(text.get("id", ""), {})[language] = value
    return words


def language_of(name: str) -> str:
    """`中文 (zh)` and `zh-Hans` are zh; a form without languages is in Chinese."""
    spoken = _SPOKEN.search(name)
    code = (spoken[1] if spoken else re.split(r"[-_ ]", name)[0]).lower()
    return {"default": "zh", "chinese": "zh", "中文": "zh", "english": "en"}.get(code, code)


def _plain(text: str) -> Words:
    return {"zh": text.strip()} if text.strip() else {}


def _type(control: Element, kind: str, bind: Element) -> str:
    if kind == "upload":
        media = control.get("mediatype", "").partition("/")[0]
        return media if media in FILES else "file"
    if kind in _BY_CONTROL:
        return _BY_CONTROL[kind]
    if bind.get("readonly", "").startswith("true") and bind.get("type") == "string":
        return "note"
    return _BY_TYPE.get(bind.get("type", ""), "text")


def _path(nodeset: str) -> list[str]:
    """Below the root: /data/shop/photo is ["shop", "photo"]."""
    return [part.rpartition(":")[2] for part in nodeset.strip("/").split("/")[1:]]


def _is_simple(question: dict[str, Any]) -> bool:
    is_plain = "relevant_xpath" not in question or "relevant" in question
    is_bounded = "constraint_xpath" not in question or "min" in question or "max" in question
    return is_plain and is_bounded and "repeats" not in question

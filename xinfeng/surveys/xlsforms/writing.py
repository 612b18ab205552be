"""From a document to the sheets survey, choices and settings."""

import io
from collections.abc import Iterator, Sequence
from typing import Any

import xlsxwriter

from xinfeng.surveys.asking import Kind

from .columns import CHOICES, LANGUAGES, OWN_HEAD, SETTINGS, SURVEY

Said = dict[str, Any]
Row = dict[str, Any]
_YES = "yes"


def workbook(code: str, version: str, document: Said) -> bytes:
    lists = _lists(document)
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True, "strings_to_formulas": False,
                                       "strings_to_urls": False}) as book:  # fmt: skip
        head = book.add_format({"bold": True})
        _sheet(book, head, "survey", SURVEY, _survey(document, lists))
        _sheet(book, head, "choices", CHOICES, _choices(document, lists))
        _sheet(book, head, "settings", SETTINGS, [_settings(code, version, document)])
    return content.getvalue()


def _sheet(
    book: Any, head: Any, name: str, columns: Sequence[str], rows: Iterator[Row] | list[Row]
) -> None:
    sheet = book.add_worksheet(name)
    sheet.freeze_panes(1, 0)
    for place, title in enumerate(columns):
        sheet.write_string(0, place, title, head)
        sheet.set_column(place, place, 32 if "::" in title else 16)
    for number, row in enumerate(rows, start=1):
        for place, title in enumerate(columns):
            value = row.get(title)
            if isinstance(value, int):
                sheet.write_number(number, place, value)
            elif value:
                sheet.write_string(number, place, value)


def _lists(document: Said) -> dict[str, str]:
    """The list of each question with answers of its own; scales have theirs by their code."""
    taken = {each["code"] for each in document.get("scales", [])}
    lists: dict[str, str] = {}
    for question in _questions(document):
        if question.get("options"):
            name = question["code"]
            while name in taken:
                name += "_"
            taken.add(name)
            lists[question["code"]] = name
    return lists


def _survey(document: Said, lists: dict[str, str]) -> Iterator[Row]:
    screening = conditions(document.get("screening", []))
    asked = {each["question"] for each in document.get("screening", [])}
    for block in document["blocks"]:
        # Whoever is not to be asked sees no block after those that tell so.
        screened = screening if not asked else ""
        yield {
            "type": "begin_group", "name": block["code"], **_words(block, "title", "label"),
            "relevant": screened, "rotates": _YES if block.get("rotates") else "",
        }  # fmt: skip
        for question in block["questions"]:
            yield _question(document, question, lists)
            asked.discard(question["code"])
        yield {"type": "end_group"}


def _question(document: Said, question: Said, lists: dict[str, str]) -> Row:
    margins = {code: margin for margin, code in document.get("margins", {}).items()}
    code = question["code"]
    return {
        "type": _type(question, lists), "name": code,
        **_words(question, "text", "label"), **_words(question, "hint", "hint"),
        "required": _YES if question.get("required") else "",
        "relevant": conditions(question.get("only_if", [])),
        "constraint": _constraint(question),
        "headline": _YES if document.get("headline") == code else "",
        "margin": margins.get(code, ""),
    }  # fmt: skip


def _type(question: Said, lists: dict[str, str]) -> str:
    match Kind(question["kind"]):
        case Kind.SCALE:
            return f"select_one {question['scale']}"
        case Kind.ONE:
            return f"select_one {lists[question['code']]}"
        case Kind.SEVERAL:
            return f"select_multiple {lists[question['code']]}"
        case Kind.NUMBER:
            return "integer"
        case Kind.TEXT:
            return "text"


def _constraint(question: Said) -> str:
    parts = [
        f"{sign} {question[key]}"
        for key, sign in (
            ("lowest", ". >="), ("highest", ". <="), ("most", "count-selected(.) <="),
        )
        if key in question
    ]  # fmt: skip
    return " and ".join(parts)


def conditions(said: list[Said]) -> str:
    """selected(${used}, 'yes') or …, each question in brackets of its own."""
    each = [
        " or ".join(f"selected(${{{one['question']}}}, '{code}')" for code in one["among"])
        for one in said
    ]
    return each[0] if len(each) == 1 else " and ".join(f"({one})" for one in each)


def _choices(document: Said, lists: dict[str, str]) -> Iterator[Row]:
    for scale in document.get("scales", []):
        yield from (_choice(scale["code"], option) for option in scale["options"])
    for question in _questions(document):
        name = lists.get(question["code"], "")
        yield from (_choice(name, option) for option in question.get("options", []))


def _choice(name: str, option: Said) -> Row:
    return {
        "list_name": name, "name": option["code"], **_words(option, "text", "label"),
        "score": option.get("score"), "satisfied": _YES if option.get("satisfied") else "",
        "no_opinion": _YES if option.get("no_opinion") else "",
    }  # fmt: skip


def _settings(code: str, version: str, document: Said) -> Row:
    made: Row = {
        "form_title": document["title"].get("zh", ""), "form_id": code, "version": version,
        "default_language": LANGUAGES["zh"],
        "title_en": document["title"].get("en", ""),
        "screening": conditions(document.get("screening", [])),
    }  # fmt: skip
    for key, language in OWN_HEAD:
        made[f"{key}_{language}"] = document.get(key, {}).get(language, "")
    for key in ("flips", "example"):
        made[key] = _YES if document.get(key) else ""
    return made


def _words(said: Said, key: str, column: str) -> Row:
    text = said.get(key, {})
    return {f"{column}::{title}": text.get(code, "") for code, title in LANGUAGES.items()}


def _questions(document: Said) -> Iterator[Said]:
    for block in document["blocks"]:
        yield from block["questions"]

"""What one version of a questionnaire asks otherwise than another."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from xinfeng.base.words import Words

Said = dict[str, Any]


@dataclass(frozen=True)
class Change:
    """One thing that differs; None is what was or is not there."""

    code: str
    what: str
    before: str | None
    after: str | None


def changes(old: Said, new: Said) -> list[Change]:
    """The head, the scales, the blocks, then the questions in their new order."""
    found = [*_between("", _head(old), _head(new))]
    for part in (_scales, _blocks, _questions):
        found += _parts(part(old), part(new))
    before, after = _order(old), _order(new)
    common = [code for code in before if code in after]
    if common != [code for code in after if code in common]:
        found.append(Change("", _("Order of the questions"), " ".join(before), " ".join(after)))
    return found


def _parts(old: dict[str, Said], new: dict[str, Said]) -> Iterator[Change]:
    for code in [*new, *(code for code in old if code not in new)]:
        if code in old and code in new:
            yield from _between(code, old[code], new[code])
            continue
        said = new.get(code) or old[code]
        told = next(iter(said.values()), None) or code
        there = code in new
        yield Change(code, _("Added") if there else _("Removed"), None if there else told,
                     told if there else None)  # fmt: skip


def _between(code: str, old: Said, new: Said) -> Iterator[Change]:
    for what in dict.fromkeys([*old, *new]):
        before, after = old.get(what), new.get(what)
        if before != after:
            yield Change(code, what, before, after)


def _head(document: Said) -> Said:
    margins = document.get("margins", {})
    return _said(
        {
            **_both(document, "title", _("Title of the questionnaire")),
            **_both(document, "welcome", _("Opening words")),
            **_both(document, "thanks", _("Thanks at the end")),
            _("Headline"): document.get("headline"),
            _("Scales from either end"): _yes(document, "flips"),
            _("Weighted by"): ", ".join(f"{key}: {margins[key]}" for key in sorted(margins)),
            _("Who is asked"): _conditions(document.get("screening", [])),
            _("An example, not an official text"): _yes(document, "example"),
        }
    )


def _scales(document: Said) -> dict[str, Said]:
    return {
        each["code"]: _said({_("Steps of the scale"): _options(each)})
        for each in document.get("scales", [])
    }  # fmt: skip


def _blocks(document: Said) -> dict[str, Said]:
    return {
        each["code"]: _said(
            {
                **_both(each, "title", _("Title of the block")),
                _("Its questions come in turns"): _yes(each, "rotates"),
            }
        )
        for each in document["blocks"]
    }


def _questions(document: Said) -> dict[str, Said]:
    return {
        each["code"]: _said(
            {
                **_both(each, "text", _("Text of the question")),
                **_both(each, "hint", _("Hint")),
                _("Block"): block["code"],
                _("Kind of question"): each["kind"],
                _("Scale"): each.get("scale"),
                _("Options to choose from"): _options(each),
                _("Has to be answered"): _yes(each, "required"),
                _("Asked only if"): _conditions(each.get("only_if", [])),
                _("At most so many"): each.get("most"),
                _("Lowest number"): each.get("lowest"),
                _("Highest number"): each.get("highest"),
            }
        )
        for block in document["blocks"]
        for each in block["questions"]
    }


def _order(document: Said) -> list[str]:
    return [each["code"] for block in document["blocks"] for each in block["questions"]]


def _both(said: Said, key: str, title: str) -> Said:
    text = said.get(key, {})
    return {title: text.get("zh"), f"{title} (English)": text.get("en")}


def _options(said: Said) -> str:
    return " / ".join(map(_option, said.get("options", [])))


def _option(option: Said) -> str:
    text = f"{option['text'].get('zh', '')} {option['text'].get('en', '')}".strip()
    score = f" {option['score']}" if "score" in option else ""
    signs = ("✓" if option.get("satisfied") else "") + ("?" if option.get("no_opinion") else "")
    return f"{option['code']}: {text}{score}{signs}"


def _conditions(conditions: list[Said]) -> str:
    return "; ".join(f"{each['question']} = {', '.join(each['among'])}" for each in conditions)


def _yes(said: Said, key: str) -> str | None:
    return str(Words("是", "yes")) if said.get(key) else None


def _said(values: Said) -> Said:
    return {key: str(value) for key, value in values.items() if value or type(value) is int}

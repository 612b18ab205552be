"""What lies in a package: rows, and what repeats them. Nothing of it leads to a household."""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from hashlib import sha256
from typing import Any

from xinfeng.surveys.asking import Bank, Kind
from xinfeng.surveys.estimating import Inputs, Settings
from xinfeng.surveys.estimating.answers import RURAL, URBAN
from xinfeng.surveys.estimating.weights import margin_labels

# Neither words nor numbers that somebody wrote: they could tell who wrote them.
GIVEN_OUT = (Kind.SCALE, Kind.ONE, Kind.SEVERAL)
ESTIMATE = (
    "question", "statistic", "option", "domain", "key", "n", "no_opinion", "blank", "value",
    "se", "low", "high", "df", "design_effect", "effective_n", "method", "held",
)  # fmt: skip
COMMUNITY = ("mode", "community", "stratum", "chance", "certain", "taken", "dispositions")


@dataclass(frozen=True)
class Part:
    """A sample as it was published; `weights` by sheet: base and final."""

    mode: str
    is_drawn: bool
    inputs: Inputs
    settings: Settings
    told: Mapping[str, Any]
    weights: Mapping[str, tuple[float, float]]
    estimates: Sequence[Mapping[str, Any]]

    def numbers(self) -> dict[str, int]:
        """Communities by a number only, which no order of theirs tells."""
        first: dict[str, str] = {}
        for sheet in self.inputs.sheets:
            first[sheet.community] = min(first.get(sheet.community, sheet.id), sheet.id)
        heard = sorted(first, key=lambda code: first[code])
        # Of whom nobody was heard: in an order by their digests.
        silent = sorted(
            (each.code for each in self.inputs.communities if each.code not in first),
            key=lambda code: sha256(f"{self.mode} {code}".encode()).hexdigest(),
        )
        return {code: place for place, code in enumerate((*heard, *silent), start=1)}


def data_lines(bank: Bank, parts: Sequence[Part]) -> Iterator[str]:
    """A row for each sheet, by its random id."""
    answered = [each.code for each in bank.questions.values() if each.kind in GIVEN_OUT]
    # A column of the program's own gives way to a question of the same name: it says the same.
    own = [*_OWN, *sorted(set(bank.margins or {}) - {*answered, *_OWN})]
    yield _line([*own, *answered])
    for part in parts:
        at = {each.code: each for each in part.inputs.communities}
        number = part.numbers()
        margins = {name: margin_labels(name, part.inputs) for name in own if name not in _OWN}
        for row, sheet in enumerate(part.inputs.sheets):
            base, final = part.weights.get(sheet.id, ("", ""))
            there = at.get(sheet.community)
            kind = "" if there is None else URBAN if there.is_urban else RURAL
            said = [
                sheet.id, part.mode, number[sheet.community] if there else "",
                there.stratum if there else "", sheet.county, kind,
                _chance(there) if there else "",
                "" if sheet.adults is None else sheet.adults, _exact(base), _exact(final),
                *(margins[name][row] for name in own if name not in _OWN),
                *(_said(sheet.answers.get(code)) for code in answered),
            ]  # fmt: skip
            yield _line(said)


_OWN = (
    "id", "mode", "community", "stratum", "county", "kind", "chance", "adults", "base_weight",
    "weight",
)  # fmt: skip


def community_lines(parts: Sequence[Part]) -> Iterator[str]:
    yield _line(COMMUNITY)
    for part in parts:
        number = part.numbers()
        for each in sorted(part.inputs.communities, key=lambda one: number[one.code]):
            became = json.dumps(dict(sorted(each.dispositions.items())))
            yield _line([
                part.mode, number[each.code], each.stratum, _chance(each),
                int(each.is_certain), each.taken, became,
            ])  # fmt: skip


def estimate_lines(parts: Sequence[Part]) -> Iterator[str]:
    """As published: of what is held back the counts, and why; representative or not."""
    yield _line(["mode", *ESTIMATE, "representative"])
    for part in parts:
        for row in part.estimates:
            shown = dict(row)
            if shown["held"]:
                shown |= dict.fromkeys(
                    ("value", "se", "low", "high", "design_effect", "effective_n")
                )
            said = "yes" if part.is_drawn else "no"
            yield _line([part.mode, *(_exact(shown[name]) for name in ESTIMATE), said])


def design_of(bank: Bank, parts: Sequence[Part]) -> dict[str, Any]:
    """What `repeat.py` reads beside the rows."""
    return {
        "questions": [
            {
                "code": each.code, "kind": each.kind.value,
                "only_if": [
                    {"question": c.question, "among": list(c.among)} for c in each.only_if
                ],
                "options": [
                    {"code": o.code, "score": o.score, "satisfied": o.satisfied,
                     "no_opinion": o.no_opinion, "zh": o.text.zh, "en": o.text.en}
                    for o in each.options
                ],
            }
            for each in bank.questions.values() if each.kind in GIVEN_OUT
        ],
        "samples": [
            {
                "mode": part.mode, "drawn": part.is_drawn, "settings": part.settings.as_json(),
                "classes": [each["strata"] for each in part.told.get("classes", [])],
                "margins": [
                    {"name": each["name"], "cells": [{"key": c["key"]} for c in each["cells"]],
                     "totals": dict(part.inputs.totals[each["name"]])}
                    for each in part.told.get("margins", [])
                ],
                "bounds": part.told.get("bounds"),
                "left_out": part.told.get("sheets", {}),
            }
            for part in parts
        ],
    }  # fmt: skip


def dictionary_lines(bank: Bank) -> Iterator[str]:
    """Every column of an answer, in Chinese and English; options with score and meaning."""
    yield _line(["column", "kind", "zh", "en", "option", "option_zh", "option_en", "score",
                 "satisfied", "no_opinion"])  # fmt: skip
    for each in bank.questions.values():
        if each.kind not in GIVEN_OUT:
            yield _line([each.code, f"{each.kind} (not given out)", each.text.zh, each.text.en,
                         "", "", "", "", "", ""])  # fmt: skip
        else:
            for o in each.options:
                yield _line([
                    each.code, each.kind.value, each.text.zh, each.text.en, o.code, o.text.zh,
                    o.text.en, "" if o.score is None else o.score, int(o.satisfied),
                    int(o.no_opinion),
                ])  # fmt: skip


def table(head: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    yield _line(head)
    for row in rows:
        yield _line(row)


def _chance(each: Any) -> str:
    """Of each household of it in all: in a stratum drawn by size it is the same for all."""
    return str(each.chance * Fraction(each.taken, each.households))


def _said(value: Any) -> str:
    if value is None:
        return ""
    return "|".join(str(each) for each in value) if isinstance(value, list) else str(value)


def _exact(value: Any) -> Any:
    if value is None:
        return ""
    # So many signs that reading it gives the same number again.
    return repr(value) if isinstance(value, float) else value


def _line(values: Iterable[Any]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerow(values)
    return out.getvalue()

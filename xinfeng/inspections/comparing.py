"""What differs between two versions of a standard, and between two evaluations."""

from dataclasses import dataclass
from typing import Any

from django.db import connection

from xinfeng.places.models import Tier

from . import explaining
from .models import Evaluation
from .tree import NO_TIER, Line, Tree


@dataclass(frozen=True)
class Change:
    """One difference of two versions; `before` None: it is new, `after` None: it is gone."""

    line: str
    title: str
    what: str
    before: str | None
    after: str | None


@dataclass(frozen=True)
class Side:
    """What an evaluation said: verdict, the value and what it was compared with."""

    verdict: str
    value: int | None
    whole: int | None
    threshold: int | None
    score_permille: int | None


@dataclass(frozen=True)
class Moved:
    """One line of one place that another evaluation judges otherwise."""

    place_id: int
    place_code: str
    place_name: str
    line: str
    before: Side | None
    after: Side | None


def versions(old: Tree, new: Tree) -> list[Change]:
    """Every line added, gone, or decided otherwise, in the order of the newer version."""
    changes: list[Change] = []
    for code, line in new.lines.items():
        former = old.lines.get(code)
        if former is None:
            changes.append(Change(code, str(line.title), "line", None, str(line.title)))
        else:
            changes += _of_line(former, line)
    changes += [
        Change(code, str(line.title), "line", str(line.title), None)
        for code, line in old.lines.items()
        if code not in new.lines
    ]
    return changes + _of_projects(old, new)


def _of_line(old: Line, new: Line) -> list[Change]:
    before, after = _facts(old), _facts(new)
    return [
        Change(new.code, str(new.title), what, before.get(what), after.get(what))
        for what in dict.fromkeys([*before, *after])
        if before.get(what) != after.get(what)
    ]


def _facts(line: Line) -> dict[str, str]:
    """Everything that decides a line, as text, by name."""
    rule = line.rule
    facts = {
        "title": str(line.title),
        "weight": _amount(line.weight),
        "rule": rule.kind,
        "figure": rule.figure,
        "missing": rule.missing.value,
    }
    facts |= {
        "mend": str(line.mend),
        "unit": str(line.unit or ""),
        "units": ", ".join(map(str, line.units)),
    }
    if rule.over_months is not None:
        facts["over_months"] = str(rule.over_months)
    if line.field is not None:
        facts["read"] = " ".join(
            f"{v}"
            for v in (
                *line.field.types,
                line.field.answer.value,
                line.field.at_least,
                line.field.at_most,
            )
        )
        facts["photo"] = "✓" if line.field.photo else "✕"
        facts["effort"] = str(line.field.effort_minutes or "")
        facts["deadline"] = line.field.deadline or ""
    if line.papers is not None or line.asked is not None:
        facts["asked"] = explaining.wanted(line, NO_TIER)
    return facts | {name: _amount(amount) for name, amount in rule.amounts.items()}


def _amount(value: Any) -> str:
    if isinstance(value, dict) and NO_TIER in value:
        return str(value[NO_TIER])
    if isinstance(value, dict):
        return ", ".join(f"{Tier(tier).label} {value[tier]}" for tier in Tier if tier in value)
    return str(value)


def _of_projects(old: Tree, new: Tree) -> list[Change]:
    """What is said beside the lines: parts, methods, years and the negative list."""
    before, after = _beside(old), _beside(new)
    return [
        Change(
            code, title, what, before.get((code, title, what)), after.get((code, title, what))
        )
        for code, title, what in dict.fromkeys([*after, *before])
        if before.get((code, title, what)) != after.get((code, title, what))
    ]


def _beside(tree: Tree) -> dict[tuple[str, str, str], str]:
    """By code, title and what: as text."""
    said = {("", "", "title"): str(tree.title), ("", "", "source"): str(tree.source)}
    said[("", "", "missing")] = tree.missing.value
    said[("", "", "example")] = "✓" if tree.is_example else "✕"
    for project in tree.projects:
        said[(project.code, str(project.title), "weight")] = _amount(project.weight)
    for module in tree.modules:
        key = (module.code, str(module.title))
        said |= {(*key, "gate"): str(module.gate), (*key, "share"): str(module.share)}
    for part in tree.parts:
        for content in part.contents:
            said[(content.code, str(content.title), "part")] = part.code
    for method, share in tree.methods.items():
        said[("", method.value, "methods")] = str(share)
    said[("", "", "cycle")] = " / ".join(map(str, tree.cycle))
    for entry in tree.negative:
        key = (entry.code, str(entry.title))
        said[(*key, "window_months")] = str(entry.window_months)
        said[(*key, "sanction")] = "✕" if entry.deduct is None else str(entry.deduct)
    return said


_DIFFERENT = """
    WITH told AS (
        SELECT DISTINCT ON (shown.id, r.place_id, r.line) shown.id AS shown, r.*
        FROM inspections_evaluation shown
        JOIN inspections_evaluation e ON e.standard_id = shown.standard_id
            AND e.since = shown.since AND e.until = shown.until AND e.id <= shown.id
        JOIN inspections_result r ON r.evaluation_id = e.id
        WHERE shown.id IN (%(old)s, %(new)s)
        ORDER BY shown.id, r.place_id, r.line, r.id DESC
    )
    SELECT p.id, p.code, p.name, coalesce(a.line, b.line),
           b.verdict, b.numerator, b.denominator, b.threshold, b.score_permille,
           a.verdict, a.numerator, a.denominator, a.threshold, a.score_permille
    FROM (SELECT * FROM told WHERE shown = %(old)s) b
    FULL JOIN (SELECT * FROM told WHERE shown = %(new)s) a
        ON a.place_id = b.place_id AND a.line = b.line
    JOIN places_place p ON p.id = coalesce(a.place_id, b.place_id)
    WHERE (a.verdict, a.score_permille) IS DISTINCT FROM (b.verdict, b.score_permille)
    ORDER BY p.code, 4
    OFFSET %(offset)s LIMIT %(limit)s
"""


def evaluations(
    old: Evaluation, new: Evaluation, *, offset: int = 0, limit: int = 200
) -> list[Moved]:
    """Lines of places whose verdict or score differs, by place code."""
    with connection.cursor() as cursor:
        cursor.execute(
            _DIFFERENT, {"old": old.pk, "new": new.pk, "offset": offset, "limit": limit}
        )
        return [
            Moved(place_id, code, name, line, _side(sides[:5]), _side(sides[5:]))
            for place_id, code, name, line, *sides in cursor.fetchall()
        ]


def _side(values: list[Any]) -> Side | None:
    return None if values[0] is None else Side(*values)

"""How well the rules find planted frauds, and how often they hold honest hours.

Run after a look. The labels come from the simulator's file; the rules never see them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db import connection

from xinfeng.hours import rules


@dataclass(frozen=True)
class Kind:
    """Planted credits of one kind: found by the rule of this name, by any, by hard ones."""

    name: str
    planted: int
    by_its_rule: int | None
    by_any: int
    kept_out: int

    @property
    def recall(self) -> float:
        return self.by_any / self.planted


@dataclass(frozen=True)
class Holding:
    """What one rule holds: of any planted kind, of its own, and of honest credits."""

    name: str
    is_soft: bool
    held: int
    honest: int
    per_thousand: float


@dataclass(frozen=True)
class Report:
    since: date
    until: date
    credits: int
    planted: int
    kinds: list[Kind]
    rules: list[Holding]
    # Honest credits held by any rule that keeps them out, and by soft ones only.
    honest_held: int
    honest_soft: int

    @property
    def honest(self) -> int:
        return self.credits - self.planted

    def per_thousand(self, count: int) -> float:
        return 1000 * count / self.honest if self.honest else 0.0


def of(labels: Mapping[str, list[int]], since: date, until: date) -> Report:
    """Compare the holds on the credits of some days with the labels; inside a scope."""
    false = {pk for ids in labels.values() for pk in ids}
    held = _held(since, until)
    credits = _credits(since, until)
    honest = credits - len(false)
    by_rule: dict[str, set[int]] = {rule.name: set() for rule in rules.declared()}
    hard: set[int] = set()
    for credit, rule, is_soft in held:
        by_rule.setdefault(rule, set()).add(credit)
        if not is_soft:
            hard.add(credit)
    anyhow = {credit for credit, _rule, _soft in held}
    return Report(
        since=since,
        until=until,
        credits=credits,
        planted=len(false),
        kinds=[
            _kind(name, set(ids), by_rule, anyhow, hard) for name, ids in labels.items() if ids
        ],
        rules=[
            Holding(
                rule.name, rule.is_soft, len(by_rule[rule.name]),
                len(by_rule[rule.name] - false),
                1000 * len(by_rule[rule.name] - false) / max(honest, 1),
            )
            for rule in rules.declared()
        ],
        honest_held=len(hard - false),
        honest_soft=len(anyhow - hard - false),
    )  # fmt: skip


def _kind(
    name: str, ids: set[int], by_rule: dict[str, set[int]], anyhow: set[int], hard: set[int]
) -> Kind:
    own = by_rule.get(name)
    found = None if own is None else len(ids & own)
    return Kind(name, len(ids), found, len(ids & anyhow), len(ids & hard))


def _held(since: date, until: date) -> list[tuple[int, str, bool]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT credit_id, rule, is_soft FROM hours_hold"
            " WHERE earned_on >= %s AND earned_on < %s",
            [since, until],
        )
        return list(cursor.fetchall())


def _credits(since: date, until: date) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM hours_credit"
            " WHERE minutes > 0 AND earned_on >= %s AND earned_on < %s",
            [since, until],
        )
        return int(cursor.fetchone()[0])


def markdown(report: Report, seconds: float) -> str:
    """The tables of docs/honesty.md."""
    lines = [
        f"Credits of {report.since} to {report.until} (the last day is not counted):"
        f" {report.credits:,}, of them {report.planted:,} planted as false. The rules took"
        f" {seconds:.1f} s.",
        "",
        f"Held of 1,000 honest credits: **{report.per_thousand(report.honest_held):.2f}** kept"
        f" out until somebody looks ({report.honest_held:,}), and"
        f" {report.per_thousand(report.honest_soft):.2f} only shown ({report.honest_soft:,}).",
        "",
        "| planted kind | credits | by its own rule | by any rule | kept out | recall |",
        "|---|--:|--:|--:|--:|--:|",
    ]
    for kind in report.kinds:
        own = "no rule" if kind.by_its_rule is None else f"{kind.by_its_rule:,}"
        lines.append(
            f"| {kind.name} | {kind.planted:,} | {own} | {kind.by_any:,} | {kind.kept_out:,}"
            f" | {kind.recall:.0%} |"
        )
    lines += [
        "",
        "| rule | kind of hold | held | of them honest | per 1,000 honest credits |",
        "|---|---|--:|--:|--:|",
    ]
    for rule in report.rules:
        sort = "only shown" if rule.is_soft else "kept out"
        lines.append(
            f"| {rule.name} | {sort} | {rule.held:,} | {rule.honest:,} |"
            f" {rule.per_thousand:.2f} |"
        )
    return "\n".join(lines)

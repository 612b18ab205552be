"""How a line is decided and what was found, in sentences for people."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from xinfeng.base import figures
from xinfeng.places.models import Tier

from .models import Result, Verdict
from .rules import FULL
from .tree import NO_TIER, READ, Line, Papers


def wanted(line: Line, tier: str) -> str:
    """What a place of this tier must reach to meet the line."""
    return _SENTENCES[line.rule.kind](line, line.rule.for_tier(tier))


def by_tier(line: Line) -> list[tuple[str, str]]:
    """(tier, what is asked of it); tiers of which the same is asked stand together."""
    asked: dict[str, list[str]] = {}
    for tier in line.weight:
        label = str(Tier(tier).label) if tier != NO_TIER else ""
        asked.setdefault(wanted(line, tier), []).append(label)
    return [("/".join(tiers), said) for said, tiers in asked.items()]


def part(name: str) -> str:
    """What of a line differs between two versions, in words."""
    return str(_PARTS.get(name, name))


def found(line: Line, result: Result) -> str:
    """What the rows said of the place; in words when nobody knows."""
    if result.verdict == Verdict.NOT_APPLICABLE:
        return _("does not apply")
    if result.numerator is None:
        return _("nothing is entered")
    kind = line.rule.kind
    if kind == "binary":
        return _("is there") if result.numerator else _("is missing")
    if kind == "rate":
        whole = result.denominator or 0
        return _("%(part)s of %(whole)s (%(share)s)") % {
            "part": f"{result.numerator:,}",
            "whole": f"{whole:,}",
            "share": _percent(result.numerator * FULL // whole) if whole else "–",
        }
    if kind == "events":
        return _("in %(good)s of %(all)s periods") % {
            "good": result.numerator,
            "all": result.denominator,
        }
    if result.denominator is not None:
        return f"{result.numerator:,} / {result.denominator:,}"
    return _amount(line, result.numerator)


def _binary(line: Line, amounts: dict[str, Any]) -> str:
    return _("must be there")


def _read(line: Line, amounts: dict[str, Any]) -> str:
    """What a person must find; an amount where one is counted or measured."""
    if line.papers is not None:
        return _papers(line.papers)
    if line.asked is not None:
        share = _percent(line.asked.at_least_permille)
        return _("at least %(share)s of those asked are content") % {"share": share}
    if line.field is None:
        return _("as the papers or answers say")
    if line.field.at_least is not None:
        return _("at least %(n)s") % {"n": f"{line.field.at_least:,}"}
    if line.field.at_most is not None:
        return _("at most %(n)s") % {"n": f"{line.field.at_most:,}"}
    return _("as found on the spot")


def _papers(papers: Papers) -> str:
    said = ngettext(
        "%(n)s paper of the last %(months)s months",
        "%(n)s papers of the last %(months)s months",
        papers.at_least,
    ) % {"n": papers.at_least, "months": papers.window_months}
    return _("%(said)s, stamped") % {"said": said} if papers.is_stamped else said


def _at_least(line: Line, amounts: dict[str, Any]) -> str:
    if "at_most" in amounts:
        return _("at most %(n)s") % {"n": _amount(line, amounts["at_most"])}
    least = _("at least %(n)s") % {"n": _amount(line, amounts["at_least"])}
    months = line.rule.over_months
    if months is None:
        return least
    return _("%(least)s in %(months)s months") % {"least": least, "months": months}


def _rate(line: Line, amounts: dict[str, Any]) -> str:
    return _("at least %(n)s") % {"n": _percent(amounts["at_least_permille"])}


def _ratio(line: Line, amounts: dict[str, Any]) -> str:
    return _("%(n)s for the full score, less in proportion") % {
        "n": _amount(line, amounts["target"])
    }


def _all_of(line: Line, amounts: dict[str, Any]) -> str:
    return _("all of at least %(n)s samples") % {"n": amounts["samples"]}


def _grades(line: Line, amounts: dict[str, Any]) -> str:
    return _("of %(samples)s samples: A from %(A)s, B from %(B)s, C from %(C)s") % amounts


def _per_distance(line: Line, amounts: dict[str, Any]) -> str:
    return _("at least %(at_least)s for every %(per_m)s metres") % amounts


def _deduction(line: Line, amounts: dict[str, Any]) -> str:
    return _("%(n)s; each missing one costs %(each)s") % {
        "n": _amount(line, amounts["target"]),
        "each": _percent(amounts["each_permille"]),
    }


def _events(line: Line, amounts: dict[str, Any]) -> str:
    least = amounts["at_least"]
    if amounts.get("every_weeks") == 1:
        said = _("%(n)s every week") % {"n": least}
    elif amounts.get("every_months") == 1:
        said = _("%(n)s every month") % {"n": least}
    elif "every_weeks" in amounts:
        said = _("%(n)s every %(w)s weeks") % {"n": least, "w": amounts["every_weeks"]}
    else:
        said = _("%(n)s every %(m)s months") % {"n": least, "m": amounts["every_months"]}
    share = amounts.get("pass_permille", FULL)
    if share == FULL:
        return said
    return _("%(said)s, in %(share)s of them") % {"said": said, "share": _percent(share)}


def _spacing(line: Line, amounts: dict[str, Any]) -> str:
    return _("no two nearer than %(at_least)s metres") % amounts


def _bonus(line: Line, amounts: dict[str, Any]) -> str:
    return _("each above %(above)s adds %(each)s, up to %(most)s") % {
        "above": amounts.get("above", 0),
        "each": _percent(amounts["each_permille"]),
        "most": _percent(amounts["at_most"]),
    }


_SENTENCES = {
    READ: _read,
    "binary": _binary,
    "count": _at_least,
    "threshold": _at_least,
    "rate": _rate,
    "ratio": _ratio,
    "all_of": _all_of,
    "grades": _grades,
    "count_per_distance": _per_distance,
    "deduction": _deduction,
    "events": _events,
    "spacing": _spacing,
    "bonus": _bonus,
}


_PARTS = {
    "line": gettext_lazy("the line itself"),
    "title": gettext_lazy("wording"),
    "mend": gettext_lazy("how to mend it"),
    "unit": gettext_lazy("leading unit"),
    "units": gettext_lazy("responsible units"),
    "photo": gettext_lazy("photo when not met"),
    "effort": gettext_lazy("minutes of work to mend it"),
    "deadline": gettext_lazy("how long its repair may take"),
    "source": gettext_lazy("source"),
    "example": gettext_lazy("marked as an example"),
    "gate": gettext_lazy("gate"),
    "share": gettext_lazy("percent of the whole"),
    "part": gettext_lazy("project or module it belongs to"),
    "methods": gettext_lazy("points of the method"),
    "cycle": gettext_lazy("weights of the years"),
    "window_months": gettext_lazy("months looked back"),
    "sanction": gettext_lazy("points taken (✕: suspends)"),
    "weight": gettext_lazy("points"),
    "rule": gettext_lazy("kind of rule"),
    "figure": gettext_lazy("figure read"),
    "read": gettext_lazy("how it is read on the spot"),
    "asked": gettext_lazy("what is asked for"),
    "missing": gettext_lazy("when nothing is entered"),
    "over_months": gettext_lazy("months read"),
    "at_least": gettext_lazy("at least"),
    "at_most": gettext_lazy("at most"),
    "at_least_permille": gettext_lazy("share in permille"),
    "target": gettext_lazy("target"),
    "every_months": gettext_lazy("months of a period"),
    "every_weeks": gettext_lazy("weeks of a period"),
    "pass_permille": gettext_lazy("share of periods in permille"),
}


def _amount(line: Line, number: int) -> str:
    """A number with the unit of the line's figure; minutes are written as hours."""
    figure = figures.get(line.rule.figure)
    if figure.ratio:
        return _percent(number)
    if figure.in_minutes:
        hours = f"{number / 60:.1f}".removesuffix(".0")
        return _("%(n)s hours") % {"n": hours}
    return _("%(n)s %(unit)s") % {"n": f"{number:,}", "unit": figure.unit}


def _percent(permille: int) -> str:
    return f"{permille / 10:.1f}".removesuffix(".0") + "%"

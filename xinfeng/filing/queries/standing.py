"""Where the city stands by a standard, from the rows that decided it."""

from collections.abc import Sequence
from datetime import date
from fractions import Fraction

from django.db.models import OuterRef, Subquery

from xinfeng.base.codes import Level
from xinfeng.filing import scoring
from xinfeng.filing.models import Grade, Sanction, SanctionState, Task
from xinfeng.filing.scoring import Standing, Taken
from xinfeng.inspections import periods, reading, surveyed
from xinfeng.inspections.models import (
    Round,
    RoundScore,
    RoundState,
    ScoreScope,
    Standard,
    Verdict,
)
from xinfeng.inspections.rules import FULL, GRADE_PERMILLE
from xinfeng.inspections.tree import Method, Tree
from xinfeng.places.models import Division

E4 = 10_000


def city_standing(standard: Standard, today: date) -> tuple[Standing, Round | None]:
    """What is reached today, and the published round that the field lines are read from."""
    tree = reading.tree_of(standard)
    found = _newest_round(standard)
    shares = _filed(standard) | _seen(found, tree) | _asked(tree, today)
    return scoring.standing(tree, shares, _taken(standard, tree, today)), found


def sanctions_of(standard: Standard) -> Sequence[Sanction]:
    """Every entry of the ledger, the latest happening first."""
    return list(
        Sanction.objects.filter(standard=standard)
        .select_related("division")
        .order_by("-happened_on", "-pk")
    )


def _filed(standard: Standard) -> dict[str, Fraction]:
    """By line the mean of the grades its units have."""
    newest = Grade.objects.filter(task=OuterRef("pk")).order_by("-pk").values("letter")[:1]
    tasks = (
        Task.objects.standing()
        .filter(standard=standard)
        .annotate(letter=Subquery(newest))
        .values_list("line", "letter")
    )
    of_line: dict[str, list[Fraction | None]] = {}
    for line, letter in tasks:
        share = Fraction(GRADE_PERMILLE[letter], FULL) if letter else None
        of_line.setdefault(line, []).append(share)
    means = {line: scoring.mean(shares) for line, shares in of_line.items()}
    return {line: share for line, share in means.items() if share is not None}


def _newest_round(standard: Standard) -> Round | None:
    return (
        Round.objects.filter(standard=standard, state=RoundState.PUBLISHED)
        .defer("frame")
        .order_by("-until", "-pk")
        .first()
    )


def _asked(tree: Tree, today: date) -> dict[str, Fraction]:
    """All or nothing of a line that residents are asked about; nothing where nobody knows."""
    city = Division.objects.filter(level=Level.CITY).order_by("code").first()
    if city is None:
        return {}
    lines = surveyed.asked_lines(tree, city.code, today)
    known = {Verdict.MET: Fraction(1), Verdict.NOT_MET: Fraction(0)}
    return {each.line.code: known[each.verdict] for each in lines if each.verdict in known}


def _seen(found: Round | None, tree: Tree) -> dict[str, Fraction]:
    if found is None:
        return {}
    rows = RoundScore.objects.filter(
        round=found, scope=ScoreScope.LINE, score_e4__isnull=False
    ).values_list("key", "score_e4")
    on_the_spot = {line.code for line in tree.lines_by(Method.FIELD)}
    return {line: Fraction(score or 0, E4) for line, score in rows if line in on_the_spot}


def _taken(standard: Standard, tree: Tree, today: date) -> Taken:
    entries = {entry.code: entry for entry in tree.negative}
    rows = Sanction.objects.filter(standard=standard, state=SanctionState.STANDING)
    points, suspends = 0, []
    for sanction in rows.order_by("happened_on", "pk"):
        entry = entries.get(sanction.entry)
        months = entry.window_months if entry else 12
        if periods.shifted(sanction.happened_on, months) <= today:
            continue
        if sanction.deduct is None:
            suspends.append(sanction.entry)
        else:
            points += sanction.deduct
    return Taken(points, tuple(suspends))

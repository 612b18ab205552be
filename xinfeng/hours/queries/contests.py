"""Contested credits and objections, as those who decide on them see them."""

from dataclasses import dataclass
from typing import TypeVar

from django.db.models import Q, QuerySet

from xinfeng.base import scope
from xinfeng.base.standing import Standing
from xinfeng.hours import permissions, sources
from xinfeng.hours.models import Contest, DoubtState, Objection
from xinfeng.hours.sources import Described
from xinfeng.people.permissions import UPPER_OFFICES
from xinfeng.people.queries import masked_names

PAGE = 50
T = TypeVar("T", Contest, Objection)


@dataclass(frozen=True)
class ContestLine:
    contest: Contest
    name: str
    described: Described


@dataclass(frozen=True)
class ObjectionLine:
    objection: Objection
    name: str
    described: Described


@dataclass(frozen=True)
class ContestPage:
    """One contest with the credit it is about, as this visitor may see it."""

    contest: Contest
    name: str
    described: Described
    objections: list[Objection]
    is_mine: bool
    may_decide: bool


def open_contests(
    standing: Standing, *, after: int | None
) -> tuple[list[ContestLine], int | None]:
    """Contests within the reach of an upper office, oldest first: they are due first."""
    with scope.whole_city():
        rows = Contest.objects.open().filter(_within(standing))
        found, following = _page(rows.select_related("credit"), after)
    names = masked_names(contest.person_id for contest in found)
    described = sources.describe(contest.credit for contest in found)
    lines = [
        ContestLine(contest, names.get(contest.person_id, "*"), described[contest.credit_id])
        for contest in found
    ]
    return lines, following


def open_objections(
    standing: Standing, *, after: int | None
) -> tuple[list[ObjectionLine], int | None]:
    """Objections within the reach of an upper office, oldest first."""
    with scope.whole_city():
        rows = Objection.objects.filter(_within(standing), state=DoubtState.OPEN)
        found, following = _page(rows.select_related("credit"), after)
    names = masked_names(objection.credit.person_id for objection in found)
    described = sources.describe(objection.credit for objection in found)
    lines = [
        ObjectionLine(one, names.get(one.credit.person_id, "*"), described[one.credit_id])
        for one in found
    ]
    return lines, following


def contest_page(contest_id: int, standing: Standing) -> ContestPage | None:
    """For the volunteer whose credit it is, and the offices above the place."""
    with scope.whole_city():
        found = Contest.objects.filter(pk=contest_id).select_related(
            "credit", "reversal", "replacement"
        )
        contest = found.first()
        if contest is None:
            return None
        is_mine = contest.person_id == standing.person_id
        oversees = standing.covers(contest.division_id, UPPER_OFFICES)
        if not is_mine and not oversees:
            return None
        objections = Objection.objects.filter(contest=contest).order_by("pk")
        # Who objected, and in which words, is not for the volunteer.
        said = list(objections) if oversees and not is_mine else []
    names = masked_names([contest.person_id])
    return ContestPage(
        contest=contest,
        name=names.get(contest.person_id, "*"),
        described=sources.describe([contest.credit])[contest.credit_id],
        objections=said,
        is_mine=is_mine,
        may_decide=permissions.may_decide_contest(standing, contest),
    )


def _within(standing: Standing) -> Q:
    return scope.reached(standing.spans(UPPER_OFFICES))


def _page(rows: QuerySet[T], after: int | None) -> tuple[list[T], int | None]:
    rows = rows.filter(pk__gt=after) if after else rows
    found = list(rows.order_by("pk")[: PAGE + 1])
    return found[:PAGE], found[PAGE - 1].pk if len(found) > PAGE else None

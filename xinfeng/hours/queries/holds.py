"""Holds as the offices and the volunteers see them, and the rules as everybody does."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q
from django.db.models.functions import TruncMonth

from xinfeng.base import codes, scope
from xinfeng.base.standing import Standing
from xinfeng.hours import permissions, rules, sources, witnesses
from xinfeng.hours.models import Hold, HoldQuerySet, HoldState
from xinfeng.hours.rules import Rule
from xinfeng.hours.sources import Described
from xinfeng.hours.witnesses import Seen
from xinfeng.people.models import Person
from xinfeng.people.permissions import UPPER_OFFICES
from xinfeng.people.queries import masked_names
from xinfeng.teams.models import Team

from .own import CreditPage, credit_page

PAGE = 50
MONTHS = 12


@dataclass(frozen=True)
class Choice:
    """What a desk is narrowed to; empty is everything within reach."""

    rule: str = ""
    division: int | None = None
    team: int | None = None
    appealed: bool = False


@dataclass(frozen=True)
class HoldLine:
    hold: Hold
    name: str
    described: Described
    title: str
    because: str
    may_decide: bool


@dataclass(frozen=True)
class Desk:
    lines: list[HoldLine]
    # How many wait, by rule, in the order of the rules; and by team, the most first.
    by_rule: list[tuple[str, str, int]]
    by_team: list[tuple[int, str, int]]
    waiting: int
    after: int | None

    @property
    def rule_choices(self) -> list[tuple[str, str]]:
        return [(name, f"{title} ({count})") for name, title, count in self.by_rule]

    @property
    def team_choices(self) -> list[tuple[int, str]]:
        return [(team, f"{name} ({count})") for team, name, count in self.by_team]


@dataclass(frozen=True)
class HoldPage:
    line: HoldLine
    rule: Rule | None
    seen: list[Seen]
    page: CreditPage | None
    is_mine: bool


@dataclass(frozen=True)
class Counted:
    """A month's holds by what became of them."""

    month: date
    held: int
    released: int
    upheld: int


def desk(standing: Standing, choice: Choice, *, after: int | None) -> Desk:
    """What waits within the reach of an upper office, the oldest first."""
    with scope.whole_city():
        within = Hold.objects.to_look_at().filter(_reach(standing))
        rows = _narrowed(within, choice).filter(pk__gt=after or 0)
        found = list(rows.select_related("credit").order_by("pk")[: PAGE + 1])
        shown = found[:PAGE]
        return Desk(
            lines=_lines(shown, standing),
            by_rule=_by_rule(within),
            by_team=_by_team(within),
            waiting=within.count(),
            after=shown[-1].pk if len(found) > PAGE else None,
        )


def own_holds(person: Person, *, after: int | None) -> tuple[list[HoldLine], int | None]:
    """A volunteer's own, the newest first."""
    with scope.whole_city():
        rows = Hold.objects.filter(person=person).select_related("credit").order_by("-pk")
        found = list((rows.filter(pk__lt=after) if after else rows)[: PAGE + 1])
        shown = found[:PAGE]
        lines = _lines(shown, Standing(person_id=person.pk))
    return lines, shown[-1].pk if len(found) > PAGE else None


def hold_page(hold_id: int, standing: Standing) -> HoldPage | None:
    """For the volunteer whose credit it is, and the upper offices above the place."""
    with scope.whole_city():
        hold = Hold.objects.select_related("credit").filter(pk=hold_id).first()
        if hold is None:
            return None
        is_mine = standing.person_id == hold.person_id
        oversees = standing.covers(hold.division_id, UPPER_OFFICES)
        if not (is_mine or oversees):
            return None
        (line,) = _lines([hold], standing)
    return HoldPage(
        line=line,
        rule=rules.find(hold.rule),
        # Who shares a phone with whom is not the volunteer's to read.
        seen=witnesses.seen(hold.credit) if oversees else [],
        page=credit_page(hold.credit_id, standing) if oversees else None,
        is_mine=is_mine,
    )


def counted(today: date) -> dict[str, list[Counted]]:
    """Of each rule, the last months: numbers only, so that everybody may read them."""
    since = _months_back(today, MONTHS)
    with scope.whole_city():
        rows = (
            Hold.objects.filter(earned_on__gte=since)
            .annotate(month=TruncMonth("earned_on"))
            .values("rule", "month")
            .annotate(
                held=Count("pk"),
                released=Count("pk", filter=Q(state=HoldState.RELEASED)),
                upheld=Count("pk", filter=Q(state=HoldState.UPHELD)),
            )
            .order_by("rule", "-month")
        )
        found: dict[str, list[Counted]] = {}
        for row in rows:
            month = Counted(row["month"], row["held"], row["released"], row["upheld"])
            found.setdefault(row["rule"], []).append(month)
    return found


def _months_back(today: date, months: int) -> date:
    at = today.year * 12 + today.month - months
    return date(at // 12, at % 12 + 1, 1)


def _reach(standing: Standing) -> Q:
    return scope.reached(standing.spans(UPPER_OFFICES))


def _narrowed(rows: HoldQuerySet, choice: Choice) -> HoldQuerySet:
    if choice.rule:
        rows = rows.filter(rule=choice.rule)
    if choice.division is not None:
        lo, hi = codes.span(choice.division, codes.level_of(choice.division))
        rows = rows.filter(division_id__gte=lo, division_id__lt=hi)
    if choice.team is not None:
        rows = rows.filter(team_id=choice.team)
    if choice.appealed:
        rows = rows.exclude(appeal="")
    return rows


def _by_rule(rows: HoldQuerySet) -> list[tuple[str, str, int]]:
    counts = dict(rows.values_list("rule").annotate(n=Count("pk")).order_by("rule"))
    known = [
        (r.name, str(r.title), counts.pop(r.name)) for r in rules.declared() if r.name in counts
    ]
    return known + [(name, name, count) for name, count in counts.items()]


def _by_team(rows: HoldQuerySet) -> list[tuple[int, str, int]]:
    led = rows.exclude(team_id=None).values_list("team_id").annotate(n=Count("pk"))
    counts = list(led.order_by("-n", "team_id")[:10])
    teams = Team.objects.filter(pk__in=[team for team, _n in counts]).order_by("pk")
    names = dict(teams.values_list("pk", "name"))
    return [(team, names.get(team, str(team)), count) for team, count in counts]


def _lines(holds: list[Hold], standing: Standing) -> list[HoldLine]:
    names = masked_names(hold.person_id for hold in holds)
    described = sources.describe(hold.credit for hold in holds)
    return [
        HoldLine(
            hold=hold,
            name=names.get(hold.person_id, "*"),
            described=described[hold.credit_id],
            title=str(rules.title_of(hold.rule)),
            because=_because(hold),
            may_decide=permissions.may_decide(standing, hold),
        )
        for hold in holds
    ]


def _because(hold: Hold) -> str:
    rule = rules.find(hold.rule)
    return rule.said(hold.details) if rule else ""

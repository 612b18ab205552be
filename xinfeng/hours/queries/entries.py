"""Hours entered by hand, as those concerned and those who decide see them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, Sum

from xinfeng.base import scope
from xinfeng.base.standing import Standing
from xinfeng.hours import permissions
from xinfeng.hours.models import (
    Counter,
    Credit,
    EntryLine,
    EntryState,
    Evidence,
    HourEntry,
)
from xinfeng.people.models import Person
from xinfeng.people.permissions import OFFICES
from xinfeng.people.queries import masked_names
from xinfeng.teams.models import Membership, Team, TeamQuerySet

PAGE = 50


@dataclass(frozen=True)
class Short:
    """An entry as a list shows it."""

    entry: HourEntry
    people: int
    minutes: int


@dataclass(frozen=True)
class Page:
    """One page of a list by key, newest or oldest first, and the key of the next one."""

    lines: list[Short]
    after: int | None


@dataclass(frozen=True)
class EntryRow:
    line: EntryLine
    name: str
    # Service that the ledger already counts for this person on this day.
    already: int


@dataclass(frozen=True)
class EntryPage:
    """One entry as this visitor may see it."""

    entry: HourEntry
    rows: list[EntryRow]
    evidence: Evidence | None
    submitter: str
    may_decide: bool
    may_withdraw: bool


def mine(person: Person, *, after: int | None) -> Page:
    """What a person has submitted, newest first."""
    with scope.reading(person_id=person.pk, spans=[]):
        rows = HourEntry.objects.filter(submitted_by=person)
        if after:
            rows = rows.filter(pk__lt=after)
        found = list(rows.order_by("-pk")[: PAGE + 1])
    return _page(found)


def to_decide(standing: Standing, *, after: int | None) -> Page:
    """What waits for this person's word as the second one, oldest first."""
    with scope.whole_city():
        rows = HourEntry.objects.filter(_reach(standing), state=EntryState.SUBMITTED)
        rows = rows.exclude(submitted_by_id=standing.person_id)
        rows = rows.filter(pk__gt=after) if after else rows
        found = list(rows.select_related("team").order_by("pk")[: PAGE + 1])
        people = _people_of(found)
        kept = [
            entry
            for entry in found
            if permissions.may_decide_entry(standing, entry, people.get(entry.pk, ()))
        ]
    page = _page(found)
    shown = {entry.pk for entry in kept}
    return Page([line for line in page.lines if line.entry.pk in shown], page.after)


def entry_page(entry_id: int, standing: Standing) -> EntryPage | None:
    """An entry with its lines, for whom it concerns and for those who decide."""
    with scope.whole_city():
        found = HourEntry.objects.filter(pk=entry_id).select_related("team")
        entry = found.first()
        if entry is None:
            return None
        lines = list(entry.lines.order_by("on", "starts_at", "pk"))
        people = {line.person_id for line in lines}
        if not permissions.may_see_entry(standing, entry, people):
            return None
        may_decide = permissions.may_decide_entry(standing, entry, people)
        if not may_decide and entry.submitted_by_id != standing.person_id:
            lines = _own_or_all(lines, entry, standing)
        kept = Evidence.objects.filter(pk=entry.pk).exclude(content=b"")
        evidence = kept.defer("content").first()
        already = _already(lines)
    names = masked_names({*people, entry.submitted_by_id})
    is_open = entry.state == EntryState.SUBMITTED
    return EntryPage(
        entry=entry,
        rows=[
            EntryRow(x, names.get(x.person_id, "*"), already.get((x.person_id, x.on), 0))
            for x in lines
        ],
        evidence=evidence,
        submitter=names.get(entry.submitted_by_id, "*"),
        may_decide=may_decide and is_open,
        may_withdraw=is_open and entry.submitted_by_id == standing.person_id,
    )


def evidence_file(entry_id: int, standing: Standing) -> Evidence | None:
    """The file, for whoever submitted it and whoever decides."""
    page = entry_page(entry_id, standing)
    if page is None or page.evidence is None:
        return None
    submitted = page.entry.submitted_by_id == standing.person_id
    people = {row.line.person_id for row in page.rows}
    if not submitted and not permissions.may_decide_entry(standing, page.entry, people):
        return None
    with scope.whole_city():
        return Evidence.objects.filter(pk=entry_id).first()


def teams_of(person: Person, on: date) -> list[Team]:
    """The teams one may name in an application: those one is in."""
    with scope.reading(person_id=person.pk, spans=[]):
        ids = list(
            Membership.objects.current()
            .filter(person=person)
            .order_by("pk")
            .values_list("team_id", flat=True)
        )
    return list(Team.objects.filter(pk__in=ids).order_by("name", "pk"))


def roster(team: Team) -> list[tuple[int, str]]:
    """Members of a team with their masked names, for its leader's group entry."""
    with scope.whole_city():
        members = team.memberships.roster()[:500]
        pairs = [(member.person_id, member.person.username) for member in members]
    names = masked_names(person for person, _ in pairs)
    return [(person, f"{names.get(person, '*')} · {account}") for person, account in pairs]


def _own_or_all(
    lines: list[EntryLine], entry: HourEntry, standing: Standing
) -> list[EntryLine]:
    """Who only finds their own hours in an entry sees only those."""
    own = [line for line in lines if line.person_id == standing.person_id]
    return own or lines


def leads_a_team(person: Person) -> bool:
    """Is anything ever put before this person as the second one?"""
    return _led_by(person.pk).exists()


def _led_by(person_id: int | None) -> TeamQuerySet:
    return Team.objects.filter(Q(leader_id=person_id) | Q(deputies__contains=[person_id]))


def _reach(standing: Standing) -> Q:
    led = Q(team__in=_led_by(standing.person_id).order_by("pk"))
    return led | scope.reached(standing.spans(OFFICES))


def _people_of(entries: list[HourEntry]) -> dict[int, set[int]]:
    people: dict[int, set[int]] = {}
    lines = EntryLine.objects.filter(entry__in=[entry.pk for entry in entries])
    for entry, person in lines.order_by("pk").values_list("entry_id", "person_id"):
        people.setdefault(entry, set()).add(person)
    return people


def _page(found: list[HourEntry]) -> Page:
    shown = found[:PAGE]
    with scope.whole_city():
        lines = EntryLine.objects.filter(entry__in=[entry.pk for entry in shown])
        sums = {
            row["entry_id"]: row
            for row in lines.order_by("entry_id")
            .values("entry_id")
            .annotate(people=Count("person", distinct=True), total=Sum("minutes"))
        }
    short = [
        Short(entry, sums[entry.pk]["people"], sums[entry.pk]["total"])
        for entry in shown
        if entry.pk in sums
    ]
    return Page(short, shown[-1].pk if len(found) > PAGE else None)


def _already(lines: Iterable[EntryLine]) -> dict[tuple[int, date], int]:
    lines = list(lines)
    counted = Credit.objects.filter(
        person_id__in={line.person_id for line in lines},
        earned_on__in={line.on for line in lines},
        counter=Counter.SERVICE,
    )
    rows = counted.order_by("person_id", "earned_on").values_list("person_id", "earned_on")
    return {(person, day): total for person, day, total in rows.annotate(total=Sum("minutes"))}

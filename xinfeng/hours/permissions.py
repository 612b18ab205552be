"""Who may do what with hours. Pure questions: no queries, no exceptions."""

from collections.abc import Collection

from xinfeng.base.standing import Standing
from xinfeng.people.models import Person, Role
from xinfeng.people.permissions import OFFICES, UPPER_OFFICES
from xinfeng.teams.models import Team

from .models import (
    AuditCase,
    Certificate,
    Contest,
    Credit,
    EntryKind,
    Hold,
    HourEntry,
    Objection,
    StarApplication,
)


def may_reverse(standing: Standing, credit: Credit) -> bool:
    """City and county offices where the time was given; nobody their own, not even to less."""
    upper = standing.covers(credit.division_id, UPPER_OFFICES)
    return upper and standing.person_id != credit.person_id


def may_look(standing: Standing, city: int) -> bool:
    """Have the rules asked on demand: the city office."""
    return standing.covers(city, {Role.CITY_OFFICE})


def may_draw(standing: Standing) -> bool:
    """Give a word for the monthly audit: the city office and the auditor."""
    return bool(standing.spans({Role.CITY_OFFICE, Role.AUDITOR}))


def may_decide(standing: Standing, held: Hold | AuditCase) -> bool:
    """City and county offices where the time was given; nobody who stands behind it."""
    behind = {held.person_id, held.recorded_by_id, held.confirmed_by_id}
    return standing.covers(held.division_id, UPPER_OFFICES) and standing.person_id not in behind


def leads(standing: Standing, team: Team) -> bool:
    """The leader of a team and its deputies."""
    return standing.person_id is not None and (
        standing.person_id == team.leader_id or standing.person_id in team.deputies
    )


def may_enter(standing: Standing, kind: EntryKind, division_id: int, team: Team | None) -> bool:
    """Whoever served for themselves; the leader for the group; an office for anybody."""
    if kind == EntryKind.OWN:
        return standing.person_id is not None
    if kind == EntryKind.GROUP and team is not None and leads(standing, team):
        return True
    return standing.covers(division_id, OFFICES)


def may_see_entry(standing: Standing, entry: HourEntry, lines_of: Collection[int]) -> bool:
    """Who submitted it, whose hours they are, and whoever might decide."""
    concerned = standing.person_id in {entry.submitted_by_id, *lines_of}
    return concerned or _oversees(standing, entry)


def may_decide_entry(standing: Standing, entry: HourEntry, lines_of: Collection[int]) -> bool:
    """A second person: never who submitted it, nor anybody whose hours they are."""
    concerned = standing.person_id in {entry.submitted_by_id, *lines_of}
    return _oversees(standing, entry) and not concerned


def _oversees(standing: Standing, entry: HourEntry) -> bool:
    """The team's leader or an office where it was; an upper office for old hours."""
    if entry.kind == EntryKind.HISTORICAL:
        return standing.covers(entry.division_id, UPPER_OFFICES)
    by_team = entry.team is not None and leads(standing, entry.team)
    return by_team or standing.covers(entry.division_id, OFFICES)


def may_decide_contest(standing: Standing, contest: Contest) -> bool:
    """City and county offices where the time was given; nobody who has a part in it."""
    credit = contest.credit
    behind = {
        contest.person_id, contest.raised_by_id, credit.recorded_by_id, credit.confirmed_by_id,
    }  # fmt: skip
    upper = standing.covers(contest.division_id, UPPER_OFFICES)
    return upper and standing.person_id not in behind


def may_decide_objection(standing: Standing, objection: Objection) -> bool:
    """City and county offices where the time was given; nobody about what they raised."""
    upper = standing.covers(objection.division_id, UPPER_OFFICES)
    return upper and standing.person_id != objection.raised_by_id


def may_transfer(standing: Standing, divisions: Collection[int]) -> bool:
    """An upper office that reaches both accounts of the person."""
    return all(standing.covers(division, UPPER_OFFICES) for division in divisions)


def may_revoke(standing: Standing, made: Certificate) -> bool:
    """City and county offices where the holder lived; nobody their own."""
    upper = standing.covers(made.division_id, UPPER_OFFICES)
    return upper and standing.person_id != made.person_id


def may_judge_star(standing: Standing, made: StarApplication, of_the_city: int) -> bool:
    """The office where the volunteer lives, from some star on the city's; nobody their own."""
    offices = {Role.CITY_OFFICE} if made.level >= of_the_city else UPPER_OFFICES
    return standing.covers(made.division_id, offices) and standing.person_id != made.person_id


def may_ban(standing: Standing, person: Person) -> bool:
    """City and county offices where the person lives; nobody themselves."""
    upper = standing.covers(person.division_id, UPPER_OFFICES)
    return upper and standing.person_id != person.pk

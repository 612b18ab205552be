"""Who is told about a finding: the unit, the office whose business it is, the reporter."""

from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from xinfeng.base import clock
from xinfeng.base.codes import Level, span
from xinfeng.findings.models import Escalation, Finding, SnapReport
from xinfeng.findings.queries.units import people_of
from xinfeng.people.commands import tell
from xinfeng.people.models import Grant, Role

_OFFICES = (
    (Role.TOWNSHIP, Level.TOWNSHIP),
    (Role.COUNTY_OFFICE, Level.COUNTY),
    (Role.CITY_OFFICE, Level.CITY),
)


def tell_unit(kind: str, finding: Finding, at: datetime, **words: Any) -> int:
    """Those who act for the unit: liaisons and staff, or the head where nobody else is."""
    assert finding.unit_id is not None
    people = people_of([finding.unit_id], Escalation.DESK)
    return tell(
        kind, people.get(finding.unit_id, ()), at=at, href=f"/findings/{finding.code}/",
        code=finding.code, **words,
    )  # fmt: skip


def tell_reporter(kind: str, finding: Finding, at: datetime, **words: Any) -> int:
    """The account that reported it, if there is one; and those whose reports were joined."""
    reports = SnapReport.objects.filter(reported_by__isnull=False)
    own = reports.filter(finding=finding) | reports.filter(finding__merged_into=finding)
    people = own.order_by("pk").values_list("reported_by", flat=True)
    return tell(kind, people, at=at, code=finding.code, **words)


def offices_of(division_ids: Iterable[int], escalation: int, on: date) -> dict[int, list[int]]:
    """For each division the people of this level's office; of the next where it has none."""
    found: dict[int, list[int]] = {}
    wanted = set(division_ids)
    for level, (role, over) in enumerate(_OFFICES):
        if level < escalation or not wanted:
            continue
        above = {code: span(code, over)[0] for code in wanted}
        grants = Grant.objects.filter(role=role, division_id__in=set(above.values()))
        held: dict[int, list[int]] = {}
        for code, person in (
            grants.valid_on(on).order_by("pk").values_list("division_id", "person_id")
        ):
            held.setdefault(code, []).append(person)
        staffed = {code for code in wanted if above[code] in held}
        found |= {code: held[above[code]] for code in staffed}
        wanted -= staffed
    return found


def tell_counts(kind: str, findings: Iterable[Finding], at: datetime) -> None:
    """One notice a person, with a number: a flood of notices is read by nobody."""
    on = clock.local_date(at)
    counts: Counter[int] = Counter()
    for level in Escalation:
        here = [one for one in findings if one.escalation == level]
        with_unit = Counter(
            one.unit_id for one in here if one.is_with_unit and level != Escalation.CITY
        )
        others = Counter(
            one.division_id
            for one in here
            if not (one.is_with_unit and level != Escalation.CITY)
        )
        for unit, people in people_of(
            [pk for pk in with_unit if pk is not None], level
        ).items():
            counts.update(dict.fromkeys(people, with_unit[unit]))
        for code, people in offices_of(others, level, on).items():
            counts.update(dict.fromkeys(people, others[code]))
    for count in sorted(set(counts.values())):
        told = [person for person, mine in counts.items() if mine == count]
        tell(kind, told, at=at, href="/findings/", count=count)

"""Who is told about a finding: the unit, the office whose business it is, the reporter."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from xinfeng.base import clock
from xinfeng.findings.models import Escalation, Finding, SnapReport
from xinfeng.findings.queries.units import people_of
from xinfeng.people.commands import tell, tell_counts
from xinfeng.people.queries import offices_of


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


def tell_everybody(kind: str, findings: Iterable[Finding], at: datetime) -> None:
    """Each of the units and offices whose business they are, how many there are for them."""
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
    tell_counts(kind=kind, counts=counts, at=at, href="/findings/")

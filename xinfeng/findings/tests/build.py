"""Builders: a finding at any step of its way in one line; a test names only what it is about.

The cast: Lan's office, Mei of the unit, Hong the inspector; a stranger may nothing.
"""

from datetime import datetime, timedelta
from itertools import count
from uuid import UUID

from xinfeng.base import scope
from xinfeng.files.models import File
from xinfeng.findings import commands
from xinfeng.findings.commands import NewFinding, NewReport
from xinfeng.findings.models import Category, Finding, Term, Verdict
from xinfeng.people.models import Person, Role
from xinfeng.people.tests.build import a_grant, a_person, an_office
from xinfeng.places.tests.build import NINE, a_city
from xinfeng.units.models import MemberRole, Unit
from xinfeng.units.tests.build import a_member, a_unit

# Monday morning: offices work.
MONDAY = NINE + timedelta(days=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
SECRET = "a secret of the address"
_numbers = count(1)


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """So many days after that Monday, at a time of the city's clock."""
    return MONDAY.replace(hour=hour, minute=minute) + day * DAY


def _once(username: str) -> Person | None:
    return Person.objects.filter(username=username).first()


def an_office_here(name: str = "lan") -> Person:
    """Somebody of the township's office; the same one each time."""
    return _once(name) or an_office(a_city().township, name)


def a_county() -> Person:
    return _once("county") or an_office(a_city().county, "county")


def an_inspector(name: str = "hong") -> Person:
    if found := _once(name):
        return found
    person = a_person(name, name="陈红", volunteers=False)
    a_grant(person, Role.INSPECTOR, division=a_city().county)
    return person


def the_unit() -> Unit:
    """Mei works for it and Dong heads it."""
    unit = Unit.objects.filter(code="UNIT").first()
    if unit is None:
        unit = a_unit(code="UNIT", name="市城市管理局", short_name="市城管局")
        a_member(a_person("mei", volunteers=False), unit)
        a_member(a_person("dong", volunteers=False), unit, role=MemberRole.HEAD)
    return unit


def mei() -> Person:
    the_unit()
    return Person.objects.get(username="mei")


def a_picture() -> File:
    """A row for a picture; what is in it is the room of files' business."""
    number = next(_numbers)
    return File.objects.create(**file_fields(number))


def a_category(code: str = "litter", **more: object) -> Category:
    fields = {"name": "卫生脏乱", "position": 0, "term": "H24"} | more
    return Category.objects.get_or_create(code=code, defaults=fields)[0]


def a_new(**changes: object) -> NewFinding:
    """Rubbish at a market of the unit, found by Hong on Monday."""
    number = next(_numbers)
    fields = {
        "code": f"F{number:05d}", "origin": f"round:R1:P{number}:II-26-03",
        "division_id": a_city().village.pk, "text": "果皮箱满溢，地面有积水。",
        "found_at": MONDAY, "line": "II-26-03", "found_by_id": an_inspector().pk,
    } | changes  # fmt: skip
    return NewFinding(**fields)


def a_finding(*, raised_at: datetime = MONDAY, **changes: object) -> Finding:
    """Confirmed, because an inspection found it; waits to be ordered."""
    return commands.raise_findings(new=[a_new(**changes)], actor=an_inspector(), at=raised_at)[
        0
    ]


def an_ordered(term: Term = Term.WD3, **changes: object) -> Finding:
    finding = a_finding(**changes)
    return commands.order(
        finding_id=finding.pk, unit_id=the_unit().pk, term=term, actor=an_office_here(),
        at=MONDAY + HOUR,
    )  # fmt: skip


def a_repaired(**changes: object) -> Finding:
    finding = an_ordered(**changes)
    return repaired(finding)


def repaired(finding: Finding, moment: datetime = MONDAY + 2 * HOUR) -> Finding:
    return commands.repair(
        finding_id=finding.pk, words="已清运并冲洗。", after=[a_picture().pk], actor=mei(),
        at=moment,
    )  # fmt: skip


def a_verified(**changes: object) -> Finding:
    finding = a_repaired(**changes)
    return commands.recheck(
        finding_id=finding.pk, verdict=Verdict.MET, actor=an_inspector(), at=MONDAY + 3 * HOUR
    )


def sent_back(finding: Finding, moment: datetime = MONDAY + 3 * HOUR) -> Finding:
    return commands.recheck(
        finding_id=finding.pk, verdict=Verdict.NOT_MET, reason="PARTLY", actor=an_inspector(),
        at=moment,
    )  # fmt: skip


def a_wish(**changes: object) -> NewReport:
    """Somebody without a name reports litter in 茶山村."""
    number = next(_numbers)
    fields = {
        "client_id": UUID(int=number), "code": f"S{number:05d}", "secret": SECRET,
        "division_id": a_city().village.pk, "text": "垃圾桶满了两天没人收。",
        "category_id": a_category().pk, "lat_e6": 26_890_000, "lon_e6": 112_700_000,
    } | changes  # fmt: skip
    return NewReport(**fields)


def seen(finding: Finding) -> Finding:
    """As it stands in the database now."""
    with scope.whole_city():
        return Finding.objects.select_related("unit").get(pk=finding.pk)


def verbs(finding: Finding) -> list[str]:
    with scope.whole_city():
        return list(finding.steps.order_by("pk").values_list("verb", flat=True))


def file_fields(number: int) -> dict[str, object]:
    return {
        "digest": f"{number:064x}", "size": 1000, "kind": "image/jpeg",
        "name": f"picture{number}.jpg", "at": MONDAY,
    }  # fmt: skip

"""What of the assessment waits for whom: counted by the rooms that hold it, joined here.

Each part of somebody's page is there only when they have that part to play; a stranger sees the
published results.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from xinfeng.base import codes
from xinfeng.base.codes import Level
from xinfeng.base.figures import Span
from xinfeng.base.standing import Standing
from xinfeng.filing import permissions as filing_permissions
from xinfeng.filing import queries as filing
from xinfeng.filing.queries.gaps import Stage
from xinfeng.findings.permissions import READERS, RECHECKERS
from xinfeng.findings.queries import desk
from xinfeng.findings.queries.units import UnitStanding, standing_of
from xinfeng.inspections import queries as inspections
from xinfeng.inspections.models import Round, ScoreScope, Standard
from xinfeng.inspections.permissions import may_run_rounds
from xinfeng.inspections.queries import Going, Placed
from xinfeng.people.models import Role
from xinfeng.people.permissions import OFFICES
from xinfeng.places.models import Division
from xinfeng.surveys.models import Sample
from xinfeng.surveys.queries.errands import errands_of
from xinfeng.units.models import Unit
from xinfeng.units.permissions import may_read
from xinfeng.units.queries import units_of

SHOWN_RESULTS = 5
_FILES_UNTIL_DONE = (Stage.LATE, Stage.RETURNED, Stage.MISSING)


@dataclass(frozen=True)
class OwnUnit:
    """What a unit has before it, and how it came out last; None: in no published round."""

    unit: Unit
    findings: UnitStanding
    papers: int
    papers_late: int
    last: Placed | None


@dataclass(frozen=True)
class OwnArea:
    """How a county came out of the newest published round that has it."""

    division: Division
    last: Placed | None


@dataclass
class Hub:
    """One person's page; None stands where they have no part."""

    today: date
    published: Sequence[Round]
    newest: inspections.Newest | None
    standards: Sequence[Standard]
    # Rounds are held by the city's offices.
    runs: bool = False
    going: Sequence[Going] = ()
    own_ways: Sequence[Going] = ()
    # Samples of surveys in the field in which this person asks.
    errands: Sequence[Sample] = ()
    findings: desk.Counts | None = None
    rechecks: int | None = None
    judges_appeals: bool = False
    papers: int | None = None
    units: Sequence[OwnUnit] = ()
    areas: Sequence[OwnArea] = ()
    reads_registers: bool = False
    governs: bool = False

    @property
    def has_part(self) -> bool:
        parts = (self.runs, self.own_ways, self.errands, self.units, self.reads_registers)
        return any(parts) or self.findings is not None

    @property
    def to_visit(self) -> int:
        return sum(each.points - each.visited for each in self.own_ways)

    @property
    def to_mend(self) -> int:
        return sum(each.findings.to_mend for each in self.units)


def hub(person_id: int | None, standing: Standing, *, city: int, today: date) -> Hub:
    """The page of whoever asks; about a dozen short queries for whoever has every part."""
    units = units_of(person_id)
    found = Hub(
        today=today,
        published=inspections.published_rounds()[:SHOWN_RESULTS],
        newest=inspections.newest_published(city),
        standards=inspections.standards_of_points(),
        reads_registers=may_read(standing, units),
        governs=bool(standing.spans(OFFICES)),
    )
    if person_id is None:
        return found
    held = [s for s in standing.spans({Role.CITY_OFFICE}) if may_run_rounds(standing, s, units)]
    if held:
        found.runs, found.going = True, inspections.going_rounds(held)
    if standing.spans({Role.INSPECTOR}):
        found.own_ways = inspections.ways_of(person_id)
    if standing.spans({Role.SURVEYOR}):
        found.errands = errands_of(person_id)
    _add_findings(found, person_id, standing, units)
    if reviews := standing.spans(filing_permissions.REVIEWS):
        found.papers = filing.to_review(reviews, units).count()
    found.units = _own_units(units, found.standards, today)
    found.areas = _own_areas(standing.spans({Role.COUNTY_OFFICE}))
    return found


def _add_findings(
    found: Hub, person_id: int, standing: Standing, units: frozenset[int]
) -> None:
    if reads := standing.spans(READERS):
        found.findings = desk.counted(reads)
        found.judges_appeals = bool(standing.spans(OFFICES))
    if rechecks := standing.spans(RECHECKERS):
        found.rechecks = desk.to_recheck(rechecks, person_id=person_id, units=units).count()


def _own_units(
    unit_ids: frozenset[int], standards: Sequence[Standard], today: date
) -> list[OwnUnit]:
    if not unit_ids:
        return []
    rows = list(Unit.objects.filter(pk__in=unit_ids).in_reading_order())
    findings = standing_of(unit_ids)
    missing: Counter[int] = Counter()
    late: Counter[int] = Counter()
    for standard in standards:
        for gap in filing.gaps(standard, unit_ids, today):
            missing[gap.task.unit_id] += gap.stage in _FILES_UNTIL_DONE
            late[gap.task.unit_id] += gap.stage is Stage.LATE
    results = inspections.placed(ScoreScope.UNIT, [unit.code for unit in rows], each=1)
    return [
        OwnUnit(
            unit, findings.get(unit.pk, UnitStanding()), missing[unit.pk], late[unit.pk],
            next(iter(results.get(unit.code, [])), None),
        )
        for unit in rows
    ]  # fmt: skip


def _own_areas(spans: Sequence[Span]) -> list[OwnArea]:
    counties = [lo for lo, _hi in spans if codes.level_of(lo) == Level.COUNTY]
    rows = list(Division.objects.filter(pk__in=counties).order_by("pk"))
    if not rows:
        return []
    results = inspections.placed(ScoreScope.AREA, [str(each.pk) for each in rows], each=1)
    return [OwnArea(each, next(iter(results.get(str(each.pk), [])), None)) for each in rows]

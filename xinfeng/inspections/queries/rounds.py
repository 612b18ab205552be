"""What pages and reports read of rounds. Whoever calls has asked whether it may be seen."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Count, Q, QuerySet

from xinfeng.base import scope
from xinfeng.base.figures import Span
from xinfeng.inspections.models import (
    Inspector,
    PointRole,
    Reading,
    Round,
    RoundPoint,
    RoundState,
    Standard,
    StandardState,
    VisitState,
)
from xinfeng.people.models import Grant, Person, Role
from xinfeng.people.queries import masked_names
from xinfeng.places.models import Division


def round_of(code: str) -> Round | None:
    return Round.objects.select_related("standard", "division").filter(code=code).first()


def rounds_of(spans: Sequence[Span]) -> list[Round]:
    """All rounds that these offices hold, the newest first."""
    return list(_listed().filter(scope.reached(spans)).order_by("-since", "-pk"))


def published_rounds() -> list[Round]:
    return list(_listed().filter(state=RoundState.PUBLISHED).order_by("-published_at", "-pk"))


def rounds_page(spans: Sequence[Span], after: int, most: int) -> list[Round]:
    """What is published, and all that these offices hold, the first planned first."""
    public = Q(state=RoundState.PUBLISHED)
    shown = public | scope.reached(spans) if spans else public
    return list(_listed().filter(shown, pk__gt=after).order_by("pk")[:most])


def bound_rounds() -> list[Round]:
    """Rounds whose frame and secret are bound and that are not over: nothing else is said."""
    waiting = (RoundState.PLANNED, RoundState.DRAWN, RoundState.IN_FIELD)
    return list(
        Round.objects.only("code", "frame_digest", "commitment")
        .filter(state__in=waiting)
        .order_by("code")
    )


def _listed() -> "QuerySet[Round]":
    return Round.objects.select_related("division").defer("frame")


def rounds_to_visit(person_id: int) -> list[Round]:
    """Where somebody is sent and the field is open."""
    with scope.whole_city():
        sent = Inspector.objects.filter(person=person_id).values("round")
        return list(
            _listed().filter(pk__in=sent, state=RoundState.IN_FIELD).order_by("until", "pk")
        )


def standards_of_points() -> list[Standard]:
    """Published versions that read points, the newest first."""
    return list(
        Standard.objects.defer("document")
        .filter(state=StandardState.PUBLISHED, parsed__grain="point")
        .order_by("-published_at", "-pk")
    )


def chosen_codes(found: Round) -> frozenset[str]:
    """What the draw itself chose; substitutes are not among them."""
    with scope.whole_city():
        rows = RoundPoint.objects.filter(round=found, role=PointRole.CHOSEN)
        return frozenset(rows.values_list("point__code", flat=True))


@dataclass(frozen=True)
class Able:
    """Somebody who may be sent out."""

    person_id: int
    name: str


def able_inspectors(found: Round, on: date) -> list[Able]:
    lo, hi = found.division.span
    rows = Grant.objects.valid_on(on).filter(
        role=Role.INSPECTOR, division__gte=lo, division__lt=hi
    )
    people = set(rows.values_list("person_id", flat=True))
    names = person_names(people)
    return [Able(pk, names[pk]) for pk in sorted(names)]


def person_names(person_ids: set[int]) -> dict[int, str]:
    """Family name and account: two of one family must be told apart."""
    accounts = dict(Person.objects.filter(pk__in=person_ids).values_list("pk", "username"))
    masked = masked_names(person_ids)
    return {pk: f"{masked.get(pk, '')} {accounts[pk]}".strip() for pk in sorted(accounts)}


@dataclass(frozen=True)
class Way:
    """One inspector's share of a round, and how far they are."""

    inspector_id: int
    name: str
    points: int
    visited: int
    metres: int | None


@dataclass
class Progress:
    """How far a round is: in all, by inspector, by county."""

    points: int = 0
    visited: int = 0
    replaced: int = 0
    unassigned: int = 0
    ways: list[Way] = field(default_factory=list)
    counties: list[tuple[str, int, int]] = field(default_factory=list)

    @property
    def waiting(self) -> int:
        return self.points - self.visited


def progress_of(found: Round) -> Progress:
    with scope.whole_city():
        rows = list(
            RoundPoint.objects.filter(round=found)
            .values("inspector_id", "county", "state")
            .annotate(n=Count("pk"))
            .order_by("county", "inspector_id", "state")
        )
        inspectors = list(Inspector.objects.filter(round=found).order_by("pk"))
        names = person_names({each.person_id for each in inspectors})
    told = Progress()
    of: dict[int | None, list[int]] = defaultdict(lambda: [0, 0])
    counties: dict[int, list[int]] = defaultdict(lambda: [0, 0])
    for row in rows:
        if row["state"] == VisitState.REPLACED:
            told.replaced += row["n"]
            continue
        seen = row["n"] if row["state"] == VisitState.VISITED else 0
        for count in (of[row["inspector_id"]], counties[row["county"]]):
            count[0] += row["n"]
            count[1] += seen
        told.points += row["n"]
        told.visited += seen
    told.unassigned = of[None][0]
    told.ways = [
        Way(each.pk, names[each.person_id], of[each.pk][0], of[each.pk][1], each.metres)
        for each in inspectors
    ]
    titles = division_names(counties)
    told.counties = [
        (titles.get(code, ""), count[0], count[1]) for code, count in sorted(counties.items())
    ]
    return told


def division_names(division_ids: Iterable[int]) -> dict[int, str]:
    rows = Division.objects.filter(pk__in=list(division_ids)).values_list("code", "name")
    return dict(rows)


def visited_points(
    found: Round, *, inspector: int | None = None, state: str = "", county: int | None = None
) -> list[RoundPoint]:
    """The points of a round in the order of the ways, narrowed."""
    chosen = Q()
    if inspector is not None:
        chosen &= Q(inspector_id=inspector)
    if state:
        chosen &= Q(state=state)
    if county is not None:
        chosen &= Q(county=county)
    with scope.whole_city():
        return list(
            RoundPoint.objects.filter(chosen, round=found)
            .select_related("point__type", "unit")
            .order_by("inspector_id", "visit_order", "pk")
        )


def round_points_page(
    found: Round, state: str, county: int | None, after: int, most: int
) -> list[RoundPoint]:
    """Points of a round in the order they were drawn in, narrowed."""
    chosen = Q(state=state) if state else Q()
    if county is not None:
        chosen &= Q(county=county)
    with scope.whole_city():
        rows = RoundPoint.objects.filter(chosen, round=found, pk__gt=after)
        return list(rows.select_related("point", "unit").order_by("pk")[:most])


def points_to_visit(found: Round, person_id: int) -> list[RoundPoint]:
    """Somebody's own way; row-level security lets no other row through."""
    with scope.reading(person_id=person_id, spans=[]):
        return list(
            RoundPoint.objects.filter(round=found, person=person_id)
            .exclude(state=VisitState.REPLACED)
            .select_related("point__type", "unit")
            .order_by("visit_order", "pk")
        )


def round_point_of(found: Round, pk: int) -> RoundPoint | None:
    with scope.whole_city():
        return (
            RoundPoint.objects.filter(round=found, pk=pk)
            .select_related("point__type", "unit", "replaces__point", "inspector")
            .first()
        )


def readings_of(point: RoundPoint) -> dict[str, list[Reading]]:
    """Every reading of each line, the one that counts first."""
    found: dict[str, list[Reading]] = defaultdict(list)
    with scope.whole_city():
        for each in point.readings.order_by("line", "-pk"):
            found[each.line].append(each)
    return dict(found)

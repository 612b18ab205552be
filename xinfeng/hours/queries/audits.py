"""The monthly audits: results for everybody, cases for the offices above the place."""

from dataclasses import dataclass

from django.db.models import Count, Q

from xinfeng.base import scope
from xinfeng.base.standing import Standing
from xinfeng.hours import permissions, sources
from xinfeng.hours.models import AuditCase, AuditDraw, AuditState
from xinfeng.hours.sources import Described
from xinfeng.people.permissions import UPPER_OFFICES
from xinfeng.people.queries import masked_names

PAGE = 50


@dataclass(frozen=True)
class Result:
    """One month's draw in numbers."""

    draw: AuditDraw
    cases: int
    in_order: int
    faulty: int

    @property
    def checked(self) -> int:
        return self.in_order + self.faulty


@dataclass(frozen=True)
class CaseLine:
    case: AuditCase
    name: str
    described: Described
    may_decide: bool


@dataclass(frozen=True)
class AuditPage:
    result: Result
    lines: list[CaseLine]
    after: int | None


def audits() -> list[Result]:
    """All draws, the newest first; numbers only."""
    with scope.whole_city():
        return [
            Result(draw, draw.n, draw.good, draw.bad)
            for draw in AuditDraw.objects.annotate(
                n=Count("cases"),
                good=Count("cases", filter=Q(cases__state=AuditState.IN_ORDER)),
                bad=Count("cases", filter=Q(cases__state=AuditState.FAULTY)),
            ).order_by("-month", "pk")
        ]


def audit_page(draw_id: int, standing: Standing, *, after: int | None) -> AuditPage | None:
    """One draw with the cases within the reach of an upper office, open ones first."""
    result = next((found for found in audits() if found.draw.pk == draw_id), None)
    if result is None:
        return None
    reach = scope.reached(standing.spans(UPPER_OFFICES))
    with scope.whole_city():
        rows = AuditCase.objects.filter(reach, draw=draw_id, pk__gt=after or 0)
        found = list(rows.select_related("credit").order_by("pk")[: PAGE + 1])
    shown = found[:PAGE]
    lines = _lines(shown, standing)
    return AuditPage(result, lines, shown[-1].pk if len(found) > PAGE else None)


def case_line(case_id: int, standing: Standing) -> CaseLine | None:
    """One case, for an upper office above the place."""
    with scope.whole_city():
        case = AuditCase.objects.select_related("credit", "draw").filter(pk=case_id).first()
    if case is None or not standing.covers(case.division_id, UPPER_OFFICES):
        return None
    return _lines([case], standing)[0]


def _lines(cases: list[AuditCase], standing: Standing) -> list[CaseLine]:
    names = masked_names(case.person_id for case in cases)
    described = sources.describe(case.credit for case in cases)
    return [
        CaseLine(
            case,
            names.get(case.person_id, "*"),
            described[case.credit_id],
            permissions.may_decide(standing, case),
        )
        for case in cases
    ]

"""Findings in lists: the desk's, a unit's, what waits to be re-checked and to be judged."""

from django.http import Http404
from ninja import Query, Schema
from pydantic import Field

from xinfeng.base.contract import Moment, answers, unreadable
from xinfeng.findings.forms.desk import ChoiceForm
from xinfeng.findings.models import Appeal, Finding, Warned
from xinfeng.findings.permissions import READERS, RECHECKERS
from xinfeng.findings.queries import desk as queries
from xinfeng.findings.queries.desk import Choice, Key
from xinfeng.findings.reach import spans_of
from xinfeng.people.permissions import OFFICES
from xinfeng.people.tokens import Scope, TokenRequest, needs
from xinfeng.units.models import Unit
from xinfeng.units.queries import units_of

from .routing import router
from .words import Colour, SourceWord, StateWord

AREAS = (10**11, 10**12)


class FindingsNarrowed(Schema):
    """`deadline`: RED is overdue, YELLOW due soon, NOT in time; `unit` is a unit's code."""

    within: int | None = Field(None, ge=AREAS[0], lt=AREAS[1])
    state: StateWord | None = None
    source: SourceWord | None = None
    unit: str = Field("", max_length=20)
    category: str = Field("", max_length=40)
    deadline: Colour | None = None
    after: str = Field("", max_length=60)


class FindingLine(Schema):
    """One finding of a list; nobody is named."""

    code: str
    source: str
    state: str
    text: str
    point: str
    line: str
    category: str
    division: int
    unit: str
    is_praise: bool
    term: str
    deadline: str
    due_at: Moment | None
    appeal_waits: bool
    found_at: Moment
    attempt: int
    sent_back: int
    reopened: int


class FindingCounts(Schema):
    """What is open in the whole reach, however the list is narrowed."""

    states: dict[str, int]
    overdue: int
    due_soon: int
    appeals: int


class FindingPage(Schema):
    items: list[FindingLine]
    next: str | None
    counts: FindingCounts


class UnitFindings(Schema):
    """`to_repair`: the turn of my units, the most pressing first; `given_back`: of others."""

    to_repair: list[FindingLine]
    given_back: list[FindingLine]


class FindingLines(Schema):
    items: list[FindingLine]


class AppealLine(Schema):
    code: str
    finding: str
    unit: str
    ground: str
    instance: int
    words: str
    due_at: Moment


class AppealLines(Schema):
    items: list[AppealLine]


@router.get(
    "/findings",
    response=answers(FindingPage),
    auth=needs(Scope.OFFICE),
    summary="Findings of my area: open ones by urgency, or those of one state",
)
def findings(request: TokenRequest, narrowed: Query[FindingsNarrowed]) -> FindingPage:
    """Ended states are listed from the newest on."""
    choice = _choice(narrowed)
    spans = spans_of(request, READERS)
    found = queries.desk(spans, choice, after=_key(narrowed.after))
    return FindingPage(
        items=[line_of(one) for one in found.lines],
        next=str(found.after) if found.after else None,
        counts=FindingCounts(
            states=found.counts.states,
            overdue=found.counts.red,
            due_soon=found.counts.yellow,
            appeals=found.counts.appeals,
        ),
    )


@router.get(
    "/unit-findings",
    response=answers(UnitFindings),
    auth=needs(Scope.OFFICE),
    summary="What my units have to put right, and what they gave back",
)
def unit_findings(request: TokenRequest) -> UnitFindings:
    units = units_of(request.user.pk)
    if not units:
        raise Http404
    return UnitFindings(
        to_repair=[line_of(one) for one in queries.of_units(units)],
        given_back=[line_of(one) for one in queries.given_back(units)],
    )


@router.get(
    "/finding-rechecks",
    response=answers(FindingLines),
    auth=needs(Scope.OFFICE),
    summary="Repairs that I may re-check: not my own, nor those of my units",
)
def rechecks(request: TokenRequest) -> FindingLines:
    spans, person = spans_of(request, RECHECKERS), request.user
    found = queries.rechecks(spans, person_id=person.pk, units=units_of(person.pk))
    return FindingLines(items=[line_of(one) for one in found])


@router.get(
    "/finding-appeals",
    response=answers(AppealLines),
    auth=needs(Scope.OFFICE),
    summary="Appeals that wait to be judged, the earliest day first",
)
def appeals(request: TokenRequest) -> AppealLines:
    found = queries.appeals(spans_of(request, OFFICES))
    return AppealLines(items=[_appeal(one) for one in found])


def line_of(finding: Finding) -> FindingLine:
    return FindingLine(
        code=finding.code,
        source=finding.source,
        state=finding.state,
        text=finding.text,
        point=finding.point.code if finding.point else "",
        line=finding.line,
        category=finding.category.code if finding.category else "",
        division=finding.division_id,
        unit=finding.unit.code if finding.unit else "",
        is_praise=finding.is_praise,
        term=finding.term,
        deadline=Warned(finding.warned).name,
        due_at=finding.due_at,
        appeal_waits=finding.appealed_at is not None,
        found_at=finding.found_at,
        attempt=finding.attempt,
        sent_back=finding.sent_back,
        reopened=finding.reopened,
    )


def _choice(narrowed: FindingsNarrowed) -> Choice:
    unit = None
    if narrowed.unit:
        known = Unit.objects.filter(code=narrowed.unit).values_list("pk", flat=True).first()
        # A unit that is not there has no findings, which is no mistake.
        unit = known or 0
    return Choice(
        within=narrowed.within,
        state=narrowed.state or "",
        source=narrowed.source or "",
        unit=unit,
        category=narrowed.category,
        warned=Warned[narrowed.deadline] if narrowed.deadline else None,
    )


def _key(after: str) -> Key | None:
    key = ChoiceForm({"after": after}).key()
    if after and key is None:
        raise unreadable()
    return key


def _appeal(one: Appeal) -> AppealLine:
    return AppealLine(
        code=one.code,
        finding=one.finding.code,
        unit=one.unit.code,
        ground=one.ground,
        instance=one.instance,
        words=one.words,
        due_at=one.due_at,
    )

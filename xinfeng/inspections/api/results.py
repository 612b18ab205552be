"""The result of a round over the interface: intervals and ties, questions, and what if."""

from django.http import Http404
from ninja import Query, Schema
from pydantic import Field

from xinfeng.base.contract import answers, number_key, unreadable
from xinfeng.inspections import queries
from xinfeng.inspections.models import RoundScore, Verdict
from xinfeng.inspections.queries import Question
from xinfeng.inspections.reach import reads, told
from xinfeng.inspections.rounds import Total
from xinfeng.people.http import VisitorRequest
from xinfeng.people.tokens import Scope, TokenRequest, needs, welcomes
from xinfeng.units.models import Unit

from .routing import PAGE, Found, ScoredBy, page_of, router

_OPEN = (Verdict.NOT_MET, Verdict.NOT_KNOWN)


class ScoresNarrowed(Schema):
    scope: ScoredBy | None = None
    after: str = Field("", max_length=20)


class ScoreBrief(Schema):
    """How a round stands for one thing; shares in ten-thousandths, null where nobody knows.

    `rank` is the best place that the interval allows and `rank_to` the worst; `tied_with` are
    those that cannot be told from it. Modules are judged apart.
    """

    scope: ScoredBy
    key: str
    points: int
    n: int
    known: int
    met: int
    score_e4: int | None
    low_e4: int | None
    high_e4: int | None
    rank: int | None
    rank_to: int | None
    tied_with: list[str]


class ScorePage(Schema):
    items: list[ScoreBrief]
    next: str | None


class TotalBrief(Schema):
    """A total of 100: `known` of it are known, and it lies between `least` and `most`."""

    known: int
    least: float
    most: float


class RoundResult(Schema):
    """`total` is over the methods, `cycle` over the years of the cycle so far."""

    code: str
    state: str
    whole: ScoreBrief
    modules: list[ScoreBrief]
    total: TotalBrief
    cycle: TotalBrief | None


class QuestionsNarrowed(Schema):
    unit: str = Field("", max_length=20)
    after: str = Field("", max_length=60)


class QuestionBrief(Schema):
    """A line that was not met at a point, or that nobody knows."""

    point_id: int
    point: str
    unit: str
    line: str
    title: str
    mend: str
    verdict: Found
    value: int | None
    note: str


class QuestionPage(Schema):
    items: list[QuestionBrief]
    next: str | None


class HoursGiven(Schema):
    hours: int = Field(200, ge=1, le=100_000)
    unit: str = Field("", max_length=20)


class MendFirst(Schema):
    point: str
    unit: str
    line: str
    title: str
    gain: float
    minutes: int


class WhatIf(Schema):
    """Which open lines gain most for so many hours; `bound` is what no choice exceeds.

    `unsaid` open lines have no stated effort and are not weighed; `apart` are of modules.
    """

    score: float
    gain: float
    bound: float
    minutes: int
    is_best: bool
    open: int
    unsaid: int
    apart: int
    items: list[MendFirst]


@router.get(
    "/rounds/{code}/result",
    response=answers(RoundResult),
    auth=welcomes(Scope.OFFICE),
    summary="What a published round says of the whole",
)
def result(request: VisitorRequest, code: str) -> RoundResult:
    found = told(request, code)
    outcome = queries.outcome_of(found)
    if outcome is None:
        raise Http404
    cycle = queries.cycle_of(found)
    return RoundResult(
        code=found.code,
        state=found.state,
        whole=_score(outcome.whole),
        modules=[_score(each.row) for each in outcome.modules],
        total=_total(outcome.method_total),
        cycle=_total(cycle) if cycle else None,
    )


@router.get(
    "/rounds/{code}/scores",
    response=answers(ScorePage),
    auth=welcomes(Scope.OFFICE),
    summary="Scores by county, unit, type, line, method and module, with intervals and ties",
)
def scores(request: VisitorRequest, code: str, narrowed: Query[ScoresNarrowed]) -> ScorePage:
    found = told(request, code)
    rows = RoundScore.objects.filter(round=found, pk__gt=number_key(narrowed.after))
    if narrowed.scope:
        rows = rows.filter(scope=narrowed.scope)
    page, after = page_of(list(rows.order_by("pk")[: PAGE + 1]), lambda each: each.pk)
    return ScorePage(items=[_score(each) for each in page], next=after)


@router.get(
    "/rounds/{code}/questions",
    response=answers(QuestionPage),
    auth=needs(Scope.OFFICE),
    summary="What was not met or is not known, unit by unit and point by point",
)
def questions(
    request: TokenRequest, code: str, narrowed: Query[QuestionsNarrowed]
) -> QuestionPage:
    found = told(request, code)
    _refuse_strangers(request)
    unit = _unit(narrowed.unit)
    asked = queries.questions(found, unit_id=unit.pk if unit else None, only=_OPEN)
    start = _start(asked, narrowed.after)
    page = asked[start : start + PAGE]
    more = len(asked) > start + PAGE
    return QuestionPage(
        items=[_question(each) for each in page], next=_key(page[-1]) if more else None
    )


@router.get(
    "/rounds/{code}/what-if",
    response=answers(WhatIf),
    auth=needs(Scope.OFFICE),
    summary="Which open lines are best put right with so many hours of work",
)
def what_if(request: TokenRequest, code: str, given: Query[HoursGiven]) -> WhatIf:
    found = told(request, code)
    _refuse_strangers(request)
    plan = queries.what_if(found, 60 * given.hours, unit=_unit(given.unit))
    best = plan.improvement
    return WhatIf(
        score=plan.score,
        gain=best.gain,
        bound=best.bound,
        minutes=best.minutes,
        is_best=best.is_best,
        open=plan.open,
        unsaid=plan.unsaid,
        apart=plan.apart,
        items=[
            MendFirst(
                point=question.point.point.code,
                unit=question.point.unit.code,
                line=question.line.code,
                title=str(question.line.title),
                gain=line.gain,
                minutes=line.minutes,
            )
            for question, line in plan.chosen
        ],
    )


def _refuse_strangers(request: TokenRequest) -> None:
    """The questions of units are no public matter."""
    if not reads(request):
        raise Http404


def _unit(code: str) -> Unit | None:
    if not code:
        return None
    unit = Unit.objects.filter(code=code).first()
    if unit is None:
        raise Http404
    return unit


def _key(question: Question) -> str:
    return f"{question.point.pk}_{question.line.code}"


def _start(asked: list[Question], after: str) -> int:
    """A round that is over asks the same questions in the same order each time."""
    if not after:
        return 0
    keys = [_key(each) for each in asked]
    if after not in keys:
        raise unreadable()
    return keys.index(after) + 1


def _question(each: Question) -> QuestionBrief:
    read = each.reading
    return QuestionBrief(
        point_id=each.point.pk,
        point=each.point.point.code,
        unit=each.point.unit.code,
        line=each.line.code,
        title=str(each.line.title),
        mend=str(each.line.mend),
        verdict=each.verdict.value,
        value=read.value if read else None,
        note=read.note if read else "",
    )


def _score(row: RoundScore) -> ScoreBrief:
    return ScoreBrief(
        scope=row.scope, key=row.key, points=row.points, n=row.n, known=row.known,
        met=row.met, score_e4=row.score_e4, low_e4=row.low_e4, high_e4=row.high_e4,
        rank=row.rank, rank_to=row.rank_to, tied_with=list(row.tied_with),
    )  # fmt: skip


def _total(total: Total) -> TotalBrief:
    return TotalBrief(known=round(total.of), least=total.least, most=total.most)

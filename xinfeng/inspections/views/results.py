"""The result of a round: the ranking, one unit's, and what is best put right."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from xinfeng.base.http import attached
from xinfeng.inspections import queries, reach, reading, reporting
from xinfeng.inspections.forms.rounds import HoursForm
from xinfeng.inspections.models import RoundScore, ScoreScope, Verdict
from xinfeng.people.http import SignedInRequest, VisitorRequest
from xinfeng.units.models import Unit

_OPEN = (Verdict.NOT_MET, Verdict.NOT_KNOWN)


@require_safe
def result(request: VisitorRequest, round_code: str) -> HttpResponse:
    """The ranking with its intervals; what cannot be told apart is called a tie."""
    found = reach.told(request, round_code)
    page = {
        "round": found, "outcome": queries.outcome_of(found), "cycle": queries.cycle_of(found),
        "tree": reading.tree_of(found.standard), "reads": reach.reads(request),
    }  # fmt: skip
    return render(request, "inspections/round_result.html", page)


@require_safe
def unit(request: VisitorRequest, round_code: str, unit_code: str) -> HttpResponse:
    """One unit's result summed up by line; what is open at which point, for those who work."""
    found, which = reach.told(request, round_code), get_object_or_404(Unit, code=unit_code)
    score = RoundScore.objects.filter(
        round=found, scope=ScoreScope.UNIT, key=which.code
    ).first()
    told = queries.questions(found, unit_id=which.pk, only=Verdict.values)
    reads = reach.reads(request)
    questions = [each for each in told if each.verdict in _OPEN] if reads else []
    page = {
        "round": found, "unit": which, "score": score, "reads": reads,
        "lines": queries.lines_of_unit(told), "questions": questions,
        "photos": queries.photos_at([each.point for each in questions]),
        "ranked": RoundScore.objects.filter(
            round=found, scope=ScoreScope.UNIT, rank__isnull=False
        ).count(),
    }  # fmt: skip
    return render(request, "inspections/round_unit.html", page)


@require_safe
@login_required
def what_if(request: SignedInRequest, round_code: str) -> HttpResponse:
    """Which open lines give the most points for the least work before the next round."""
    found = reach.told(request, round_code)
    if not reach.reads(request):
        raise Http404
    form = HoursForm(request.GET)
    hours, unit_code = form.chosen()
    which = Unit.objects.filter(code=unit_code).first() if unit_code else None
    page = {
        "round": found, "hours": hours, "unit": which, "unit_code": unit_code,
        "plan": queries.what_if(found, 60 * hours, unit=which),
        "units": [(each.code, each.name) for each in queries.units_in(found)],
    }  # fmt: skip
    return render(request, "inspections/round_what_if.html", page)


@require_safe
@login_required
def question_list(
    request: SignedInRequest, round_code: str, unit_code: str, kind: str
) -> HttpResponse:
    """What a unit has to put right, as Excel or Word."""
    found, which = reach.told(request, round_code), get_object_or_404(Unit, code=unit_code)
    if not reach.reads(request) or kind not in ("xlsx", "docx"):
        raise Http404
    rows = queries.questions(found, unit_id=which.pk)
    make = reporting.question_sheet if kind == "xlsx" else reporting.question_letter
    pictures = queries.small_photos([each.point for each in rows])
    return attached(
        make(found, which, rows, pictures), f"questions-{found.code}-{which.code}.{kind}"
    )


@require_safe
def ranking_sheet(request: VisitorRequest, round_code: str) -> HttpResponse:
    found = reach.told(request, round_code)
    outcome = queries.outcome_of(found)
    if outcome is None:
        raise Http404
    return attached(reporting.ranking_sheet(found, outcome), f"ranking-{found.code}.xlsx")


@require_safe
def brief(request: VisitorRequest, round_code: str) -> HttpResponse:
    """Two pages for whoever has five minutes."""
    found = reach.told(request, round_code)
    outcome = queries.outcome_of(found)
    if outcome is None:
        raise Http404
    return attached(reporting.brief(found, outcome), f"brief-{found.code}.pdf")

"""What a survey found: for everybody once it is published, before for whoever runs it."""

from uuid import UUID

from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from xinfeng.people.http import VisitorRequest
from xinfeng.surveys import queries, reach
from xinfeng.surveys.asking import Bank, Kind, Question, bank_of
from xinfeng.surveys.models import Domain, Estimation, Sample, Survey
from xinfeng.surveys.queries.results import Shown

_COUNTED = (Kind.SCALE, Kind.ONE, Kind.SEVERAL)


@require_safe
def survey(request: VisitorRequest, survey_code: str) -> HttpResponse:
    """The results; as long as there are none, how the survey stands."""
    found = reach.told(request, survey_code)
    runs = reach.may_run(request, found)
    results = queries.results_of(
        found, mode=request.GET.get("mode", ""), by=_by(request), drafts=runs
    )
    if results is None:
        if not runs:
            raise Http404
        return render(request, "surveys/survey.html", {"survey": found, "runs": True})
    sample = results.shown.sample
    page = {
        "survey": found, "results": results, "runs": runs,
        "is_public": results.shown.is_public,
        "years": queries.years_of(found, results.shown, results.bank.headline)
        if sample.is_drawn else [],
    }  # fmt: skip
    return render(request, "surveys/results.html", page)


@require_safe
def question(request: VisitorRequest, survey_code: str) -> HttpResponse:
    """One question by one division of the population, chosen in the address."""
    found, bank, shown = _shown(request, survey_code)
    asked, by = _question(request, bank), _by(request)
    kinds = queries.kinds_of(bank, shown.sample)
    by = by if by in kinds else kinds[0]
    cross = queries.crossing(shown.estimation, bank, asked, by, is_drawn=shown.sample.is_drawn)
    page = {
        "survey": found, "sample": shown.sample, "bank": bank, "cross": cross, "by": by,
        "kinds": kinds, "has_map": by == Domain.COUNTY and queries.has_outlines(),
        "questions": [each for each in bank.questions.values() if each.kind in _COUNTED],
        "years": queries.years_of(found, shown, asked.code)
        if shown.sample.is_drawn and cross.is_scaled else [],
        "runs": reach.may_run(request, found),
    }  # fmt: skip
    return render(request, "surveys/question.html", page)


@require_safe
def counties(request: VisitorRequest, survey_code: str) -> HttpResponse:
    """The map's areas for one question."""
    _found, bank, shown = _shown(request, survey_code)
    cross = queries.crossing(
        shown.estimation, bank, _question(request, bank), Domain.COUNTY,
        is_drawn=shown.sample.is_drawn,
    )  # fmt: skip
    return JsonResponse(queries.counties_geojson(cross.rows))


@require_safe
def rows(request: VisitorRequest, survey_code: str) -> HttpResponse:
    """The sheets behind a number, fifty at a time, in no order that tells anything."""
    found, bank, shown = _shown(request, survey_code)
    asked, (by, key) = _question(request, bank), _narrowed(request)
    page = queries.sheets_behind(
        shown.estimation, bank, asked, by=by, key=key,
        after=_after(request.GET.get("after", "")),
    )  # fmt: skip
    counties = {each.county for each in page.sheets if each.county} | {key} - {""}
    part = queries.parts_of(bank, by, [key])[0] if by else None
    names = {
        each.key: each.name
        for each in queries.parts_of(
            bank, Domain.COUNTY, [each for each in sorted(counties) if each.isdecimal()]
        )
    }
    context = {
        "survey": found, "sample": shown.sample, "question": asked, "page": page,
        "part": part, "by": by, "names": names, "runs": reach.may_run(request, found),
        "options": {each.code: each.text for each in asked.options},
    }  # fmt: skip
    return render(request, "surveys/rows.html", context)


@require_safe
def methods(request: VisitorRequest, survey_code: str) -> HttpResponse:
    """How the numbers came about, in words, and what they do not tell."""
    found, bank, shown = _shown(request, survey_code)
    page = {
        "survey": found, "bank": bank, "shown": shown, "sample": shown.sample,
        "estimation": shown.estimation, "told": shown.estimation.told,
        "note": queries.note_of(found, bank, shown), "runs": reach.may_run(request, found),
    }  # fmt: skip
    return render(request, "surveys/methods.html", page)


class _WithNumbers(Shown):
    """A sample whose numbers are there."""

    estimation: Estimation
    sample: Sample


def _shown(request: VisitorRequest, survey_code: str) -> tuple[Survey, Bank, _WithNumbers]:
    """The sample that the address names, or the headline, with its numbers; else 404."""
    found = reach.told(request, survey_code)
    samples = queries.samples_of(found, drafts=reach.may_run(request, found))
    there = [each for each in samples if each.estimation is not None]
    mode = request.GET.get("mode", "")
    shown = next((each for each in there if each.sample.mode == mode), None)
    shown = shown or next(iter(there), None)
    if shown is None or shown.estimation is None:
        raise Http404
    return (
        found, bank_of(found.questionnaire.document),
        _WithNumbers(shown.sample, shown.estimation),
    )  # fmt: skip


def _question(request: VisitorRequest, bank: Bank) -> Question:
    code = request.GET.get("question", "") or bank.headline
    asked = bank.questions.get(code)
    if asked is None or asked.kind not in _COUNTED:
        raise Http404
    return asked


def _by(request: VisitorRequest) -> str:
    asked = request.GET.get("by", "").upper()
    return asked if asked in queries.BY else Domain.COUNTY


def _narrowed(request: VisitorRequest) -> tuple[str, str]:
    """The part of the population that the address names: `county=…`, `sex=…`."""
    for by in queries.BY:
        if key := request.GET.get(by.lower(), ""):
            return str(by), key[:30]
    return "", ""


def _after(text: str) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        return None

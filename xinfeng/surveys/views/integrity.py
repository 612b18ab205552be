"""Signs beside chance, sheets side by side, second calls, and the package for outsiders."""

import secrets
import tempfile
from collections.abc import Iterator
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from xinfeng.base import clock
from xinfeng.people.http import SignedInRequest, VisitorRequest
from xinfeng.surveys import commands, reach
from xinfeng.surveys.asking import bank_of
from xinfeng.surveys.commands import Told
from xinfeng.surveys.forms.integrity import CallBackForm, ExclusionForm
from xinfeng.surveys.models import (
    CallBackOutcome,
    ExclusionReason,
    IntegrityRun,
    Sample,
    Survey,
    SurveyState,
)
from xinfeng.surveys.models.integrity import CheckState
from xinfeng.surveys.queries import integrity as asked
from xinfeng.surveys.queries.packages import write_package

# Seeds a page draws: the report keeps its own, so that it can be made again.
_SEEDS = 2**31 - 1
_AT_ONCE = 64 * 1024


@require_safe
def integrity(request: VisitorRequest, survey_code: str) -> HttpResponse:
    """Rates beside chance for everybody once published; the sheets for whoever runs it."""
    found = reach.told(request, survey_code)
    page = {"survey": found, "runs": reach.may_run(request, found),
            "checks": asked.checks_of(found), "beside": asked.BESIDE}  # fmt: skip
    return render(request, "surveys/integrity.html", page)


@require_POST
@login_required
def report(request: SignedInRequest, survey_code: str, sample_id: int) -> HttpResponse:
    sample = _sample(reach.held(request, survey_code), sample_id)
    commands.ask_for_report(
        sample_id=sample.pk, seed=secrets.randbelow(_SEEDS), actor=request.user, at=clock.now()
    )
    return redirect("surveys:integrity", survey_code)


@require_safe
@login_required
def progress(request: SignedInRequest, survey_code: str, run_id: int) -> HttpResponse:
    """How far the job is; once it is over the page is loaded anew."""
    found = reach.held(request, survey_code)
    run = IntegrityRun.objects.filter(sample__survey=found, pk=run_id).first()
    if run is None:
        raise Http404
    answer = render(request, "surveys/_integrity_run.html", {"survey": found, "run": run})
    if run.state not in {CheckState.QUEUED, CheckState.RUNNING}:
        answer["HX-Refresh"] = "true"
    return answer


@require_safe
@login_required
def sheets(
    request: SignedInRequest, survey_code: str, sample_id: int, kind: str
) -> HttpResponse:
    """The sheets of a sign, side by side: neither day nor place stands there."""
    found = reach.held(request, survey_code)
    sample = _sample(found, sample_id)
    newest = sample.reports.order_by("-pk").first()
    signs = newest.found["signs"] if newest else []
    sign = next((each for each in signs if each["kind"] == kind), None)
    if sign is None:
        raise Http404
    page = {
        "survey": found, "sample": sample, "kind": kind, "runs": True,
        "shown": asked.beside(
            sample, sign["rows"], bank_of(found.questionnaire.document), _first(request)
        ),
        "first": _first(request), "most": asked.BESIDE,
    }  # fmt: skip
    return render(request, "surveys/integrity_sheets.html", page)


@require_http_methods(["GET", "POST"])
@login_required
def exclude(request: SignedInRequest, survey_code: str, response_id: UUID) -> HttpResponse:
    """Leave one sheet out of the count, with a reason; it cannot be undone."""
    found = reach.held(request, survey_code)
    sheet = asked.sheet_of(found, response_id)
    if sheet is None:
        raise Http404
    form = ExclusionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        commands.exclude_response(
            response_id=response_id, reason=ExclusionReason(given["reason"]),
            note=given["note"], actor=request.user, at=clock.now(),
        )  # fmt: skip
        messages.success(request, _("Left out. Work the numbers out again."))
        return redirect("surveys:integrity", survey_code)
    bank = bank_of(found.questionnaire.document)
    page = {"survey": found, "form": form, "runs": True,
            "shown": asked.beside(sheet.sample, [str(sheet.pk)], bank)}  # fmt: skip
    return render(request, "surveys/exclusion.html", page)


@require_safe
@login_required
def calls(request: SignedInRequest, survey_code: str) -> HttpResponse:
    """Whom to call back, those not called yet first."""
    found = reach.held(request, survey_code)
    rows = asked.to_call(found) if found.state == SurveyState.IN_FIELD else []
    page = {"survey": found, "rows": rows, "runs": True}
    return render(request, "surveys/call_backs.html", page)


@require_http_methods(["GET", "POST"])
@login_required
def call(request: SignedInRequest, survey_code: str, unit_code: str) -> HttpResponse:
    """One household: how to reach it is opened by an act of its own."""
    found, row = _household(request, survey_code, unit_code)
    form = CallBackForm(request.POST or None, questions=asked.questions_again(found))
    if request.method == "POST" and form.is_valid():
        told = Told(
            CallBackOutcome(form.cleaned_data["outcome"]), form.cleaned_data["minutes"],
            form.answers,
        )  # fmt: skip
        commands.record_call_back(
            unit_id=row.unit.pk, told=told, actor=request.user, at=clock.now()
        )
        messages.success(request, _("Kept."))
        return redirect("surveys:call_backs", survey_code)
    page = {"survey": found, "row": row, "form": form, "reached": None, "runs": True}
    return render(request, "surveys/call_back.html", page)


@require_POST
@login_required
def open_household(request: SignedInRequest, survey_code: str, unit_code: str) -> HttpResponse:
    found, row = _household(request, survey_code, unit_code)
    reached = commands.open_household(unit_id=row.unit.pk, actor=request.user, at=clock.now())
    page = {
        "survey": found, "row": row, "reached": reached, "runs": True,
        "form": CallBackForm(questions=asked.questions_again(found)),
    }  # fmt: skip
    return render(request, "surveys/call_back.html", page)


@require_safe
def package(request: VisitorRequest, survey_code: str) -> StreamingHttpResponse:
    """Everything that repeats the published numbers; written as it is sent."""
    found = reach.told(request, survey_code)
    if found.state != SurveyState.PUBLISHED:
        raise Http404
    return StreamingHttpResponse(
        _streamed(found), content_type="application/zip",
        headers={"Content-Disposition": f'attachment; filename="{found.code}.zip"'},
    )  # fmt: skip


def _streamed(found: Survey) -> Iterator[bytes]:
    """By way of the disk, so that a large survey takes no more memory than a small one."""
    with tempfile.TemporaryFile() as out:
        write_package(found, out)
        out.seek(0)
        while part := out.read(_AT_ONCE):
            yield part


def _household(
    request: SignedInRequest, survey_code: str, unit_code: str
) -> tuple[Survey, asked.ToCall]:
    found = reach.held(request, survey_code)
    row = asked.household(found, unit_code)
    if row is None or found.state != SurveyState.IN_FIELD:
        raise Http404
    return found, row


def _sample(found: Survey, sample_id: int) -> Sample:
    sample = found.samples.filter(pk=sample_id).first()
    if sample is None:
        raise Http404
    return sample


def _first(request: SignedInRequest) -> int:
    given = request.GET.get("first", "0")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 6 else 0

"""Where whoever runs a survey has its numbers worked out, and gives them out."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from xinfeng.base import clock
from xinfeng.people.http import SignedInRequest
from xinfeng.surveys import commands, queries, reach
from xinfeng.surveys.models import EstimationRun, RunState


@require_safe
@login_required
def estimates(request: SignedInRequest, survey_code: str) -> HttpResponse:
    """Each sample with its estimations, newest first."""
    found = reach.held(request, survey_code)
    page = {"survey": found, "desk": queries.estimation_desk(found), "runs": True}
    return render(request, "surveys/estimates.html", page)


@require_POST
@login_required
def ask(request: SignedInRequest, survey_code: str, sample_id: int) -> HttpResponse:
    found = reach.held(request, survey_code)
    if not found.samples.filter(pk=sample_id).exists():
        raise Http404
    commands.ask_for_estimation(sample_id=sample_id, actor=request.user, at=clock.now())
    return redirect("surveys:estimates", survey_code)


@require_safe
@login_required
def progress(request: SignedInRequest, survey_code: str, run_id: int) -> HttpResponse:
    """How far the job is; once it is over the page is loaded anew."""
    found = reach.held(request, survey_code)
    run = EstimationRun.objects.filter(sample__survey=found, pk=run_id).first()
    if run is None:
        raise Http404
    answer = render(request, "surveys/_progress.html", {"survey": found, "run": run})
    if run.state not in {RunState.QUEUED, RunState.RUNNING}:
        answer["HX-Refresh"] = "true"
    return answer


@require_POST
@login_required
def publish(request: SignedInRequest, survey_code: str) -> HttpResponse:
    found = reach.held(request, survey_code)
    commands.publish_survey(survey_id=found.pk, actor=request.user, at=clock.now())
    messages.success(request, _("Published: everybody can read the numbers now."))
    return redirect("surveys:survey", survey_code)

"""The field of a survey as whoever runs it watches it."""

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from xinfeng.base import clock
from xinfeng.people.http import SignedInRequest, VisitorRequest
from xinfeng.surveys import commands, queries, reach
from xinfeng.surveys.models import Mode, Sample, Survey

_VISITED = (Mode.HOUSEHOLD, Mode.PHONE)


@require_safe
def field(request: VisitorRequest, survey_code: str) -> HttpResponse:
    """By community and surveyor: households, tries, what came of them, what is overdue."""
    found = reach.held(request, survey_code)
    samples = list(found.samples.filter(mode__in=_VISITED).order_by("mode"))
    page = {"survey": found, "runs": True, "samples": samples, "field": None}
    if samples:
        chosen = _chosen(request, samples)
        page["field"] = queries.field_of(chosen, on=clock.today(), after=_after(request))
    return render(request, "surveys/field.html", page)


@require_POST
def send(request: SignedInRequest, survey_code: str, community_id: int) -> HttpResponse:
    """Give a community to another surveyor."""
    found = reach.held(request, survey_code)
    community = _community(found, community_id)
    person = request.POST.get("person", "")
    if not (person.isascii() and person.isdigit() and len(person) < 15):
        raise Http404
    commands.send_surveyor(
        community_id=community, person_id=int(person), actor=request.user, at=clock.now()
    )
    return redirect("surveys:field", survey_code)


def _chosen(request: VisitorRequest, samples: list[Sample]) -> Sample:
    wanted = request.GET.get("mode", "")
    return next((each for each in samples if each.mode == wanted), samples[0])


def _after(request: VisitorRequest) -> int:
    given = request.GET.get("after", "")
    return int(given) if given.isascii() and given.isdigit() and len(given) <= 12 else 0


def _community(found: Survey, community_id: int) -> int:
    for sample in found.samples.order_by("mode"):
        if sample.drawn.filter(pk=community_id).exists():
            return community_id
    raise Http404

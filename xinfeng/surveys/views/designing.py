"""The desk of one survey: its design and draw, who asks, and each step to the close."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from xinfeng.base import clock
from xinfeng.base.http import attached
from xinfeng.base.refusal import Refusal
from xinfeng.people.http import SignedInRequest
from xinfeng.surveys import commands, printing
from xinfeng.surveys.commands.addresses import REACHED, AddressReason
from xinfeng.surveys.forms.planning import AskingForm, DiceForm
from xinfeng.surveys.models import Mode, Sample, Survey, SurveyState
from xinfeng.surveys.queries import samples as queries
from xinfeng.surveys.reach import held

_STEPS = {
    "opening": commands.open_survey,
    "closing": commands.close_survey,
    "calling-off": commands.call_off_survey,
}
_BEFORE_FIELD = (SurveyState.PLANNED, SurveyState.DRAWN)


@require_safe
@login_required
def design(request: SignedInRequest, survey_code: str) -> HttpResponse:
    """How the sample was designed, how far it is, and what can be done now."""
    found = held(request, survey_code)
    samples = queries.samples_told(found)
    is_drawn = any(each.sample.is_drawn for each in samples)
    page: dict[str, Any] = {
        "survey": found, "samples": samples, "is_drawn": is_drawn, "dice": DiceForm(),
        "named": queries.surveyors_named(found), "today": clock.today(),
        "counties": queries.county_names(
            stratum.county for each in samples for stratum in each.strata
        ),
        "may_draw": found.state == SurveyState.PLANNED and is_drawn,
        "before_field": found.state in _BEFORE_FIELD
        and (found.state == SurveyState.DRAWN or not is_drawn),
    }  # fmt: skip
    if page["before_field"]:
        page["asking"] = AskingForm(able=queries.able_surveyors(found, clock.today()))
    return render(request, "surveys/design.html", page)


@require_POST
@login_required
def draw(request: SignedInRequest, survey_code: str) -> HttpResponse:
    found = held(request, survey_code)
    commands.draw_survey(
        survey_id=found.pk, dice=request.POST.get("dice", ""), actor=request.user,
        at=clock.now(),
    )  # fmt: skip
    messages.success(request, _("Drawn. Anybody can repeat the draw once the survey is over."))
    return redirect("surveys:design", found.code)


@require_POST
@login_required
def surveyors(request: SignedInRequest, survey_code: str) -> HttpResponse:
    found = held(request, survey_code)
    form = AskingForm(request.POST, able=queries.able_surveyors(found, clock.today()))
    if not form.is_valid():
        raise Refusal("no_surveyors", _("Name at least one surveyor."))
    commands.name_surveyors(
        survey_id=found.pk, people=form.cleaned_data["people"], actor=request.user,
        at=clock.now(),
    )  # fmt: skip
    messages.success(request, _("Named. The communities are dealt out among them."))
    return redirect("surveys:design", found.code)


@require_POST
@login_required
def step(request: SignedInRequest, survey_code: str, step: str) -> HttpResponse:
    """Each step is one command; the page then shows what came of it."""
    found = held(request, survey_code)
    if step not in _STEPS:
        raise Http404
    done = _STEPS[step](survey_id=found.pk, actor=request.user, at=clock.now())
    said = _("The survey is now “%(state)s”.") % {"state": done.get_state_display()}
    messages.success(request, said)
    return redirect("surveys:design", found.code)


@require_safe
@login_required
def sample(request: SignedInRequest, survey_code: str, sample_id: int) -> HttpResponse:
    """The sheet of a sample: per community the households by number."""
    found = held(request, survey_code)
    return sheet_page(request, found, drawn_sample(found, sample_id))


def sheet_page(
    request: SignedInRequest, found: Survey, chosen: Sample, *, community: int | None = None,
    addresses: Mapping[int, str] | None = None,
) -> HttpResponse:  # fmt: skip
    """Addresses stay hidden but those of the community that was opened for a reason."""
    page = {
        "survey": found, "sample": chosen, "sheets": queries.sample_sheets(chosen),
        "has_letters": chosen.mode == Mode.WEB_CODE,
        "is_reached": found.state in REACHED,
        "community": community, "addresses": addresses or {},
        "reasons": AddressReason.choices,
    }  # fmt: skip
    return private(render(request, "surveys/sample.html", page))


@require_safe
@login_required
def sample_book(request: SignedInRequest, survey_code: str, sample_id: int) -> HttpResponse:
    found = held(request, survey_code)
    sheets = queries.sample_sheets(drawn_sample(found, sample_id))
    return private(attached(printing.sample_book(sheets), f"sample-{found.code}.xlsx"))


@require_safe
@login_required
def letters(request: SignedInRequest, survey_code: str, sample_id: int) -> HttpResponse:
    """A letter for each household: its code, and the same to scan."""
    found = held(request, survey_code)
    chosen = drawn_sample(found, sample_id)
    if chosen.mode != Mode.WEB_CODE or found.state not in (
        SurveyState.DRAWN, SurveyState.IN_FIELD
    ):  # fmt: skip
        raise Http404
    address = request.build_absolute_uri("/answer/")
    told = printing.letters(
        found, queries.sample_sheets(chosen), queries.web_codes(chosen), address
    )
    return private(attached(told, f"letters-{found.code}.pdf"))


def drawn_sample(found: Survey, sample_id: int) -> Sample:
    chosen = found.samples.filter(pk=sample_id).first()
    if chosen is None or not chosen.is_drawn:
        raise Http404
    return chosen


def private(answer: HttpResponse) -> HttpResponse:
    answer["Cache-Control"] = "no-store, private"
    return answer

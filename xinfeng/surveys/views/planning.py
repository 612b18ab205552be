"""Surveys: the list, the calculator of sizes, the plan."""

import secrets
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from xinfeng.base import clock, short_code
from xinfeng.base.refusal import Forbidden, Refusal
from xinfeng.people.http import SignedInRequest, VisitorRequest
from xinfeng.people.permissions import UPPER_OFFICES
from xinfeng.surveys import commands, framing, reach, sizing
from xinfeng.surveys.asking import bank_of
from xinfeng.surveys.commands import NewSurvey
from xinfeng.surveys.commands.surveys import shares
from xinfeng.surveys.forms.planning import PlanForm, SizeForm
from xinfeng.surveys.models import DRAWN_MODES, Frame
from xinfeng.surveys.queries import samples as queries

CODE_LENGTH = 8
USUAL_DAYS = 30


@require_safe
def surveys(request: VisitorRequest) -> HttpResponse:
    """What was published, for everybody; what is planned and asked, for whoever runs it."""
    runs = reach.runs(request)
    page = {
        "runs": runs,
        "held": queries.surveys_held(request.standing.spans(UPPER_OFFICES)) if runs else [],
        "published": queries.surveys_published(),
        "asks": queries.surveys_asked_by(request.user) if request.user.is_authenticated else [],
    }
    return render(request, "surveys/surveys.html", page)


@require_safe
@login_required
def size(request: SignedInRequest) -> HttpResponse:
    """How many to ask, and what change could be seen with so many."""
    reach.own_spans(request)
    form = SizeForm(request.GET or {n: f.initial for n, f in SizeForm().fields.items()})
    told = sizing.told(**form.cleaned_data) if form.is_valid() else None
    return render(request, "surveys/size.html", {"form": form, "told": told})


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def plan(request: SignedInRequest) -> HttpResponse:
    """Looked at as often as wanted, then bound once."""
    spans, today = reach.own_spans(request), clock.today()
    usual = {
        "since": today, "until": today + timedelta(days=USUAL_DAYS), "year": today.year
    }  # fmt: skip
    frames = list(queries.frames_held(spans))
    form = PlanForm(
        request.POST or None, initial=usual,
        questionnaires=[
            (each.pk, f"{bank_of(each.document).title} · {each.number}")
            for each in queries.locked_versions(spans)
        ],
        frames=[(each.pk, f"{each.name} · {each.as_of}") for each in frames],
    )  # fmt: skip
    page: dict[str, Any] = {"form": form, "strata": []}
    if request.method == "POST" and form.is_valid():
        frame = next((f for f in frames if f.pk == form.cleaned_data["frame"]), None)
        strata = framing.strata_of(frame) if frame else []
        try:
            if request.POST.get("do") == "bind":
                made = commands.plan_survey(
                    new=_new(form, spans, frame, strata), secret=secrets.token_hex(16),
                    actor=request.user, at=clock.now(),
                )  # fmt: skip
                messages.success(request, _("Planned. The frame and the secret are bound."))
                return redirect("surveys:design", made.code)
            page["strata"] = _shared(form, strata)
            page["counties"] = queries.county_names(each.county for each in strata)
        except Forbidden:
            raise
        except Refusal as refusal:
            form.add_error(None, str(refusal))
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "surveys/plan.html", page, status=status)


def _shared(form: PlanForm, strata: list[framing.InStratum]) -> list[tuple[Any, int, int]]:
    """Each stratum with the communities and households it would give."""
    drawn = [each for each in form.samples(strata) if each.mode in DRAWN_MODES]
    if not drawn or not strata:
        return []
    if not drawn[0].communities or not drawn[0].per_community:
        raise Refusal(
            "sample_size",
            _("Say how many communities are drawn, and how many households of each."),
        )
    given = shares(drawn[0], strata)
    return [
        (each, given[each.key], given[each.key] * drawn[0].per_community) for each in strata
    ]


def _new(
    form: PlanForm, spans: list[tuple[int, int]], frame: Frame | None,
    strata: list[framing.InStratum],
) -> NewSurvey:  # fmt: skip
    given = form.cleaned_data
    return NewSurvey(
        code=short_code.new(CODE_LENGTH), name=given["name"],
        questionnaire_version_id=given["questionnaire"],
        division_id=frame.division_id if frame else spans[0][0],
        since=given["since"], until=given["until"], year=given["year"],
        series=given["series"], samples=form.samples(strata),
        frame_id=frame.pk if frame else None,
    )  # fmt: skip

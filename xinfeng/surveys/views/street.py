"""In the street: what each quota still needs, whether somebody fits, then the questions."""

import secrets
import time
from uuid import UUID, uuid4

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from xinfeng.base import clock, codes
from xinfeng.base.refusal import Refusal
from xinfeng.people.http import SignedInRequest
from xinfeng.places.models import Division
from xinfeng.surveys import commands, quotas
from xinfeng.surveys.asking import screened_out
from xinfeng.surveys.asking.flow import ARRANGEMENTS
from xinfeng.surveys.commands import BadAnswers, Receipt
from xinfeng.surveys.models import Mode
from xinfeng.surveys.queries import street as queries
from xinfeng.surveys.queries.answering import Door
from xinfeng.surveys.shown import ShownSheet, said_in, sheet_in, whole

from .phone import door_for, door_seen


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def street(request: SignedInRequest, survey_code: str) -> HttpResponse:
    """The quotas; and of somebody who would answer, first whether they are still needed."""
    door, asks = door_seen(request, survey_code, Mode.INTERCEPT)
    said, wrong = said_in(request.POST), ""
    if request.method == "POST":
        if not asks:
            raise Http404
        wrong = _why_not(door, said, request.POST.get("spot", ""))
        if not wrong:
            return _questions(request, door)
    first = quotas.first_questions(door.bank, door.sample)
    page = {
        "survey": door.survey, "is_open": door.is_open(clock.today()), "asks": asks,
        "needs": queries.needs_of(door.sample, door.bank), "first": first,
        "shown": ShownSheet(door.bank, 0, said), "wrong": wrong,
        "spot": request.POST.get("spot") or request.GET.get("spot", ""),
        "county": request.POST.get("county") or request.GET.get("county", ""),
        "counties": _counties(door),
    }  # fmt: skip
    return render(request, "surveys/desk/street.html", page, status=422 if wrong else 200)


@login_required
@require_POST
def sheet(request: SignedInRequest, survey_code: str) -> HttpResponse:
    door = door_for(request, survey_code, Mode.INTERCEPT)
    spot, county = request.POST.get("spot", ""), whole(request.POST.get("county", ""))
    try:
        receipt = commands.answer_in_street(
            sample_id=door.sample.pk, key=_key(request), sheet=sheet_in(request.POST),
            spot=spot, county=county, actor=request.user, at=clock.now(),
        )  # fmt: skip
    except BadAnswers as bad:
        return _questions(
            request, door, {each["where"]: each["detail"] for each in bad.mistakes}
        )
    if receipt is Receipt.NOT_ELIGIBLE:
        messages.info(request, _("They are none of those who are asked; nothing was kept."))
    else:
        messages.success(request, _("The answers are kept. Thank them."))
    answer = redirect("surveys:street", survey_code)
    # The next one is asked at the same place.
    answer["Location"] += f"?county={county or ''}"
    return answer


def _why_not(door: Door, said: dict[str, object], spot: str) -> str:
    """Why somebody is not asked the long part; "" where they are."""
    if not spot.strip():
        return _("Say where it is asked.")
    if screened_out(door.bank, said):
        return _("They are none of those who are asked. Thank them all the same.")
    return queries.why_full(door.sample, said)


def _questions(
    request: SignedInRequest, door: Door, problems: dict[str, str] | None = None
) -> HttpResponse:
    said = said_in(request.POST)
    first = {question.code for question in quotas.first_questions(door.bank, door.sample)}
    again = request.POST.get("arrangement", "")
    shown = ShownSheet(
        door.bank, int(again) if whole(again) is not None and int(again) < ARRANGEMENTS
        else secrets.randbelow(ARRANGEMENTS),
        said, problems or {}, frozenset(first - (problems or {}).keys()),
    )  # fmt: skip
    page = {
        "survey": door.survey, "shown": shown, "spot": request.POST.get("spot", ""),
        "county": request.POST.get("county", ""), "key": request.POST.get("key") or uuid4(),
        "began": request.POST.get("began") or round(time.time()),
    }  # fmt: skip
    status = 422 if problems else 200
    return render(request, "surveys/desk/street_sheet.html", page, status=status)


def _counties(door: Door) -> list[Division]:
    lo, hi = codes.span(door.survey.division_id, codes.level_of(door.survey.division_id))
    below = Division.objects.as_of(clock.today()).filter(pk__gte=lo, pk__lt=hi)
    return list(below.filter(level=codes.Level.COUNTY).order_by("pk"))


def _key(request: SignedInRequest) -> UUID:
    try:
        return UUID(request.POST.get("key", ""))
    except ValueError:
        raise Refusal("form_wrong", _("Open the page once more, please.")) from None

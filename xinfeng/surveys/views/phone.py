"""The telephone desk: whom to call, the number on request, what came of it, the questions."""

import secrets
import time
from datetime import date
from uuid import UUID, uuid4

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from xinfeng.base import clock, scope
from xinfeng.base.refusal import Refusal, Unknown
from xinfeng.people.http import SignedInRequest
from xinfeng.surveys import commands, reach
from xinfeng.surveys.asking.flow import ARRANGEMENTS
from xinfeng.surveys.commands import BadAnswers
from xinfeng.surveys.commands.answering import asker_of
from xinfeng.surveys.commands.calling import held_by
from xinfeng.surveys.models import DayPart, Disposition, Mode, SampleUnit, Survey
from xinfeng.surveys.queries import calling
from xinfeng.surveys.queries.answering import Door, door_of
from xinfeng.surveys.shown import ShownSheet, sheet_in
from xinfeng.surveys.wording import sentence_of

from .answer import MOST_ADULTS

# What a call can come to without answers, in the order of how often it does.
_CAME_TO = (
    Disposition.NOT_AT_HOME, Disposition.COME_AGAIN, Disposition.REFUSAL, Disposition.UNABLE,
    Disposition.LANGUAGE, Disposition.NO_ACCESS, Disposition.NOT_A_HOME, Disposition.NO_ADULT,
)  # fmt: skip


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def desk(request: SignedInRequest, survey_code: str) -> HttpResponse:
    """How far it is, and the next household."""
    door, asks = door_seen(request, survey_code, Mode.PHONE)
    if request.method == "POST":
        unit = commands.take_next(sample_id=door.sample.pk, actor=request.user, at=clock.now())
        if unit is not None:
            return redirect("surveys:phone_household", survey_code, unit.code)
        messages.info(
            request, _("Nobody is to be called at this hour. Try another part of the day.")
        )
    page = {
        "survey": door.survey, "desk": calling.desk_of(door.sample, clock.today()),
        "is_open": door.is_open(clock.today()), "asks": asks,
    }  # fmt: skip
    return render(request, "surveys/desk/phone.html", page)


@login_required
@require_GET
def household(request: SignedInRequest, survey_code: str, unit_code: str) -> HttpResponse:
    return _household(request, survey_code, unit_code)


@login_required
@require_POST
def number(request: SignedInRequest, survey_code: str, unit_code: str) -> HttpResponse:
    """The number in full, once, on this page only: each opening is written down."""
    unit, _door = _held(request, survey_code, unit_code)
    shown = commands.open_phone(unit_id=unit.pk, actor=request.user, at=clock.now())
    return _household(request, survey_code, unit_code, number=shown)


@login_required
@require_POST
def attempt(request: SignedInRequest, survey_code: str, unit_code: str) -> HttpResponse:
    unit, _door = _held(request, survey_code, unit_code)
    came_to = request.POST.get("disposition", "")
    if came_to not in _CAME_TO:
        return _household(
            request, survey_code, unit_code, wrong=_("Say what came of the call.")
        )
    again = came_to == Disposition.COME_AGAIN
    try:
        commands.end_call(
            unit_id=unit.pk, key=_key(request), disposition=Disposition(came_to),
            again_on=_day(request.POST.get("again_on", "")) if again else None,
            again_part=request.POST.get("again_part", "") if again else "",
            actor=request.user, at=clock.now(),
        )  # fmt: skip
    except Unknown:
        raise
    except Refusal as refusal:
        return _household(request, survey_code, unit_code, wrong=str(refusal))
    messages.success(request, _("Written down."))
    return redirect("surveys:phone", survey_code)


@login_required
@require_POST
def back(request: SignedInRequest, survey_code: str, unit_code: str) -> HttpResponse:
    unit, _door = _held(request, survey_code, unit_code)
    commands.put_back(unit_id=unit.pk, actor=request.user, at=clock.now())
    return redirect("surveys:phone", survey_code)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def questions(request: SignedInRequest, survey_code: str, unit_code: str) -> HttpResponse:
    """The sheet for reading aloud; what is answered is kept with the call, both or neither."""
    unit, door = _held(request, survey_code, unit_code)
    sheet, problems = None, {}
    if request.method == "POST":
        sheet = sheet_in(request.POST)
        if sheet.adults is None:
            problems["adults"] = sentence_of("not_there")
        else:
            try:
                commands.keep_call_sheet(
                    unit_id=unit.pk, key=_key(request), sheet=sheet, actor=request.user,
                    at=clock.now(),
                )  # fmt: skip
            except BadAnswers as bad:
                problems = {each["where"]: each["detail"] for each in bad.mistakes}
            else:
                messages.success(request, _("The answers are kept. Thank you."))
                return redirect("surveys:phone", survey_code)
    shown = ShownSheet(
        door.bank, sheet.arrangement if sheet else secrets.randbelow(ARRANGEMENTS),
        sheet.answers if sheet else {}, problems,
    )  # fmt: skip
    page = {
        "survey": door.survey, "sample": door.sample, "unit": unit, "shown": shown,
        "adults": sheet.adults if sheet else None, "most_adults": MOST_ADULTS,
        "began": request.POST.get("began") or round(time.time()),
        "key": request.POST.get("key") or uuid4(),
    }  # fmt: skip
    return render(
        request, "surveys/desk/phone_sheet.html", page, status=422 if problems else 200
    )


def door_for(request: SignedInRequest, survey_code: str, mode: Mode) -> Door:
    """The sample that somebody asks in; for everybody else there is none."""
    door = _door(survey_code, mode)
    if not _asks(request, door.survey):
        raise Http404
    return door


def door_seen(request: SignedInRequest, survey_code: str, mode: Mode) -> tuple[Door, bool]:
    """As `door_for`, and for whoever runs the survey: they look on, and ask nobody."""
    door = _door(survey_code, mode)
    asks = _asks(request, door.survey)
    if not asks and not reach.may_run(request, door.survey):
        raise Http404
    return door, asks


def _door(survey_code: str, mode: Mode) -> Door:
    survey = Survey.objects.filter(code=survey_code).first()
    door = door_of(survey, mode) if survey else None
    if door is None:
        raise Http404
    return door


def _asks(request: SignedInRequest, survey: Survey) -> bool:
    try:
        with scope.whole_city():
            asker_of(survey, request.user, clock.now())
    except Refusal:
        return False
    return True


def _held(
    request: SignedInRequest, survey_code: str, unit_code: str
) -> tuple[SampleUnit, Door]:
    door = door_for(request, survey_code, Mode.PHONE)
    with scope.whole_city():
        found = SampleUnit.objects.filter(sample=door.sample, code=unit_code).first()
        if found is None:
            raise Http404
        return held_by(found.pk, request.user, clock.now()), door


def _household(
    request: SignedInRequest, survey_code: str, unit_code: str, *, number: str = "",
    wrong: str = "",
) -> HttpResponse:  # fmt: skip
    unit, door = _held(request, survey_code, unit_code)
    page = {
        "survey": door.survey, "sample": door.sample, "unit": unit, "number": number,
        "has_number": bool(unit.phone_sealed), "tries": calling.tries_of(unit),
        "came_to": [(each.value, each.label) for each in _CAME_TO],
        "parts": list(DayPart.choices), "key": uuid4(), "wrong": wrong,
        "said": request.POST, "today": clock.today(),
    }  # fmt: skip
    answer = render(
        request, "surveys/desk/phone_household.html", page, status=422 if wrong else 200
    )
    answer["Cache-Control"] = "no-store, private"
    return answer


def _key(request: SignedInRequest) -> UUID:
    try:
        return UUID(request.POST.get("key", ""))
    except ValueError:
        raise Refusal("form_wrong", _("Open the page once more, please.")) from None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None

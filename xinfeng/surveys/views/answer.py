"""A resident answers: by the code of a letter, or at an address open to all.

Nobody signs in, no cookie is set and none is read but the site's own language: these pages act
for whoever holds the code, so a form that another site would send could do no more.
"""

import secrets
import time
from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID, uuid4

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods

from xinfeng.base import addresses, clock
from xinfeng.base.refusal import Refusal, Unknown
from xinfeng.people.http import VisitorRequest
from xinfeng.surveys import commands
from xinfeng.surveys.asking import bank_of
from xinfeng.surveys.asking.flow import ARRANGEMENTS
from xinfeng.surveys.commands import BadAnswers, Receipt
from xinfeng.surveys.guessing import WRONG_CODES
from xinfeng.surveys.models import Mode
from xinfeng.surveys.personal_codes import tidied
from xinfeng.surveys.queries import answering as queries
from xinfeng.surveys.queries.answering import Door
from xinfeng.surveys.sent import Sheet
from xinfeng.surveys.shown import ShownSheet, sheet_in
from xinfeng.surveys.wording import sentence_of

MOST_ADULTS = 6
_LANGUAGES = {"zh": "zh-hans", "en": "en"}

View = Callable[..., HttpResponse]


def spoken(view: View) -> View:
    """In the language that the address asks for; told to no cache and to no other page."""

    @wraps(view)
    def in_language(request: VisitorRequest, **named: str) -> HttpResponse:
        wanted = _LANGUAGES.get(request.GET.get("in", ""), translation.get_language())
        with translation.override(wanted):
            answer = view(request, **named)
            answer["Content-Language"] = translation.get_language() or ""
        answer["Cache-Control"] = "no-store, private"
        answer["Referrer-Policy"] = "no-referrer"
        return answer

    return csrf_exempt(in_language)


@spoken
@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: VisitorRequest) -> HttpResponse:
    """The code of the letter is typed here."""
    typed = request.POST.get("code", "").strip()
    if request.method != "POST":
        return render(request, "surveys/answer/enter.html", _empty())
    if tidied(typed):
        return _go(request, "answer:code", code=tidied(typed)[:40])
    wrong = _("Type the code that stands in the letter.")
    page = {"typed": typed, "wrong": wrong, "languages": _languages()}
    return render(request, "surveys/answer/enter.html", page, status=422)


@spoken
@require_http_methods(["GET", "HEAD", "POST"])
def code(request: VisitorRequest, code: str) -> HttpResponse:
    who = addresses.of(request)
    if WRONG_CODES.wait(who, time.monotonic()) > 0:
        return _slow_down(request)
    try:
        return _by_code(request, code)
    except Unknown as unknown:
        WRONG_CODES.take(who, time.monotonic())
        page = {"typed": code[:20], "wrong": str(unknown), "languages": _languages()}
        return render(request, "surveys/answer/enter.html", page, status=404)


def _by_code(request: VisitorRequest, code: str) -> HttpResponse:
    if request.method == "POST":

        def keep(sheet: Sheet) -> Receipt:
            return commands.answer_by_code(code=code, sheet=sheet, at=clock.now())

        return _sent(request, keep, lambda: queries.by_code(code))
    door = queries.by_code(code)
    if door is None:
        raise Unknown("code_unknown", _("This code is not known. Look at the letter again."))
    if door.is_answered:
        return _go(request, "answer:thanks", survey_code=door.survey.code, again="1")
    return _page(request, door)


@spoken
@require_http_methods(["GET", "HEAD", "POST"])
def open_to_all(request: VisitorRequest, open_code: str) -> HttpResponse:
    if request.method == "POST":
        form = _form_id(request)
        return _sent(
            request,
            lambda sheet: commands.answer_open(
                open_code=open_code, key=form, sheet=sheet, at=clock.now(),
                address=addresses.of(request),
            ),
            lambda: queries.open_to_all(open_code),
        )  # fmt: skip
    door = queries.open_to_all(open_code)
    if door is None:
        raise Unknown("survey_unknown", _("There is no such survey."))
    return _page(request, door)


@spoken
@require_GET
def thanks(request: VisitorRequest, survey_code: str) -> HttpResponse:
    survey = queries.thanked(survey_code)
    if survey is None:
        raise Unknown("survey_unknown", _("There is no such survey."))
    page = {
        "survey": survey, "bank": bank_of(survey.questionnaire.document),
        "again": "again" in request.GET, "nobody": "nobody" in request.GET,
        "languages": _languages(),
    }  # fmt: skip
    return render(request, "surveys/answer/thanks.html", page)


def _sent(
    request: VisitorRequest,
    keep: Callable[[Sheet], Receipt],
    found: Callable[[], Door | None],
) -> HttpResponse:
    """Keep the sheet and thank; or show it again with everything as it was said."""
    sheet, problems, refused = sheet_in(request.POST), {}, ""
    by_code = request.POST.get("by") == "code"
    if by_code and sheet.adults is None:
        problems["adults"] = sentence_of("not_there")
    else:
        try:
            receipt = keep(sheet)
        except BadAnswers as bad:
            problems = {each["where"]: each["detail"] for each in bad.mistakes}
        except Unknown:
            raise
        except Refusal as refusal:
            refused = str(refusal)
        else:
            return _told(request, receipt, sheet)
    door = found()
    if door is None:
        raise Unknown("survey_unknown", _("There is no such survey."))
    return _page(request, door, sheet, problems, refused)


def _told(request: VisitorRequest, receipt: Receipt, sheet: Sheet) -> HttpResponse:
    survey_code = request.POST.get("survey", "")[:20]
    ends = receipt is Receipt.NOT_ELIGIBLE
    if ends and sheet.adults != 0:
        page = {"by_code": request.POST.get("by") == "code", "survey_code": survey_code,
                "languages": _languages()}  # fmt: skip
        return render(request, "surveys/answer/not_you.html", page, status=409)
    again = {"again": "1"} if receipt is Receipt.ALREADY else {}
    nobody = {"nobody": "1"} if ends else {}
    return _go(request, "answer:thanks", survey_code=survey_code or "-", **again, **nobody)


def _page(
    request: VisitorRequest,
    door: Door,
    sheet: Sheet | None = None,
    problems: dict[str, str] | None = None,
    refused: str = "",
) -> HttpResponse:
    if not door.is_open(clock.today()):
        page = {"survey": door.survey, "languages": _languages()}
        return render(request, "surveys/answer/closed.html", page, status=409)
    # By lot, and not by the code: else the order of a sheet would tell of its household.
    arrangement = sheet.arrangement if sheet else secrets.randbelow(ARRANGEMENTS)
    shown = ShownSheet(door.bank, arrangement, sheet.answers if sheet else {}, problems or {})
    page = {
        "door": door, "survey": door.survey, "shown": shown, "refused": refused,
        "by_code": door.sample.mode == Mode.WEB_CODE,
        "adults": sheet.adults if sheet else None, "most_adults": MOST_ADULTS,
        "form_id": request.POST.get("form") or uuid4(),
        "began": request.POST.get("began") or round(time.time()),
        "languages": _languages(),
    }  # fmt: skip
    wrong = bool(refused or problems)
    return render(request, "surveys/answer/sheet.html", page, status=422 if wrong else 200)


def _form_id(request: VisitorRequest) -> UUID:
    try:
        return UUID(request.POST.get("form", ""))
    except ValueError:
        raise Refusal("form_wrong", _("Open the page once more, please.")) from None


def _slow_down(request: VisitorRequest) -> HttpResponse:
    wrong = _("Too many codes that do not exist were tried from here. Please wait ten minutes.")
    page = _empty() | {"wrong": wrong}
    return render(request, "surveys/answer/enter.html", page, status=429)


def _empty() -> dict[str, Any]:
    return {"typed": "", "wrong": "", "languages": _languages()}


def _go(
    request: VisitorRequest, name: str, again: str = "", nobody: str = "", **to: str
) -> HttpResponse:
    asked = {"in": request.GET.get("in", ""), "again": again, "nobody": nobody}
    more = "&".join(f"{key}={value}" for key, value in asked.items() if value.isalnum())
    address = reverse(name, kwargs=to)
    answer: HttpResponseRedirect = redirect(f"{address}?{more}" if more else address)
    return answer


def _languages() -> list[dict[str, Any]]:
    """The same page in the other language; what was answered stays in the browser."""
    here = "en" if (translation.get_language() or "").startswith("en") else "zh"
    return [
        {"code": each, "title": title, "here": each == here}
        for each, title in (("zh", "中文"), ("en", "English"))
    ]

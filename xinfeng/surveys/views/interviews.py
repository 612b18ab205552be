"""The pages of a surveyor's phone: a shell without a network, what it is told, and sends."""

import json
from typing import Any

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from xinfeng.base import clock
from xinfeng.base.refusal import Refusal
from xinfeng.fieldwork.opening import sender_of
from xinfeng.people.http import VisitorRequest
from xinfeng.people.models import Person
from xinfeng.surveys import interview_shell, parcels
from xinfeng.surveys.queries.doors import told_to
from xinfeng.surveys.queries.errands import errands_of


@require_safe
def shell(request: VisitorRequest) -> HttpResponse:
    """The same for everybody: whose households, the phone asks by itself."""
    told = {
        "words": interview_shell.words(),
        "language_cookie": settings.LANGUAGE_COOKIE_NAME,
        "language": settings.LANGUAGE_CODE,
    }
    return render(request, "surveys/interviews.html", told)


@require_safe
@never_cache
def worker(request: VisitorRequest) -> HttpResponse:
    script = interview_shell.script()
    return HttpResponse(script, content_type="text/javascript; charset=utf-8")


@require_safe
@never_cache
def households(request: HttpRequest) -> HttpResponseBase:
    """One's own households, by the phone's token or the session."""
    # Phones go by the server's clock and the city's day.
    today = {"now": clock.now().isoformat(), "zone": settings.TIME_ZONE}
    if "Authorization" in request.headers:
        return JsonResponse(_told(sender_of(request).person.pk) | today)
    if not isinstance(request.user, Person):
        return redirect_to_login(request.get_full_path())
    # With the token that a page needs to have itself set up as a phone.
    return JsonResponse(_told(request.user.pk) | today | {"csrf": get_token(request)})


@csrf_exempt
@require_POST
@never_cache
def sheets(request: HttpRequest) -> JsonResponse:
    """Tries and sheets by the phone's token, which no other page can show: no CSRF."""
    try:
        if "Authorization" not in request.headers:
            raise _refusal(401, "token_missing", _("Send the token of a phone."))
        sender = sender_of(request)
        items = _items(request)
    except Refusal as refusal:
        told = {"code": refusal.code, "detail": str(refusal)}
        return JsonResponse(told, status=refusal.status)
    received = parcels.take(items, actor=sender.person, at=clock.now())
    return JsonResponse({"items": [each.as_json() for each in received]})


def _told(person_id: int) -> dict[str, Any]:
    """The households, and where else this person asks: pages that need a network."""
    pages = {"PHONE": "surveys:phone", "INTERCEPT": "surveys:street"}
    return told_to(person_id) | {
        "desks": [
            {
                "mode": each.mode, "href": reverse(pages[each.mode], args=[each.survey.code]),
                "name": each.survey.name, "name_en": each.survey.name_en,
            }
            for each in errands_of(person_id)
            if each.mode in pages
        ]
    }  # fmt: skip


def _items(request: HttpRequest) -> list[Any]:
    if int(request.headers.get("Content-Length") or 0) > parcels.MOST_BYTES:
        raise _refusal(413, "parcel_large", _("Send fewer sheets at a time."))
    body = request.body
    if len(body) > parcels.MOST_BYTES:
        raise _refusal(413, "parcel_large", _("Send fewer sheets at a time."))
    try:
        # The database keeps no such sign, and nobody types it.
        sent = None if b"\\u0000" in body else json.loads(body)
    except (ValueError, RecursionError):
        sent = None
    items = sent.get("items") if isinstance(sent, dict) else None
    if not isinstance(items, list) or not 1 <= len(items) <= parcels.MOST_ITEMS:
        raise _refusal(422, "parcel_unreadable", _("This is no parcel of sheets."))
    return items


def _refusal(status: int, code: str, words: str) -> Refusal:
    made = Refusal(code, words)
    made.status = status
    return made

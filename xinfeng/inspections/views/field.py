"""The pages of an inspector's phone: a shell without a network, and what it is told."""

import re
import secrets

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from xinfeng.base import clock
from xinfeng.fieldwork import commands as fieldwork
from xinfeng.fieldwork.opening import sender_of
from xinfeng.inspections import field_forms, field_shell
from xinfeng.people.http import SignedInRequest, VisitorRequest
from xinfeng.people.models import Person

# The first that is found names it: each browser also says it is the ones below.
_BROWSERS = ("MicroMessenger", "Edg", "Firefox", "Chrome", "Safari")
_SYSTEMS = ("Android", "iPhone", "iPad", "HarmonyOS", "Windows", "Macintosh", "Linux")
_SPOKEN = {"MicroMessenger": "WeChat", "Edg": "Edge", "Macintosh": "Mac"}


@require_safe
def shell(request: VisitorRequest) -> HttpResponse:
    """The same for everybody: whose round it is, the phone asks by itself."""
    told = {
        "words": field_shell.words(),
        # The phone follows a language chosen on any other page of this site.
        "language_cookie": settings.LANGUAGE_COOKIE_NAME,
        "language": settings.LANGUAGE_CODE,
    }
    return render(request, "inspections/field.html", told)


@require_safe
@never_cache
def worker(request: VisitorRequest) -> HttpResponse:
    return HttpResponse(field_shell.script(), content_type="text/javascript; charset=utf-8")


@require_safe
@never_cache
def rounds(request: HttpRequest) -> HttpResponseBase:
    """One's own rounds, points and forms, by the phone's token or the session."""
    if "Authorization" in request.headers:
        return JsonResponse(field_forms.told_to(sender_of(request).person.pk))
    if not isinstance(request.user, Person):
        return redirect_to_login(request.get_full_path())
    # With the token that a page needs to have itself set up as a phone.
    told = field_forms.told_to(request.user.pk)
    return JsonResponse(told | {"csrf": get_token(request)})


@require_POST
@never_cache
@login_required
def phone(request: SignedInRequest) -> HttpResponse:
    """Set this browser up as a phone of who is signed in: it sends long after they were."""
    issued = fieldwork.issue(
        person_id=request.user.pk, name=_name(request.headers.get("User-Agent", "")),
        token=secrets.token_urlsafe(32), actor=request.user, at=clock.now(),
    )  # fmt: skip
    return JsonResponse({"token": issued.token}, status=201)


@csrf_exempt
@require_POST
@never_cache
def leaving(request: HttpRequest) -> HttpResponse:
    """Shut this browser out by its own token, which nobody but it can show: no CSRF."""
    if "Authorization" not in request.headers:
        return HttpResponse(status=401)
    sender = sender_of(request)
    assert sender.device is not None, "the header holds a phone's token"
    fieldwork.revoke(device_id=sender.device.pk, actor=sender.person, at=clock.now())
    return HttpResponse(status=204)


def _name(agent: str) -> str:
    """How it stands on one's list of phones: the browser, the system, and that it is a page."""
    found = [
        next((each for each in known if re.search(rf"\b{each}", agent)), "")
        for known in (_BROWSERS, _SYSTEMS)
    ]
    parts = [_SPOKEN.get(each, each) for each in found if each]
    return " · ".join([_("Field pages"), *parts])

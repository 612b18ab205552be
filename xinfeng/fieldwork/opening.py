"""Who stands at the OpenRosa door: a phone by its token, or a signed-in person's own page."""

import base64
import binascii
from collections.abc import Callable
from datetime import datetime
from functools import wraps

from django.http import HttpRequest, HttpResponseBase, QueryDict
from django.utils import translation
from django.utils.datastructures import MultiValueDict
from django.utils.http import http_date
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from ninja.utils import check_csrf

from xinfeng.base import clock, standing
from xinfeng.base.refusal import Forbidden, Refusal
from xinfeng.base.standing import Standing
from xinfeng.people.models import Person

from . import commands
from .answers import message
from .commands.devices import digest_of, is_due
from .commands.receiving import Sender
from .models import Device
from .parcels import MOST_BYTES
from .queries import device_of

VERSION = "1.0"


class NotKnown(Refusal):
    """Nobody said who they are, or a password is wrong: the phone asks and tries again."""

    status = 401


class DoorRequest(HttpRequest):
    """What every view behind `door` receives."""

    sender: Sender
    rights: Standing


View = Callable[..., HttpResponseBase]


def door(view: View) -> View:
    """Headers of the protocol, who it is, and refusals as the phones show them."""

    @csrf_exempt
    @wraps(view)
    def opened(request: HttpRequest, *, token: str = "", **kwargs: object) -> HttpResponseBase:
        try:
            _refuse_other_protocols(request)
            _let_in(request, token)
            response = view(request, **kwargs)
        except Refusal as refusal:
            response = message(str(refusal), "submit_error", refusal.status, code=refusal.code)
            if isinstance(refusal, NotKnown) and not _is_browser(request):
                response["WWW-Authenticate"] = 'Basic realm="Xinfeng", charset="UTF-8"'
        return _with_headers(response)

    return opened


def _refuse_other_protocols(request: HttpRequest) -> None:
    if request.headers.get("X-OpenRosa-Version") != VERSION:
        raise _plain(400, "openrosa_version", _("Send the header X-OpenRosa-Version: 1.0."))


def _let_in(request: HttpRequest, token: str) -> None:
    sender = _by_token(token, Forbidden) if token else sender_of(request)
    request.sender = sender  # type: ignore[attr-defined]
    request.rights = standing.of(sender.person, clock.today())  # type: ignore[attr-defined]


def sender_of(request: HttpRequest) -> Sender:
    """A phone by the token in its header, or whoever is signed in; otherwise refused."""
    given = request.headers.get("Authorization", "")
    return _by_token(_password(given), NotKnown) if given else _by_session(request)


def _by_token(token: str, refused: type[Refusal]) -> Sender:
    device = device_of(digest_of(token))
    if device is None or not device.is_in_use or not device.person.is_active:
        raise refused(
            "device_unknown", _("This phone is not set up here any more. Ask your office.")
        )
    _see(device, clock.now())
    return Sender(device.person, device)


def _see(device: Device, at: datetime) -> None:
    if is_due(device, at):
        commands.see(device_id=device.pk, at=at)


def _password(given: str) -> str:
    kind, _space, value = given.partition(" ")
    try:
        text = base64.b64decode(value, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        text = ""
    return text.partition(":")[2] if kind.lower() == "basic" else ""


def _by_session(request: HttpRequest) -> Sender:
    if not isinstance(request.user, Person) or not request.user.is_active:
        raise NotKnown("sign_in_first", _("Sign in first, or send the token of a phone."))
    if request.method == "POST":
        # The token comes in a header; the body, megabytes long, is left for the view to read.
        request._post, request._files = QueryDict(), MultiValueDict()  # type: ignore[attr-defined]
        if check_csrf(request):
            raise Forbidden("csrf_failed", _("Load the page again and repeat."))
    return Sender(request.user)


def _is_browser(request: HttpRequest) -> bool:
    """A browser would ask for a password in a window of its own; our page knows better."""
    return "Sec-Fetch-Mode" in request.headers


def _plain(status: int, code: str, words: str) -> Refusal:
    refusal = Refusal(code, words)
    refusal.status = status
    return refusal


def _with_headers(response: HttpResponseBase) -> HttpResponseBase:
    response["X-OpenRosa-Version"] = VERSION
    response["X-OpenRosa-Accept-Content-Length"] = str(MOST_BYTES)
    response["Date"] = http_date()
    response["Content-Language"] = translation.get_language() or "zh-hans"
    response["Cache-Control"] = "no-store, private"
    return response

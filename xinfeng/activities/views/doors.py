"""The pages of those who come: check-in by code, digits or the phone's own signature."""

import base64
import binascii
import json
from datetime import UTC, datetime
from uuid import uuid4

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from xinfeng.activities import commands, door, passes, queries
from xinfeng.activities.commands.doors import TIME_TO_PRESS
from xinfeng.activities.drawing import qr
from xinfeng.activities.models import Phase, Signup, SignupState
from xinfeng.base import clock, short_code
from xinfeng.people.commands import note_view
from xinfeng.people.http import SignedInRequest, VisitorRequest
from xinfeng.people.models import Person

COOKIE = "door"


@require_GET
@login_required
def mine(request: SignedInRequest) -> HttpResponse:
    return _door(request, "")


@require_GET
def code(request: VisitorRequest, text: str) -> HttpResponse:
    """Where the phone's own camera leads: remember what was seen, then ask who it was."""
    seen, now = door.read(text), clock.now()
    if seen is None:
        raise Http404
    if not isinstance(request.user, Person):
        answer: HttpResponse = redirect_to_login(request.path)
    else:
        answer = _door(request, str(seen))  # type: ignore[arg-type]
    if seen.is_of(now) and door.is_genuine(seen):
        # In the browser, not in the address: an address is passed on more easily.
        answer.set_signed_cookie(
            COOKIE,
            f"{seen} {now.timestamp()}",
            salt=COOKIE,
            max_age=TIME_TO_PRESS,
            httponly=True,
            samesite="Lax",
            secure=settings.SECURE_COOKIES,
        )
    return answer


def _door(request: SignedInRequest, seen: str) -> HttpResponse:
    page = {
        "door": queries.my_door(request.user, clock.now()),
        "seen": seen,
        "person": request.user,
        "offset_ms": settings.CLOCK_OFFSET_SECONDS * 1000,
    }
    return render(request, "activities/door.html", page)


@require_POST
@login_required
def scan(request: SignedInRequest) -> HttpResponse:
    """The button under a code that was scanned with the phone's own camera."""
    now = clock.now()
    text = request.POST.get("code", "")
    signup = commands.scan(
        client_id=uuid4(),
        code=text,
        seen_at=_seen_at(request, text, now),
        phase=_phase(request),
        actor=request.user,
        at=now,
    )
    return _done(request, signup)


@require_POST
@login_required
def type_digits(request: SignedInRequest, signup_id: int) -> HttpResponse:
    signup = commands.type_digits(
        client_id=uuid4(),
        digits=request.POST.get("digits", "").strip()[:12],
        signup_id=signup_id,
        phase=_phase(request),
        actor=request.user,
        at=clock.now(),
    )
    return _done(request, signup)


@require_GET
@login_required
def devices(request: SignedInRequest) -> HttpResponse:
    return render(
        request, "activities/devices.html", {"mine": queries.my_devices(request.user)}
    )


@require_POST
@login_required
def register_device(request: SignedInRequest) -> JsonResponse:
    """Called by the script once for each browser and person; answers who is speaking."""
    try:
        given = json.loads(request.body)
        point = base64.urlsafe_b64decode(str(given["public_key"]) + "==")
        label = str(given.get("label", ""))
    except (ValueError, KeyError, TypeError, AttributeError, binascii.Error):
        point, label = b"", ""
    keyholder = commands.register_device(
        public_key=point,
        label=label.replace("\0", ""),
        code=short_code.new(16),
        actor=request.user,
        at=clock.now(),
    )
    return JsonResponse({"key": keyholder.code, "device": keyholder.device_id})


@require_POST
@login_required
def revoke_device(request: SignedInRequest, keyholder_id: int) -> HttpResponse:
    commands.revoke_device(keyholder_id=keyholder_id, actor=request.user, at=clock.now())
    messages.success(request, _("This device is no longer believed."))
    return redirect("activities:devices")


@require_POST
@login_required
def issue_card(request: SignedInRequest) -> HttpResponse:
    card = commands.issue_card(
        person_id=request.user.pk,
        code=short_code.new(),
        actor=request.user,
        at=clock.now(),
    )
    return redirect("activities:card", card.pk)


@require_POST
@login_required
def revoke_card(request: SignedInRequest, card_id: int) -> HttpResponse:
    commands.revoke_card(card_id=card_id, actor=request.user, at=clock.now())
    messages.success(request, _("The card is worth nothing any more."))
    return redirect("activities:devices")


@require_GET
@login_required
def card(request: SignedInRequest, card_id: int) -> HttpResponse:
    """To print: whoever finds it learns no name and can do nothing with it alone."""
    found = queries.card_to_print(card_id, request.user, request.standing)
    if found is None:
        raise Http404
    note_view(person_id=found[0].person_id, actor=request.user, at=clock.now())
    text = passes.signed("card", found[0].code)
    address = request.build_absolute_uri(f"/K/{text}").upper()
    page = {"name": found[1], "text": text, "drawn": qr(address)}
    return render(request, "activities/card.html", page)


def _done(request: SignedInRequest, signup: Signup) -> HttpResponse:
    here = signup.state == SignupState.PRESENT
    sentence = _("You are checked in.") if here else _("You are checked out. Thank you.")
    messages.success(request, sentence)
    return redirect("activities:door")


def _phase(request: SignedInRequest) -> Phase:
    return Phase.OUT if request.POST.get("phase") == Phase.OUT else Phase.IN


def _seen_at(request: SignedInRequest, text: str, now: datetime) -> datetime:
    """When this browser opened the address of the code; now, where it did not."""
    kept = request.get_signed_cookie(COOKIE, "", salt=COOKIE, max_age=TIME_TO_PRESS) or ""
    opened, _sep, moment = kept.partition(" ")
    seen = door.read(text)
    if seen is None or opened != str(seen):
        return now
    return datetime.fromtimestamp(float(moment), UTC)

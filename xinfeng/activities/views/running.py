"""The pages of those who lead: the screen with the code, the review, the kiosk, cards."""

from uuid import uuid4

from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from xinfeng.activities import commands, door, passes, queries
from xinfeng.activities.drawing import qr
from xinfeng.activities.models import Shift, Signup, SignupState
from xinfeng.base import clock, short_code
from xinfeng.base.numbers import number_in, numbers_in
from xinfeng.base.refusal import Refusal
from xinfeng.people.http import SignedInRequest, VisitorRequest


@require_GET
@login_required
def screen(request: SignedInRequest, shift_id: int) -> HttpResponse:
    """What the leader holds up or puts on the wall."""
    return _screen(request, shift_id, "activities/screen.html")


@require_GET
@login_required
def screen_now(request: SignedInRequest, shift_id: int) -> HttpResponse:
    """The code of the moment, fetched again and again by the screen."""
    return _screen(request, shift_id, "activities/_screen.html")


def _screen(request: SignedInRequest, shift_id: int, template: str) -> HttpResponse:
    shift, now = _shift(request, shift_id), clock.now()
    activity = shift.activity
    address = request.build_absolute_uri(f"/C/{door.shown(activity.code, now)}").upper()
    page = {
        "screen": queries.screen(shift),
        "qr": qr(address),
        "address": address,
        "digits": door.digits_shown(activity.code, now),
        "kiosks": queries.kiosks_of(shift, now),
        "is_over": now >= shift.ends_at,
    }
    return render(request, template, page)


@require_http_methods(["GET", "POST"])
@login_required
def review(request: SignedInRequest, shift_id: int) -> HttpResponse:
    """Who forgot to check out; the planned end is the latest they left."""
    shift = _shift(request, shift_id)
    if request.method == "POST":
        roll = commands.call_roll(
            arrived=[],
            left=numbers(request, "left"),
            actor=request.user,
            at=clock.now(),
        )
        tell_roll(request, roll)
        return redirect("activities:review", shift_id)
    page = {"shift": shift, "rows": queries.still_here(shift), "reader": request.user}
    return render(request, "activities/review.html", page)


@require_POST
@login_required
def open_kiosk(request: SignedInRequest, shift_id: int) -> HttpResponse:
    kiosk = commands.open_kiosk(
        shift_id=shift_id, code=short_code.new(16), actor=request.user, at=clock.now()
    )
    # Many hands reach for this device now: nobody stays signed in on it.
    logout(request)
    return redirect("activities:kiosk", passes.signed("kiosk", kiosk.code))


@require_POST
@login_required
def close_kiosk(request: SignedInRequest, kiosk_id: int) -> HttpResponse:
    kiosk = commands.close_kiosk(kiosk_id=kiosk_id, actor=request.user, at=clock.now())
    messages.success(request, _("The kiosk is closed."))
    return redirect("activities:screen", kiosk.shift_id)


@require_http_methods(["GET", "POST"])
def kiosk(request: VisitorRequest, kiosk_pass: str) -> HttpResponse:
    """The device at the door: nobody is signed in on it, its address is its pass."""
    found = queries.kiosk_to_serve(passes.code_of("kiosk", kiosk_pass), clock.now())
    if found is None:
        raise Http404
    if request.method == "POST":
        said = _at_kiosk(request, kiosk_pass)
        if "HX-Request" not in request.headers:
            messages.add_message(request, *said)
            return redirect("activities:kiosk", kiosk_pass)
        return render(request, "activities/_kiosk_said.html", {"said": said})
    page = {"kiosk": found, "kiosk_pass": kiosk_pass, "said": None}
    return render(request, "activities/kiosk.html", page)


def _at_kiosk(request: VisitorRequest, kiosk_pass: str) -> tuple[int, str]:
    try:
        signup = commands.scan_at_kiosk(
            kiosk_pass=kiosk_pass,
            text=request.POST.get("card", "")[:200].replace("\0", ""),
            client_id=uuid4(),
            at=clock.now(),
        )
    except Refusal as refusal:
        # The kiosk stays as it is for the next person.
        return messages.ERROR, str(refusal)
    return messages.SUCCESS, said_of(signup)


@require_http_methods(["GET", "POST"])
@login_required
def seen_card(request: SignedInRequest, text: str) -> HttpResponse:
    """Where a card leads the leader's own camera: whose it is, and at which shift they are."""
    found = queries.holder_of(passes.code_of("card", text))
    shifts = queries.shifts_run_by(request.user, clock.now())
    if found is None or not shifts:
        raise Http404
    if request.method == "POST":
        signup = commands.scan_card(
            text=text,
            shift_id=number_in(request.POST.get("shift", "")) or 0,
            client_id=uuid4(),
            actor=request.user,
            at=clock.now(),
        )
        messages.success(request, said_of(signup))
        return redirect("activities:roster", signup.shift_id)
    page = {"name": found[1], "shifts": shifts}
    return render(request, "activities/seen_card.html", page)


def said_of(signup: Signup) -> str:
    name = queries.name_of(signup)
    if signup.state == SignupState.PRESENT:
        return _("%(name)s is checked in.") % {"name": name}
    return _("%(name)s is checked out. Thank you.") % {"name": name}


def numbers(request: SignedInRequest, name: str) -> list[int]:
    return numbers_in(request.POST.getlist(name))[:2000]


def tell_roll(request: SignedInRequest, roll: commands.Roll) -> None:
    """What a roll call changed, and for whom it could not, each reason once."""
    if roll.saved:
        messages.success(request, _("%(count)d entries saved.") % {"count": roll.saved})
    for sentence in dict.fromkeys(str(refusal) for refusal in roll.refused.values()):
        count = sum(str(refusal) == sentence for refusal in roll.refused.values())
        words = {"count": count, "reason": sentence}
        messages.warning(request, _("%(count)d not saved: %(reason)s") % words)


def _shift(request: SignedInRequest, shift_id: int) -> Shift:
    shift = queries.shift_to_run(shift_id, request.standing)
    if shift is None:
        raise Http404
    return shift

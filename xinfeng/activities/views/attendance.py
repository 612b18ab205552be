from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from xinfeng.activities import commands, queries
from xinfeng.activities.models import Part, Signup, SignupState
from xinfeng.base import clock
from xinfeng.people.http import SignedInRequest

from .running import numbers, tell_roll


@require_http_methods(["GET", "POST"])
@login_required
def roster(request: SignedInRequest, shift_id: int) -> HttpResponse:
    """Who is expected and who came; whoever leads enters all at once."""
    if request.method == "POST":
        roll = commands.call_roll(
            arrived=numbers(request, "arrived"),
            left=numbers(request, "left"),
            actor=request.user,
            at=clock.now(),
        )
        tell_roll(request, roll)
        return redirect("activities:roster", shift_id)
    page = queries.roster_page(shift_id, reader=request.user, standing=request.standing)
    if page is None:
        raise Http404
    offset_ms = settings.CLOCK_OFFSET_SECONDS * 1000
    shown = {"page": page, "offset_ms": offset_ms, "words": _row_words()}
    return render(request, "activities/roster.html", shown)


@require_POST
@login_required
def check_in(request: SignedInRequest, signup_id: int) -> HttpResponse:
    signup = commands.check_in(signup_id=signup_id, actor=request.user, at=clock.now())
    return _row(request, signup)


@require_POST
@login_required
def check_out(request: SignedInRequest, signup_id: int) -> HttpResponse:
    signup = commands.check_out(signup_id=signup_id, actor=request.user, at=clock.now())
    return _row(request, signup)


def _row(request: SignedInRequest, signup: Signup) -> HttpResponse:
    """The row alone for htmx; without a script the whole roster again."""
    if "HX-Request" not in request.headers:
        return redirect("activities:roster", signup.shift_id)
    row = queries.roster_row(signup.pk, reader=request.user, standing=request.standing)
    return render(request, "activities/_roster_row.html", {"row": row, "words": _row_words()})


def _row_words() -> dict[str, Any]:
    """What each of five hundred rows says, asked of the catalogue once."""
    return {
        "name": _("Name"),
        "learner": Part.LEARNER.label,
        "account": _("Account"),
        "state": _("State"),
        "states": {state.value: str(state.label) for state in SignupState},
        "comes": _("comes"),
        "goes": _("goes"),
        "check_in": _("Check in"),
        "check_out": _("Check out"),
        "arrival": reverse("activities:check_in", args=[0]),
        "departure": reverse("activities:check_out", args=[0]),
        "excuse": reverse("activities:excuse", args=[0]),
        "excused": _("Excuse"),
    }

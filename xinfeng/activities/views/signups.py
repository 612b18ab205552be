"""Taking a place, waiting for one, giving it back; and what one has taken."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from xinfeng.activities import commands, queries
from xinfeng.base import clock
from xinfeng.base.numbers import number_in
from xinfeng.people.http import SignedInRequest

from .calendars import secret_address


@require_POST
@login_required
def sign_up(request: SignedInRequest, shift_id: int) -> HttpResponse:
    signup = commands.sign_up(
        shift_id=shift_id,
        post_id=_number(request, "post"),
        person_id=_number(request, "person"),
        actor=request.user,
        at=clock.now(),
    )
    return redirect("activities:activity", signup.shift.activity.code)


@require_POST
@login_required
def cancel(request: SignedInRequest, signup_id: int) -> HttpResponse:
    signup = commands.cancel(signup_id=signup_id, actor=request.user, at=clock.now())
    if request.POST.get("back") == "mine":
        return redirect("activities:mine")
    return redirect("activities:activity", signup.shift.activity.code)


@require_POST
@login_required
def excuse(request: SignedInRequest, signup_id: int) -> HttpResponse:
    signup = commands.excuse(signup_id=signup_id, actor=request.user, at=clock.now())
    return redirect("activities:roster", signup.shift_id)


@require_GET
@login_required
def mine(request: SignedInRequest) -> HttpResponse:
    page = queries.my_shifts(
        request.user, at=clock.now(), after=number_in(request.GET.get("after", ""))
    )
    link = queries.calendar_link_of(request.user)
    address = secret_address(request, link) if link else ""
    return render(request, "activities/mine.html", {"page": page, "calendar": address})


def _number(request: SignedInRequest, name: str) -> int | None:
    return number_in(request.POST.get(name, ""))

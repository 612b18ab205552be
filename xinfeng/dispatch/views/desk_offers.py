"""Whom the desk asks for an order: those a plan proposed, others by name, a team, everybody."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from xinfeng.base import clock
from xinfeng.dispatch import commands
from xinfeng.dispatch.desk_reach import offer_of, order_of
from xinfeng.dispatch.forms.acts import PeopleForm, ProposedForm, TeamForm
from xinfeng.dispatch.queries import desk_order as queries
from xinfeng.dispatch.queries.candidates import best_for
from xinfeng.people.http import SignedInRequest


@require_safe
@login_required
def candidates(request: SignedInRequest, code: str) -> HttpResponse:
    """The ten best for one order, with reasons, or why there is nobody; and the teams."""
    found, now = order_of(request, code), clock.now()
    page = {
        "order": found,
        "found": best_for(found.pk, at=now),
        "teams": queries.teams_near(found, clock.today()),
        "inline": bool(request.headers.get("HX-Request")),
        "people": PeopleForm(),
        "team": TeamForm(),
    }
    name = "_desk_candidates" if page["inline"] else "desk_candidates"
    return render(request, f"dispatch/{name}.html", page)


@require_POST
@login_required
def ask_proposed(request: SignedInRequest, code: str) -> HttpResponse:
    """Confirm what was proposed: all of it, or the one that is named."""
    found, form = order_of(request, code), ProposedForm(request.POST)
    if not form.is_valid():
        raise Http404
    offers = commands.offer_proposed(
        order_id=found.pk,
        offer_ids=form.cleaned_data["offer"],
        actor=request.user,
        at=clock.now(),
    )
    return _asked(request, code, len(offers))


@require_POST
@login_required
def ask_people(request: SignedInRequest, code: str) -> HttpResponse:
    """Ask others than proposed, by name."""
    found, form = order_of(request, code), PeopleForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Tick whom to ask."))
        return redirect("dispatch:desk_order", code)
    offers = commands.offer_to(
        order_id=found.pk,
        person_ids=form.cleaned_data["person"],
        starts_at=form.cleaned_data["starts_at"],
        actor=request.user,
        at=clock.now(),
    )
    return _asked(request, code, len(offers))


@require_POST
@login_required
def ask_team(request: SignedInRequest, code: str) -> HttpResponse:
    found, form = order_of(request, code), TeamForm(request.POST)
    if not form.is_valid():
        raise Http404
    commands.offer_to_team(
        order_id=found.pk,
        team_id=form.cleaned_data["team"],
        starts_at=form.cleaned_data["starts_at"],
        actor=request.user,
        at=clock.now(),
    )
    messages.success(request, _("The team is asked; its leader answers."))
    return redirect("dispatch:desk_order", code)


@require_POST
@login_required
def open_to_all(request: SignedInRequest, code: str) -> HttpResponse:
    """Put it on the list of all who fit; the first who take it have it."""
    found = order_of(request, code)
    commands.open_to_all(order_id=found.pk, actor=request.user, at=clock.now())
    messages.success(request, _("It stands on the list of all who fit."))
    return redirect("dispatch:desk_order", code)


@require_POST
@login_required
def withdraw(request: SignedInRequest, code: str, offer_id: int) -> HttpResponse:
    offer = offer_of(request, code, offer_id)
    commands.withdraw(offer_id=offer.pk, actor=request.user, at=clock.now())
    messages.success(request, _("Taken back."))
    return redirect("dispatch:desk_order", code)


def _asked(request: SignedInRequest, code: str, number: int) -> HttpResponse:
    said = ngettext("%(num)s person is asked.", "%(num)s people are asked.", number)
    messages.success(request, said % {"num": number})
    return redirect("dispatch:desk_order", code)

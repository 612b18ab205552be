"""The pages of those who serve: what they are asked, have promised, and could take."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from xinfeng.base import clock
from xinfeng.dispatch import commands, queries
from xinfeng.dispatch.forms.serving import DeclineForm, MembersForm, TimeForm
from xinfeng.dispatch.models import Decline, Offer
from xinfeng.dispatch.queries import ServedOrder
from xinfeng.people.commands import Opened
from xinfeng.people.http import SignedInRequest


@require_GET
@login_required
def offered(request: SignedInRequest) -> HttpResponse:
    found = queries.serving(request.user, clock.now())
    return render(request, "dispatch/offered.html", {"found": found, "kiosk": ""})


@require_GET
@login_required
def order(request: SignedInRequest, code: str) -> HttpResponse:
    return _page(request, _served(request, code))


@require_POST
@login_required
def accept(request: SignedInRequest, code: str) -> HttpResponse:
    commands.accept(offer_id=_offer(request, code).pk, actor=request.user, at=clock.now())
    messages.success(request, _("You have accepted. Call the person now and agree on a time."))
    return redirect("dispatch:serving", code)


@require_POST
@login_required
def decline(request: SignedInRequest, code: str) -> HttpResponse:
    served, form = _served(request, code), DeclineForm(request.POST)
    if not form.is_valid():
        return _page(request, served, declining=form)
    commands.decline(
        offer_id=_offer(request, code).pk,
        reason=Decline(form.cleaned_data["reason"]),
        words=form.cleaned_data["words"],
        actor=request.user,
        at=clock.now(),
    )
    messages.success(request, _("Thank you for answering. Somebody else is asked."))
    return redirect("dispatch:offered")


@require_POST
@login_required
def grab(request: SignedInRequest, code: str) -> HttpResponse:
    served = _served(request, code)
    commands.grab(order_id=served.order.pk, actor=request.user, at=clock.now())
    messages.success(request, _("The order is yours. Call the person now and agree on a time."))
    return redirect("dispatch:serving", code)


@require_POST
@login_required
def pass_on(request: SignedInRequest, code: str) -> HttpResponse:
    """The leader takes the order on for the team and asks the ticked members."""
    offer, form = _offer(request, code), MembersForm(request.POST)
    members = form.cleaned_data["member"] if form.is_valid() else []
    made = commands.accept_for_team(
        offer_id=offer.pk, member_ids=members, actor=request.user, at=clock.now()
    )
    said = ngettext(
        "%(count)d member is asked; they answer for themselves.",
        "%(count)d members are asked; they answer for themselves.",
        len(made),
    )
    messages.success(request, said % {"count": len(made)})
    return redirect("dispatch:serving", code)


@require_POST
@login_required
def agree(request: SignedInRequest, code: str) -> HttpResponse:
    served, form = _served(request, code), TimeForm(request.POST)
    if not form.is_valid():
        return _page(request, served, time=form)
    commands.agree_on_time(
        order_id=served.order.pk,
        starts_at=form.cleaned_data["starts_at"],
        actor=request.user,
        at=clock.now(),
    )
    messages.success(request, _("The time is agreed; both of you are told."))
    return redirect("dispatch:serving", code)


@require_POST
@login_required
def give_back(request: SignedInRequest, code: str) -> HttpResponse:
    commands.give_back(offer_id=_offer(request, code).pk, actor=request.user, at=clock.now())
    messages.success(request, _("You have given it back; somebody else is looked for."))
    return redirect("dispatch:offered")


@require_POST
@login_required
def contact(request: SignedInRequest, code: str) -> HttpResponse:
    """Shown in this answer and nowhere kept; that it was opened is written down."""
    served = _served(request, code)
    opened = commands.open_contact(order_id=served.order.pk, actor=request.user, at=clock.now())
    return _page(request, served, opened=opened)


def _served(request: SignedInRequest, code: str) -> ServedOrder:
    found = queries.served_order(code, request.user, clock.now())
    if found is None:
        raise Http404
    return found


def _offer(request: SignedInRequest, code: str) -> Offer:
    offer = _served(request, code).offer
    if offer is None:
        raise Http404
    return offer


def _page(
    request: SignedInRequest,
    served: ServedOrder,
    *,
    declining: DeclineForm | None = None,
    time: TimeForm | None = None,
    opened: Opened | None = None,
) -> HttpResponse:
    starts_at = served.order.shift.starts_at if served.order.shift else None
    if starts_at is None and served.offer is not None:
        starts_at = served.offer.starts_at
    page = {
        "page": served,
        "declining": declining or DeclineForm(),
        "time": time or TimeForm(initial={"starts_at": starts_at}),
        "opened": opened,
        "kiosk": "",
    }
    answer = render(request, "dispatch/serving.html", page)
    answer["Cache-Control"] = "no-store"
    return answer

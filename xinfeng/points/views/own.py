from uuid import uuid4

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from xinfeng.base import clock, codes, short_code
from xinfeng.people.http import SignedInRequest, VisitorRequest
from xinfeng.people.models import Person
from xinfeng.points import commands, queries
from xinfeng.points.forms import RedeemForm
from xinfeng.points.models import RefundReason, Reward


@require_GET
@login_required
def mine(request: SignedInRequest) -> HttpResponse:
    after = whole(request, "after")
    found = queries.statement(request.user, after=after, on=clock.today())
    return render(request, "points/mine.html", {"statement": found})


@require_GET
@login_required
def redemption(request: SignedInRequest, code: str) -> HttpResponse:
    found = queries.redemption_of(request.user, code)
    if found is None:
        raise Http404
    return render(request, "points/redemption.html", {"redemption": found})


@require_POST
@login_required
def refund(request: SignedInRequest, code: str) -> HttpResponse:
    found = queries.redemption_of(request.user, code)
    if found is None:
        raise Http404
    commands.give_back(
        redemption_id=found.pk,
        reason=RefundReason.CHANGED_MIND,
        actor=request.user,
        at=clock.now(),
    )
    messages.success(request, _("The points are yours again."))
    return redirect("points:mine")


@require_GET
def catalogue(request: VisitorRequest) -> HttpResponse:
    rewards, within = Reward.objects.offered(), whole(request, "within")
    if within is not None:
        lo, hi = codes.span(within, codes.level_of(within))
        rewards = rewards.filter(merchant__division_id__gte=lo, merchant__division_id__lt=hi)
    page = {
        "found": queries.catalogue(rewards, after=whole(request, "after")),
        "purse": _purse(request),
        "within": within,
    }
    return render(request, "points/catalogue.html", page)


@require_GET
def reward(request: VisitorRequest, code: str) -> HttpResponse:
    rewards = Reward.objects.select_related("merchant__division", "merchant__place")
    page = {
        "reward": get_object_or_404(rewards, code=code),
        "purse": _purse(request),
        "form": RedeemForm(initial={"client_id": uuid4()}),
    }
    return render(request, "points/reward.html", page)


@require_POST
@login_required
def redeem(request: SignedInRequest, code: str) -> HttpResponse:
    # The catalogue is public, so an unknown code hides nothing.
    found = get_object_or_404(Reward.objects.only("pk"), code=code)
    form = RedeemForm(request.POST)
    if not form.is_valid():
        raise Http404
    made = commands.redeem(
        reward_id=found.pk,
        client_id=form.cleaned_data["client_id"],
        code=short_code.new(),
        actor=request.user,
        at=clock.now(),
    )
    return redirect("points:redemption", made.code)


def whole(request: VisitorRequest, name: str) -> int | None:
    text = request.GET.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 18 else None


def _purse(request: VisitorRequest) -> queries.Purse | None:
    return queries.purse(request.user) if isinstance(request.user, Person) else None

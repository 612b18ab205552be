from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from xinfeng.base import clock, codes, short_code
from xinfeng.people.http import SignedInRequest, VisitorRequest
from xinfeng.people.permissions import OFFICES
from xinfeng.points import commands, permissions, queries
from xinfeng.points.commands import NewMerchant, NewReward
from xinfeng.points.forms import (
    ClerkForm,
    CodeForm,
    MerchantForm,
    ReasonForm,
    RestockForm,
    RewardForm,
)
from xinfeng.points.models import Merchant, MerchantState, RefundReason, Reward

from .own import whole


@require_GET
def merchants(request: VisitorRequest) -> HttpResponse:
    found, within = Merchant.objects.open(), whole(request, "within")
    if within is not None:
        found = found.inside(*codes.span(within, codes.level_of(within)))
    person_id = request.standing.person_id
    waiting = [
        merchant
        for lo, hi in request.standing.spans(OFFICES)
        for merchant in Merchant.objects.filter(state=MerchantState.PROPOSED)
        .inside(lo, hi)
        .order_by("proposed_at", "pk")[: queries.PAGE]
    ]
    rows, after = queries.merchants(found, after=whole(request, "after"))
    page = {
        "merchants": rows,
        "after": after,
        "waiting": waiting,
        "own": Merchant.objects.run_by(person_id).order_by("pk") if person_id else [],
    }
    return render(request, "points/merchants.html", page)


@require_http_methods(["GET", "POST"])
@login_required
def propose(request: SignedInRequest) -> HttpResponse:
    form = MerchantForm(request.POST or None, initial={"code": short_code.new()})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        new = NewMerchant(
            code=given["code"],
            name=given["name"],
            division_id=given["division"].pk,
            address=given["address"],
            place_id=given["place"].pk if given["place"] else None,
            hours_note=given["hours_note"],
        )
        made = commands.propose_merchant(new=new, actor=request.user, at=clock.now())
        return redirect("points:merchant", made.code)
    return render(request, "points/propose.html", {"form": form})


@require_GET
def merchant(request: VisitorRequest, code: str) -> HttpResponse:
    found = _found(code)
    page = queries.merchant_page(found, request.standing)
    if found.state != MerchantState.APPROVED and not (page.may_run or page.may_decide):
        raise Http404
    return render(request, "points/merchant.html", {"page": page})


@require_POST
@login_required
def decide(request: SignedInRequest, code: str) -> HttpResponse:
    verbs = {
        "approve": commands.approve_merchant,
        "refuse": commands.refuse_merchant,
        "end": commands.end_merchant,
    }
    verb = verbs.get(request.POST.get("verb", ""))
    if verb is None:
        raise Http404
    verb(merchant_id=_found(code).pk, actor=request.user, at=clock.now())
    return redirect("points:merchant", code)


@require_GET
@login_required
def desk(request: SignedInRequest, code: str) -> HttpResponse:
    return _desk(request, _run_by(request, code))


@require_POST
@login_required
def hand_out(request: SignedInRequest, code: str) -> HttpResponse:
    found, form = _run_by(request, code), CodeForm(request.POST)
    if not form.is_valid():
        return _desk(request, found, code_form=form)
    done = commands.hand_out(
        merchant_id=found.pk,
        code=form.cleaned_data["code"],
        actor=request.user,
        at=clock.now(),
    )
    messages.success(request, _("Hand out: %(title)s") % {"title": done.reward.title})
    return redirect("points:desk", code)


@require_POST
@login_required
def offer(request: SignedInRequest, code: str) -> HttpResponse:
    found, form = _run_by(request, code), RewardForm(request.POST)
    if not form.is_valid():
        return _desk(request, found, reward_form=form)
    new = NewReward(**form.cleaned_data)
    commands.offer(merchant_id=found.pk, new=new, actor=request.user, at=clock.now())
    messages.success(request, _("The reward stands in the catalogue."))
    return redirect("points:desk", code)


@require_POST
@login_required
def name_clerk(request: SignedInRequest, code: str) -> HttpResponse:
    found, form = _run_by(request, code), ClerkForm(request.POST)
    if not form.is_valid():
        return _desk(request, found, clerk_form=form)
    commands.name_clerk(
        merchant_id=found.pk,
        person_id=form.cleaned_data["person"].pk,
        actor=request.user,
        at=clock.now(),
    )
    return redirect("points:desk", code)


@require_POST
@login_required
def relieve_clerk(request: SignedInRequest, code: str) -> HttpResponse:
    found, form = _run_by(request, code), ClerkForm(request.POST)
    if not form.is_valid():
        raise Http404
    commands.relieve_clerk(
        merchant_id=found.pk,
        person_id=form.cleaned_data["person"].pk,
        actor=request.user,
        at=clock.now(),
    )
    return redirect("points:desk", code)


@require_POST
@login_required
def restock(request: SignedInRequest, code: str) -> HttpResponse:
    found = get_object_or_404(Reward.objects.select_related("merchant"), code=code)
    form = RestockForm(request.POST)
    if not form.is_valid():
        raise Http404
    commands.restock(
        reward_id=found.pk,
        pieces=form.cleaned_data["pieces"],
        actor=request.user,
        at=clock.now(),
    )
    return redirect("points:desk", found.merchant.code)


@require_POST
@login_required
def withdraw(request: SignedInRequest, code: str) -> HttpResponse:
    found = get_object_or_404(Reward.objects.select_related("merchant"), code=code)
    commands.withdraw(reward_id=found.pk, actor=request.user, at=clock.now())
    return redirect("points:desk", found.merchant.code)


@require_POST
@login_required
def give_back(request: SignedInRequest, redemption_id: int) -> HttpResponse:
    form = ReasonForm(request.POST)
    if not form.is_valid():
        raise Http404
    done = commands.give_back(
        redemption_id=redemption_id,
        reason=RefundReason(form.cleaned_data["reason"]),
        actor=request.user,
        at=clock.now(),
    )
    messages.success(request, _("The points are given back."))
    return redirect("points:desk", done.merchant.code)


def _found(code: str) -> Merchant:
    merchants = Merchant.objects.select_related("division", "place")
    return get_object_or_404(merchants, code=code)


def _run_by(request: SignedInRequest, code: str) -> Merchant:
    """A merchant for those at its desk: who runs it, and the office above it."""
    found = _found(code)
    standing = request.standing
    if not (
        permissions.may_run(standing, found) or standing.covers(found.division_id, OFFICES)
    ):
        raise Http404
    return found


def _desk(
    request: SignedInRequest,
    found: Merchant,
    *,
    code_form: CodeForm | None = None,
    reward_form: RewardForm | None = None,
    clerk_form: ClerkForm | None = None,
) -> HttpResponse:
    page = {
        "page": queries.merchant_page(found, request.standing),
        "desk": queries.desk(found, after=whole(request, "after")),
        "code_form": code_form or CodeForm(),
        "reward_form": reward_form or RewardForm(initial={"code": short_code.new()}),
        "clerk_form": clerk_form or ClerkForm(),
        "reasons": RefundReason.choices,
    }
    return render(request, "points/desk.html", page)

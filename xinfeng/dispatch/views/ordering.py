"""Ordering a service: what, when, where and for whom, read back, done."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from xinfeng.base import clock, pack
from xinfeng.base.numbers import number_in
from xinfeng.base.refusal import Refusal
from xinfeng.dispatch import drafts, plain_words, queries
from xinfeng.dispatch.drafts import Draft
from xinfeng.dispatch.forms.ordering import (
    ADDRESS,
    DAYS_SHOWN,
    ME,
    MOST_WEEKS,
    NAME,
    NOTE,
    OTHER,
    SAID,
    WhenForm,
    WhoForm,
)
from xinfeng.dispatch.models import Channel, MenuItem
from xinfeng.people.http import VisitorRequest
from xinfeng.people.models import Person
from xinfeng.people.queries import divisions_below
from xinfeng.places.models import Division
from xinfeng.places.queries import trail_of

from . import drafting, placing
from .placing import where


@require_GET
def menu(request: VisitorRequest) -> HttpResponse:
    """The classes; the services of one class, or those with a word in them."""
    draft = drafting.of(request)
    page = {
        "menu": queries.menu(
            kind=request.GET.get("kind", "")[:40],
            words=request.GET.get("words", "").replace("\0", "").strip()[:30],
            on=clock.today(),
        ),
        "kiosk": draft.kiosk if draft else "",
        "may_enter": queries.may_enter(request.standing),
    }
    return render(request, "dispatch/menu.html", page)


@require_http_methods(["GET", "HEAD", "POST"])
def when(request: VisitorRequest, item_code: str) -> HttpResponse:
    item, draft = _item(item_code), drafting.for_item(request, item_code)
    week = _week(request, draft)
    first = clock.today() + timedelta(days=week * DAYS_SHOWN)
    said = {"days": draft.days, "parts": draft.parts}
    form = WhenForm(request.POST or None, first=first, initial=said)
    if request.POST.get("how") == "SOON":
        draft = replace(draft, when_said=True, days=(), parts=())
        return drafting.keep(redirect("dispatch:order_who", item.code), draft)
    if request.method == "POST" and form.is_valid():
        days, parts = (tuple(form.cleaned_data[name]) for name in ("days", "parts"))
        draft = replace(draft, when_said=True, days=days, parts=parts)
        return drafting.keep(redirect("dispatch:order_who", item.code), draft)
    page = {
        "item": item,
        "form": form,
        "earlier": week - 1 if week else None,
        "later": week + 1 if week < MOST_WEEKS else None,
        "kiosk": draft.kiosk,
    }
    return drafting.keep(render(request, "dispatch/order_when.html", page), draft)


@require_http_methods(["GET", "HEAD", "POST"])
def who(request: VisitorRequest, item_code: str) -> HttpResponse:
    """The village by tapping or by its name, then who is served and how to reach them."""
    item, draft = _item(item_code), drafting.of(request)
    if draft is None or not draft.when_said:
        return redirect("dispatch:order_when", item.code)
    village = _village(request, draft)
    if village is None or divisions_below(village.pk, clock.today()):
        return _where(request, item, draft, village)
    form = WhoForm(request.POST or None, initial=_said(draft, village))
    if request.POST.get("elsewhere"):
        answer = redirect("dispatch:order_who", item.code)
        answer["Location"] += "?within=0"
        return drafting.keep(answer, replace(draft, **_typed(request, village)))
    if request.method == "POST" and form.is_valid():
        draft = replace(draft, item=item.code, **form.said)
        return drafting.keep(redirect("dispatch:order_check"), draft)
    if request.method == "POST":
        draft = replace(draft, **_typed(request, village))
    page = {"item": item, "form": form, "trail": trail_of(village.pk)[1:], "kiosk": draft.kiosk}
    return drafting.keep(render(request, "dispatch/order_who.html", page), draft)


@require_http_methods(["GET", "HEAD", "POST"])
def check(request: VisitorRequest) -> HttpResponse:
    """Everything read back; the last button places the order once, however often pressed."""
    draft = drafting.of(request)
    if draft is None or not draft.item:
        return redirect("dispatch:menu")
    if not draft.who_said:
        return redirect("dispatch:order_who", draft.item)
    refused = ""
    if request.method == "POST":
        channel = Channel.KIOSK if draft.kiosk else Channel.WEB
        try:
            key = placing.place(request, draft, channel)
        except Refusal as refusal:
            # Everything stays as it was said; the page leads back to each step.
            refused = str(refusal)
        else:
            return drafting.forget(redirect("dispatch:track_slip", key), draft)
    village = get_object_or_404(Division, pk=draft.division)
    page = {
        "item": _item(draft.item),
        "draft": draft,
        "trail": trail_of(village.pk)[1:],
        "when": _when_words(draft),
        "relation": dict(WhoForm.base_fields["relation"].choices).get(draft.relation, ""),  # type: ignore[attr-defined]
        "refused": refused,
        "kiosk": draft.kiosk,
        "contact_days": pack.load(settings.CITY_PACK).rules.order_contact_days,
    }
    answer = render(request, "dispatch/order_check.html", page, status=409 if refused else 200)
    return drafting.keep(answer, draft)


def _when_words(draft: Draft) -> str:
    if draft.is_soon:
        return _("as soon as possible")
    wished = drafts.wished(draft, clock.today())
    return plain_words.wished_words(wished.first, wished.last, wished.parts)


def _item(code: str) -> MenuItem:
    # The menu is public, so an unknown code hides nothing.
    return get_object_or_404(MenuItem.objects.offered(), code=code)


def _week(request: VisitorRequest, draft: Draft) -> int:
    """How many weeks ahead to look; where days were chosen before, the week they lie in."""
    text = request.GET.get("skip", "")
    if text.isascii() and text.isdigit():
        return min(int(text[:4]), MOST_WEEKS)
    wished = drafts.wished(draft, clock.today())
    ahead = (wished.first - clock.today()).days // DAYS_SHOWN
    return ahead if draft.days and 0 <= ahead <= MOST_WEEKS else 0


def _village(request: VisitorRequest, draft: Draft) -> Division | None:
    """Just tapped, said before, or where the person lives."""
    text = request.POST.get("division") or request.GET.get("within", "")
    if text == "0":
        return None
    home = request.user.division_id if isinstance(request.user, Person) else 0
    code = number_in(text) or draft.division or home or 0
    return Division.objects.as_of(clock.today()).filter(pk=code).first()


def _where(
    request: VisitorRequest, item: MenuItem, draft: Draft, above: Division | None
) -> HttpResponse:
    words = request.GET.get("words", "").replace("\0", "").strip()[:20]
    page = {"item": item, "kiosk": draft.kiosk, **where(above, words)}
    return drafting.keep(render(request, "dispatch/order_where.html", page), draft)


def _said(draft: Draft, village: Division) -> dict[str, Any]:
    """What the draft knows, for the form."""
    said = {name: getattr(draft, name) for name in (*SAID, "agreed")}
    return said | {"division": village.pk, "for_whom": OTHER if draft.for_other else ME}


def _typed(request: VisitorRequest, village: Division) -> dict[str, Any]:
    """What was typed, right or not: nothing of it is typed twice."""
    lengths = {"name": NAME, "phone": 20, "address": ADDRESS, "note": NOTE, "relation": 12,
               "language": 20}  # fmt: skip
    typed = {
        name: request.POST.get(name, "").replace("\0", "").strip()[:most]
        for name, most in lengths.items()
    }
    other = request.POST.get("for_whom") == OTHER
    minor = other and "for_minor" in request.POST
    return {
        **typed,
        "division": village.pk,
        "for_other": other,
        "for_minor": minor,
        "agreed": False,
    }

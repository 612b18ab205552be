"""Phones: set up by a code that is shown once, shut out in two taps."""

import secrets

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from xinfeng.base import clock
from xinfeng.base.numbers import number_in
from xinfeng.base.refusal import Forbidden
from xinfeng.fieldwork import commands, permissions, queries, settings_code
from xinfeng.fieldwork.forms import PhoneForm, RevokeForm
from xinfeng.fieldwork.models import Device, RevokeReason
from xinfeng.people.http import SignedInRequest
from xinfeng.people.models import Person
from xinfeng.people.permissions import OFFICES
from xinfeng.people.queries import masked_names


@require_GET
@login_required
def mine(request: SignedInRequest) -> HttpResponse:
    """One's own phones; an office without any is led to those of its inspectors."""
    rights = request.standing
    if not permissions.may_go_out(rights):
        raise Forbidden(
            "no_fieldwork", _("A phone is set up for inspectors, surveyors and offices only.")
        )
    page = {
        "devices": queries.devices_of(rights, request.user.pk),
        "form": PhoneForm(),
        "reasons": RevokeReason.choices,
        "is_office": bool(rights.spans(OFFICES)),
        "person": request.user,
        "is_own": True,
    }
    return render(request, "fieldwork/phones.html", page)


@require_GET
@login_required
def goers(request: SignedInRequest) -> HttpResponse:
    """Whoever goes out in the office's area, and how many phones each has in use."""
    spans = _office(request)
    words = request.GET.get("words", "").strip()[:30]
    found = queries.goers(spans, words, number_in(request.GET.get("after", "")) or 0,
                          clock.today())  # fmt: skip
    return render(request, "fieldwork/goers.html", {"found": found, "words": words})


@require_GET
@login_required
def of_person(request: SignedInRequest, person_id: int) -> HttpResponse:
    person = _goer(request, person_id)
    if person.pk == request.user.pk:
        return redirect("fieldwork:phones")
    page = {
        "devices": queries.devices_of(request.standing, person.pk),
        "form": PhoneForm(),
        "reasons": RevokeReason.choices,
        "is_office": True,
        "person": person,
        "name": masked_names([person.pk]).get(person.pk, person.username),
        "is_own": False,
    }
    return render(request, "fieldwork/phones.html", page)


@require_POST
@login_required
def issue(request: SignedInRequest, person_id: int) -> HttpResponse:
    """Set a phone up and show its code: only now, because the token is kept nowhere."""
    form = PhoneForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Give the phone a name, such as its make and colour."))
        return redirect("fieldwork:phones_of", person_id)
    issued = commands.issue(
        person_id=person_id, name=form.cleaned_data["name"], token=secrets.token_urlsafe(32),
        actor=request.user, at=clock.now(),
    )  # fmt: skip
    address = settings_code.server_url(request, issued.token)
    page = {
        "device": issued.device,
        "address": address,
        "drawn": settings_code.drawn(settings_code.packed(address)),
        "is_own": issued.device.person_id == request.user.pk,
    }
    answer = render(request, "fieldwork/phone_code.html", page)
    answer["Cache-Control"] = "no-store, private"
    return answer


@require_POST
@login_required
def revoke(request: SignedInRequest, device_id: int) -> HttpResponse:
    form = RevokeForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    device = commands.revoke(
        device_id=device_id, reason=reason, actor=request.user, at=clock.now()
    )
    messages.success(request, _("Shut out: %(name)s. It fetches and sends nothing any more.")
                     % {"name": device.name})  # fmt: skip
    return _back(request, device)


def _back(request: SignedInRequest, device: Device) -> HttpResponse:
    if device.person_id == request.user.pk:
        return redirect("fieldwork:phones")
    return redirect("fieldwork:phones_of", device.person_id)


def _office(request: SignedInRequest) -> list[tuple[int, int]]:
    spans = request.standing.spans(OFFICES)
    if not spans:
        raise Forbidden("not_an_office", _("This is for offices only."))
    return spans


def _goer(request: SignedInRequest, person_id: int) -> Person:
    if person_id == request.user.pk:
        return request.user
    person = queries.goer(request.standing.spans(OFFICES), person_id)
    if person is None:
        raise Http404
    return person

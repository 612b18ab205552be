"""The office's page: its people, who holds which role, and accounts made on paper."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from xinfeng.base import clock, short_code
from xinfeng.base.refusal import Forbidden
from xinfeng.people import commands, policies, queries
from xinfeng.people.commands import NewPerson
from xinfeng.people.forms import GiveForm, RegisterForm
from xinfeng.people.http import SignedInRequest
from xinfeng.people.models import ConsentKind, Role
from xinfeng.people.permissions import OFFICES


@require_safe
@login_required
def office(request: SignedInRequest) -> HttpResponse:
    """Who holds which role in the office's area."""
    return _office_page(request, RegisterForm(), GiveForm())


def _office_page(
    request: SignedInRequest, register: RegisterForm, give: GiveForm
) -> HttpResponse:
    spans = request.standing.spans(OFFICES)
    if not spans:
        raise Forbidden("not_an_office", _("Only offices see who holds which role."))
    after = request.GET.get("after", "")
    page = {
        "held": queries.held_within(
            spans,
            words=request.GET.get("words", "")[:30].strip().lower(),
            after=int(after) if after.isascii() and after.isdigit() and len(after) < 19 else 0,
            today=clock.today(),
        ),
        "words": request.GET.get("words", ""),
        "policy": policies.current(ConsentKind.REGISTRATION, clock.today()),
        "register": register,
        "give": give,
    }
    return render(request, "people/office.html", page)


@require_POST
@login_required
def register(request: SignedInRequest) -> HttpResponse:
    form = RegisterForm(request.POST)
    if not form.is_valid():
        return _office_page(request, form, GiveForm())
    given = form.cleaned_data
    password = short_code.new(12)
    policy = policies.current(ConsentKind.REGISTRATION, clock.today())
    new = NewPerson(
        given["username"], given["name"], password,
        volunteers=given["volunteers"], id_number=given["id_number"], phone=given["phone"],
        agreed=policy.code if policy and given["agreed"] else "",
    )  # fmt: skip
    person = commands.register_person(
        new=new, division_id=given["home"].pk, role=None, actor=request.user, at=clock.now(),
        guardian=given["guardian"],
    )  # fmt: skip
    # Shown once, to whoever hands it over; it is kept nowhere.
    page = {"person": person, "password": password}
    return render(request, "people/registered.html", page)


@require_POST
@login_required
def give(request: SignedInRequest) -> HttpResponse:
    form = GiveForm(request.POST)
    if not form.is_valid():
        return _office_page(request, RegisterForm(), form)
    given = form.cleaned_data
    commands.grant(
        person_id=given["person"].pk,
        role=Role(given["role"]),
        **form.over(),
        actor=request.user,
        at=clock.now(),
    )
    messages.success(request, _("The role is given."))
    return redirect("people:office")


@require_POST
@login_required
def revoke(request: SignedInRequest, grant_id: int) -> HttpResponse:
    commands.revoke_grant(grant_id=grant_id, actor=request.user, at=clock.now())
    messages.success(request, _("The role is taken back."))
    return redirect("people:office")

"""Addresses and telephones of drawn households: taken in, and opened for a reason."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from xinfeng.base import clock, short_code
from xinfeng.base.previews import LARGEST
from xinfeng.people.http import SignedInRequest
from xinfeng.surveys import commands
from xinfeng.surveys.commands.addresses import REACHED
from xinfeng.surveys.commands.sheets import preview_of
from xinfeng.surveys.forms.planning import AddressesForm
from xinfeng.surveys.models import SheetKind, SurveySheet
from xinfeng.surveys.queries import samples as queries
from xinfeng.surveys.reach import held
from xinfeng.surveys.tables import ADDRESSES

from .designing import drawn_sample, private, sheet_page


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def addresses(request: SignedInRequest, survey_code: str, sample_id: int) -> HttpResponse:
    """What is known so far, in numbers, and a table of more."""
    found = held(request, survey_code)
    chosen = drawn_sample(found, sample_id)
    form = AddressesForm(
        request.POST or None, request.FILES or None, initial={"code": short_code.new(12)}
    )
    if request.method == "POST" and form.is_valid():
        table = form.cleaned_data["table"]
        sheet = commands.add_address_sheet(
            sample_id=chosen.pk, code=form.cleaned_data["code"], name=table.name,
            content=table.read(LARGEST + 1), actor=request.user, at=clock.now(),
        )  # fmt: skip
        return redirect("surveys:addresses_preview", found.code, chosen.pk, sheet.code)
    page = {
        "survey": found, "sample": chosen, "form": form, "is_reached": found.state in REACHED,
        "known": queries.reached_of(chosen),
        "columns": [titles[0] for titles in ADDRESSES.values()],
    }  # fmt: skip
    status = 422 if form.is_bound else 200
    return private(render(request, "surveys/addresses.html", page, status=status))


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def preview(
    request: SignedInRequest, survey_code: str, sample_id: int, sheet_code: str
) -> HttpResponse:
    """What taking the table in would do, in numbers of rows; sent off, it does it."""
    found = held(request, survey_code)
    chosen = drawn_sample(found, sample_id)
    sheet = get_object_or_404(
        SurveySheet.objects.select_related("sample__survey__frame"), code=sheet_code,
        added_by=request.user, sample=chosen, kind=SheetKind.ADDRESSES,
    )  # fmt: skip
    if request.method == "POST":
        commands.import_address_sheet(code=sheet.code, actor=request.user, at=clock.now())
        return redirect("surveys:addresses_preview", found.code, chosen.pk, sheet.code)
    page = {
        "survey": found, "sample": chosen, "sheet": sheet, "found": preview_of(sheet),
        "known": queries.reached_of(chosen),
    }  # fmt: skip
    return private(render(request, "surveys/addresses_preview.html", page))


@require_POST
@login_required
def opened(request: SignedInRequest, survey_code: str, sample_id: int) -> HttpResponse:
    """The sheet with the addresses of one community; who saw them, and why, is kept."""
    found = held(request, survey_code)
    chosen = drawn_sample(found, sample_id)
    said = request.POST.get("community", "")
    community = get_object_or_404(chosen.drawn, pk=int(said) if said.isdecimal() else 0)
    told = commands.open_addresses(
        community_id=community.pk, reason=request.POST.get("reason", ""), actor=request.user,
        at=clock.now(),
    )  # fmt: skip
    return sheet_page(request, found, chosen, community=community.pk, addresses=told)

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from xinfeng.base import clock
from xinfeng.base.http import attached
from xinfeng.base.previews import LARGEST
from xinfeng.people.http import SignedInRequest
from xinfeng.people.permissions import OFFICES, SEES_PEOPLE
from xinfeng.units import commands, exporting, permissions, queries, reading, sections
from xinfeng.units.forms import ChoiceForm, MemberForm, NewUnitForm, SheetForm, UnitForm
from xinfeng.units.models import MemberRole, Sheet, SheetKind, Unit
from xinfeng.units.queries import Choice
from xinfeng.units.reach import asking, office, reader, the_unit


@require_GET
@login_required
def units(request: SignedInRequest) -> HttpResponse:
    own = reader(request)
    form = ChoiceForm(request.GET)
    form.is_valid()
    words, within = form.cleaned_data.get("words", ""), form.cleaned_data.get("within")
    page = {
        "units": queries.units_listed(words, within),
        "own": own,
        "words": words,
        "may_govern": bool(request.standing.spans(OFFICES)),
    }
    return render(request, "units/units.html", page)


@require_GET
@login_required
def export(request: SignedInRequest, kind: str) -> HttpResponse:
    office(request)
    if kind == "members":
        members = queries.members_within(request.standing.spans(OFFICES))
        return attached(exporting.members_book(members), "members.xlsx")
    units = Unit.objects.active().in_reading_order()
    return attached(exporting.units_book(units), f"{kind}.xlsx")


@require_http_methods(["GET", "POST"])
@login_required
def add(request: SignedInRequest) -> HttpResponse:
    office(request)
    form = NewUnitForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        made = commands.add_unit(new=form.new(), actor=request.user, at=clock.now())
        return redirect("units:unit", made.code)
    return render(request, "units/unit_form.html", {"form": form, "unit": None})


@require_GET
@login_required
def unit(request: SignedInRequest, code: str) -> HttpResponse:
    return _page(request, the_unit(code), MemberForm())


@require_http_methods(["GET", "POST"])
@login_required
def edit(request: SignedInRequest, code: str) -> HttpResponse:
    office(request)
    found = the_unit(code)
    said = {name: getattr(found, name) for name in ("name", "short_name", "kind")}
    said["parent"] = found.parent.code if found.parent else None
    form = UnitForm(request.POST or None, initial=said)
    if request.method == "POST" and form.is_valid():
        commands.describe_unit(
            unit_id=found.pk, wish=form.wish(), actor=request.user, at=clock.now()
        )
        return redirect("units:unit", code)
    return render(request, "units/unit_form.html", {"form": form, "unit": found})


@require_POST
@login_required
def end(request: SignedInRequest, code: str) -> HttpResponse:
    commands.end_unit(unit_id=the_unit(code).pk, actor=request.user, at=clock.now())
    return redirect("units:unit", code)


@require_POST
@login_required
def name_member(request: SignedInRequest, code: str) -> HttpResponse:
    found, form = the_unit(code), MemberForm(request.POST)
    if not form.is_valid():
        return _page(request, found, form)
    commands.name_member(
        unit_id=found.pk, username=form.cleaned_data["username"],
        role=MemberRole(form.cleaned_data["role"]), actor=request.user, at=clock.now(),
    )  # fmt: skip
    return redirect("units:unit", code)


@require_POST
@login_required
def relieve_member(request: SignedInRequest, member_id: int) -> HttpResponse:
    member = commands.relieve_member(member_id=member_id, actor=request.user, at=clock.now())
    return redirect("units:unit", member.unit.code)


@require_http_methods(["GET", "POST"])
@login_required
def import_table(request: SignedInRequest) -> HttpResponse:
    office(request)
    form = SheetForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        table = form.cleaned_data["table"]
        sheet = commands.add_sheet(
            kind=SheetKind(form.cleaned_data["kind"]), name=table.name,
            content=table.read(LARGEST + 1), actor=request.user, at=clock.now(),
        )  # fmt: skip
        return redirect("units:preview", sheet.pk)
    return render(request, "units/import.html", {"form": form})


@require_http_methods(["GET", "POST"])
@login_required
def preview(request: SignedInRequest, sheet_id: int) -> HttpResponse:
    """What importing the table would do; sent off, it does it."""
    sheet = get_object_or_404(Sheet, pk=sheet_id, added_by_id=request.user.pk)
    if request.method == "POST":
        commands.import_sheet(sheet_id=sheet.pk, actor=request.user, at=clock.now())
        return redirect("units:preview", sheet.pk)
    found = reading.Preview()
    if sheet.imported_at is None:
        found = reading.preview(SheetKind(sheet.kind), bytes(sheet.content), clock.today())
    return render(request, "units/preview.html", {"sheet": sheet, "found": found})


def _page(request: SignedInRequest, found: Unit, form: MemberForm) -> HttpResponse:
    own = reader(request)
    spans = list(request.standing.spans(SEES_PEOPLE))
    if found.pk in own:
        # Whoever acts for a unit knows who else does.
        spans.append((found.division_id, found.division_id + 1))
    page = {
        "unit": found,
        "members": queries.members_listed(found, request.user.pk, spans),
        "member": form,
        "points": queries.listed(Choice(unit=found.code)),
        "may_govern": permissions.may_govern_units(request.standing, found.division_id),
        "may_name": permissions.may_name(request.standing, found, queries.heads(found.pk)),
        "sections": sections.for_unit(found, asking(request, own)),
    }
    return render(request, "units/unit.html", page)

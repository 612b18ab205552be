from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from xinfeng.base import clock, short_code
from xinfeng.base.http import attached
from xinfeng.people.http import SignedInRequest
from xinfeng.people.permissions import OFFICES
from xinfeng.people.queries import masked_names
from xinfeng.places import spots
from xinfeng.places.queries import city_code, counties
from xinfeng.units import commands, exporting, permissions, printing, queries, sections
from xinfeng.units.forms import ChargeForm, ChoiceForm, NewPointForm, PointForm
from xinfeng.units.models import Point, PointType, Unit
from xinfeng.units.queries import Choice
from xinfeng.units.reach import asking, office, reader, the_point


@require_GET
@login_required
def points(request: SignedInRequest) -> HttpResponse:
    reader(request)
    choice, after = _choice(request)
    city = city_code()
    page = {
        "found": queries.listed(choice, after),
        "choice": choice,
        "types": PointType.objects.order_by("position"),
        "units": Unit.objects.active().in_reading_order(),
        "counties": counties(city, clock.today()) if city else [],
        "may_govern": bool(request.standing.spans(OFFICES)),
    }
    return render(request, "units/points.html", page)


@require_GET
@login_required
def features(request: SignedInRequest) -> HttpResponse:
    reader(request)
    choice, _after = _choice(request)
    found = queries.features(choice, lambda point: reverse("units:point", args=[point.code]))
    return JsonResponse(found, content_type="application/geo+json")


@require_GET
@login_required
def export(request: SignedInRequest) -> HttpResponse:
    office(request)
    choice, _after = _choice(request)
    found = queries.chosen(choice).in_reading_order()
    return attached(exporting.points_book(found), "points.xlsx")


@require_GET
@login_required
def codes(request: SignedInRequest) -> HttpResponse:
    """The QR codes of the points of a list, to be cut out and put up."""
    reader(request)
    choice, _after = _choice(request)
    found = queries.chosen(choice).select_related("type", "unit").in_reading_order()
    address = request.build_absolute_uri(reverse("units:point", args=["-"]))
    made = printing.code_sheet(list(found[: printing.MOST]), address.removesuffix("-/"))
    answer = HttpResponse(made, content_type="application/pdf")
    answer["Content-Disposition"] = 'inline; filename="points.pdf"'
    return answer


@require_http_methods(["GET", "POST"])
@login_required
def add(request: SignedInRequest) -> HttpResponse:
    office(request)
    form = NewPointForm(request.POST or None, initial={"code": short_code.new(8)})
    if request.method == "POST" and form.is_valid():
        made = commands.add_point(new=form.new(), actor=request.user, at=clock.now())
        return redirect("units:point", made.code)
    return render(request, "units/point_form.html", {"form": form, "point": None})


@require_GET
@login_required
def point(request: SignedInRequest, point_code: str) -> HttpResponse:
    return _page(request, the_point(point_code), ChargeForm())


@require_http_methods(["GET", "POST"])
@login_required
def edit(request: SignedInRequest, point_code: str) -> HttpResponse:
    office(request)
    found = the_point(point_code)
    form = PointForm(request.POST or None, initial=_as_said(found))
    if request.method == "POST" and form.is_valid():
        commands.describe_point(
            point_id=found.pk, wish=form.wish(), actor=request.user, at=clock.now()
        )
        return redirect("units:point", point_code)
    return render(request, "units/point_form.html", {"form": form, "point": found})


@require_POST
@login_required
def charge(request: SignedInRequest, point_code: str) -> HttpResponse:
    found, form = the_point(point_code), ChargeForm(request.POST)
    if not form.is_valid():
        return _page(request, found, form)
    commands.put_in_charge(
        point_id=found.pk, username=form.cleaned_data["username"], actor=request.user,
        at=clock.now(),
    )  # fmt: skip
    return redirect("units:point", point_code)


@require_POST
@login_required
def relieve(request: SignedInRequest, point_code: str) -> HttpResponse:
    commands.relieve(point_id=the_point(point_code).pk, actor=request.user, at=clock.now())
    return redirect("units:point", point_code)


@require_POST
@login_required
def set_state(request: SignedInRequest, point_code: str, verb: str) -> HttpResponse:
    act = {
        "use": commands.resume_point,
        "suspension": commands.suspend_point,
        "closure": commands.close_point,
    }
    act[verb](point_id=the_point(point_code).pk, actor=request.user, at=clock.now())
    return redirect("units:point", point_code)


def _page(request: SignedInRequest, found: Point, form: ChargeForm) -> HttpResponse:
    units = reader(request)
    keeper = found.person_in_charge_id
    page = {
        "point": found,
        "keeper": masked_names([keeper]).get(keeper) if keeper else None,
        "charge": form,
        "may_govern": permissions.may_govern_points(request.standing, found.division_id),
        "may_charge": permissions.may_put_in_charge(request.standing, found, units),
        "sections": sections.for_point(found, asking(request, units)),
    }
    return render(request, "units/point.html", page)


def _choice(request: SignedInRequest) -> tuple[Choice, queries.Key | None]:
    form = ChoiceForm(request.GET)
    form.is_valid()
    given = form.cleaned_data
    division, _sep, code = given.get("after", "").partition("_")
    choice = Choice(
        given.get("within"), given.get("type", ""), given.get("unit", ""),
        given.get("state", ""), given.get("words", ""),
    )  # fmt: skip
    return choice, ((int(division), code) if code else None)


def _as_said(point: Point) -> dict[str, object]:
    return {
        "name": point.name, "type": point.type_id, "unit": point.unit_id,
        "address": point.address, "place": point.place.code if point.place else "",
        **spots.as_said(point),
    }  # fmt: skip

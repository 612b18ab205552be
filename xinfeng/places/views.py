from datetime import date

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from xinfeng.base import clock, standing
from xinfeng.base.http import Request, attached
from xinfeng.base.previews import LARGEST
from xinfeng.base.refusal import Forbidden, Refusal

from . import choosing, commands, exporting, importing, permissions, queries, spots
from .forms import (
    ChoiceForm,
    DutyForm,
    ExceptionForm,
    FacilityForm,
    NewPlaceForm,
    SheetForm,
    WeekForm,
    WishForm,
)
from .models import DutyKind, Facility, Place, Sheet


@require_safe
def places_list(request: Request) -> HttpResponse:
    choice, after = _choice(request)
    trail = queries.trail_of(choice.within) if choice.within else []
    city = queries.city_code()
    page = {
        "found": queries.listed(choice, after),
        "choice": choice,
        "trail": trail,
        "counties": queries.counties(city, clock.today()) if city else [],
        "may_govern": bool(_standing(request).spans(permissions.OFFICES)),
    }
    return render(request, "places/list.html", page)


@require_safe
def division_options(request: Request) -> HttpResponse:
    """What a form's list of divisions shows for the words typed so far."""
    found = choosing.named(choosing.typed(request.GET))
    return render(request, "places/_division_options.html", {"found": found})


@require_safe
def place_options(request: Request) -> HttpResponse:
    """What a form's list of places shows for the words typed so far."""
    found = choosing.places_named(choosing.typed(request.GET))
    return render(request, "places/_coded_options.html", {"found": found})


@require_safe
def place(request: Request, code: str) -> HttpResponse:
    found = queries.place_page(code, clock.today())
    if found is None:
        raise Http404
    reach = _standing(request)
    page = {
        "page": found,
        "kinds": queries.kinds() if found.place.kind else {},
        "may_describe": permissions.may_describe(reach, found.place),
        "may_govern": permissions.may_govern(reach, found.place.division_id),
    }
    return render(request, "places/place.html", page)


@require_safe
def export(request: Request) -> HttpResponse:
    choice, _after = _choice(request)
    return attached(exporting.workbook(queries.chosen(choice)), "places.xlsx")


@require_http_methods(["GET", "POST"])
@login_required
def add(request: Request) -> HttpResponse:
    if not _standing(request).spans(permissions.OFFICES):
        raise Forbidden("not_an_office", _("Only offices add places."))
    form = NewPlaceForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        made = commands.add(new=form.new(), actor=request.user, at=clock.now())
        return redirect("places:place", made.code)
    return render(request, "places/add.html", {"form": form})


@require_http_methods(["GET", "POST"])
@login_required
def edit(request: Request, code: str) -> HttpResponse:
    """One page for all that a keeper or an office enters of a place."""
    found = queries.place_page(code, clock.today())
    if found is None:
        raise Http404
    reach = _standing(request)
    if not permissions.may_describe(reach, found.place):
        raise Forbidden("not_your_place", _("This is not your place."))
    form = WishForm(request.POST or None, initial=_as_said(found.place))
    if request.method == "POST" and form.is_valid():
        commands.change(
            place_id=found.place.pk, wish=form.wish(), actor=request.user, at=clock.now()
        )
        return redirect("places:place", code)
    return _edit_page(request, found, wish=form)


def _edit_page(request: Request, found: queries.PlacePage, **filled: object) -> HttpResponse:
    page = {
        "page": found,
        "wish": WishForm(initial=_as_said(found.place)),
        "facility": FacilityForm(),
        "week": WeekForm(initial=_week(found)),
        "exception": ExceptionForm(),
        "duty": DutyForm(),
        "may_govern": permissions.may_govern(_standing(request), found.place.division_id),
    }
    return render(request, "places/edit.html", page | filled)


@require_POST
@login_required
def enter_facility(request: Request, code: str) -> HttpResponse:
    form = FacilityForm(request.POST)
    if not form.is_valid():
        return _again(request, code, facility=form)
    commands.enter_facility(
        place_id=_id(code), new=form.new(), actor=request.user, at=clock.now()
    )
    return redirect("places:edit", code)


@require_POST
@login_required
def remove_facility(request: Request, facility_id: int) -> HttpResponse:
    get_object_or_404(Facility, pk=facility_id)
    place = commands.remove_facility(
        facility_id=facility_id, actor=request.user, at=clock.now()
    )
    return redirect("places:edit", place.code)


@require_POST
@login_required
def set_week(request: Request, code: str) -> HttpResponse:
    form = WeekForm(request.POST)
    if not form.is_valid():
        return _again(request, code, week=form)
    commands.set_week(place_id=_id(code), week=form.week(), actor=request.user, at=clock.now())
    return redirect("places:edit", code)


@require_POST
@login_required
def close_on(request: Request, code: str) -> HttpResponse:
    form = ExceptionForm(request.POST)
    if not form.is_valid():
        return _again(request, code, exception=form)
    day: date = form.cleaned_data["on"]
    commands.close_on(
        place_id=_id(code),
        on=day,
        reason=form.cleaned_data["reason"],
        actor=request.user,
        at=clock.now(),
    )
    return redirect("places:edit", code)


@require_POST
@login_required
def name_person(request: Request, code: str) -> HttpResponse:
    form = DutyForm(request.POST)
    if not form.is_valid():
        return _again(request, code, duty=form)
    commands.name_person(
        place_id=_id(code),
        username=form.cleaned_data["username"],
        kind=DutyKind(form.cleaned_data["kind"]),
        actor=request.user,
        at=clock.now(),
    )
    return redirect("places:edit", code)


@require_POST
@login_required
def set_state(request: Request, code: str, verb: str) -> HttpResponse:
    act = {"opening": commands.open_, "suspension": commands.suspend, "closure": commands.close}
    act[verb](place_id=_id(code), actor=request.user, at=clock.now())
    return redirect("places:place", code)


@require_http_methods(["GET", "POST"])
@login_required
def import_table(request: Request) -> HttpResponse:
    if not _standing(request).spans(permissions.OFFICES):
        raise Forbidden("not_an_office", _("Only offices import places."))
    form = SheetForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        table = form.cleaned_data["table"]
        if table.size > LARGEST:
            raise Refusal("sheet_size", _("This table is too large; split it."))
        sheet = commands.add_sheet(
            name=table.name, content=table.read(), actor=request.user, at=clock.now()
        )
        return redirect("places:preview", sheet.pk)
    return render(request, "places/import.html", {"form": form})


@require_http_methods(["GET", "POST"])
@login_required
def preview(request: Request, sheet_id: int) -> HttpResponse:
    """What importing the table would do; sent off, it does it."""
    sheet = get_object_or_404(Sheet, pk=sheet_id, added_by_id=request.user.pk)
    if request.method == "POST":
        commands.import_sheet(sheet_id=sheet.pk, actor=request.user, at=clock.now())
        return redirect("places:preview", sheet.pk)
    found = importing.preview(bytes(sheet.content), today=clock.today())
    return render(request, "places/preview.html", {"sheet": sheet, "found": found})


def _again(request: Request, code: str, **filled: object) -> HttpResponse:
    """The page once more with what was typed and what is wrong with it."""
    found = queries.place_page(code, clock.today())
    if found is None:
        raise Http404
    if not permissions.may_describe(_standing(request), found.place):
        raise Forbidden("not_your_place", _("This is not your place."))
    return _edit_page(request, found, **filled)


def _standing(request: Request) -> standing.Standing:
    return request.standing


def _id(code: str) -> int:
    # The page of a place is public, so an unknown code hides nothing.
    return get_object_or_404(Place.objects.only("pk"), code=code).pk


def _choice(request: Request) -> tuple[queries.Choice, queries.Key | None]:
    form = ChoiceForm(request.GET)
    form.is_valid()
    given = form.cleaned_data
    division, _sep, code = given.get("after", "").partition("_")
    choice = queries.Choice(
        given.get("within"), given.get("tier", ""), given.get("state", ""),
        given.get("words", ""),
    )  # fmt: skip
    return choice, ((int(division), code) if code else None)


def _as_said(place: Place) -> dict[str, object]:
    return {
        "name": place.name,
        "name_en": place.name_en,
        "kind": place.kind,
        "address": place.address,
        **spots.as_said(place),
    }


def _week(found: queries.PlacePage) -> dict[str, str]:
    return {
        f"day{day}": ", ".join(
            f"{_clock(o.opens_minute)}-{_clock(o.closes_minute)}" for o in openings
        )
        for day, openings in found.week
    }


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"

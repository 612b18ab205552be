import re
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from .choosing import DivisionField
from .models import DutyKind, FacilityKind, PlaceState, Tier
from .spots import SpotForm
from .wishes import NewFacility, NewPlace, Opening, Wish


class ChoiceForm(forms.Form):
    """How the list is narrowed, read from the address; nonsense narrows nothing."""

    within = forms.IntegerField(required=False, min_value=10**11, max_value=10**12 - 1)
    tier = forms.ChoiceField(required=False, choices=[("", ""), *Tier.choices])
    state = forms.ChoiceField(required=False, choices=[("", ""), *PlaceState.choices])
    words = forms.CharField(required=False, max_length=40)
    after = forms.RegexField(r"^\d{12}_[\w-]{1,20}$", required=False)


class WishForm(SpotForm):
    """What can be said of a place at any time."""

    name = forms.CharField(label=_("Name"), max_length=120)
    name_en = forms.CharField(label=_("English name"), max_length=160, required=False)
    kind = forms.SlugField(
        label=_("Industry or field"),
        help_text=_("For bases only."),
        max_length=40,
        required=False,
    )
    address = forms.CharField(label=_("Address"), max_length=200, required=False)
    field_order: tuple[str, ...] = ("name", "name_en", "kind", "address")

    def wish(self) -> Wish:
        given = self.cleaned_data
        lon, lat = self.spot()
        return Wish(given["name"], given["name_en"], given["kind"], given["address"], lon, lat)


class NewPlaceForm(WishForm):
    code = forms.RegexField(
        r"^[A-Za-z0-9_-]{1,20}$",
        label=_("Code"),
        help_text=_("Letters, digits and hyphens, 20 at most."),
    )
    tier = forms.ChoiceField(label=_("Tier"), choices=Tier.choices)
    division = DivisionField()
    field_order = ("code", "tier", "division", *WishForm.field_order)

    def new(self) -> NewPlace:
        given = self.cleaned_data
        return NewPlace(given["code"], Tier(given["tier"]), given["division"].pk, self.wish())


class FacilityForm(forms.Form):
    kind = forms.ChoiceField(label=_("What"), choices=FacilityKind.choices)
    name = forms.CharField(
        label=_("Name, where there are several"), max_length=80, required=False
    )
    area_m2 = forms.IntegerField(label=_("Area in m²"), required=False, min_value=1)
    seats = forms.IntegerField(label=_("Seats"), required=False, min_value=0)
    items = forms.IntegerField(label=_("Items"), required=False, min_value=0)

    def new(self) -> NewFacility:
        given = self.cleaned_data
        return NewFacility(
            FacilityKind(given["kind"]), given["name"], given["area_m2"], given["seats"],
            given["items"],
        )  # fmt: skip


class ExceptionForm(forms.Form):
    on = forms.DateField(label=_("Day"), widget=forms.DateInput(attrs={"type": "date"}))
    reason = forms.CharField(label=_("Why it is closed"), max_length=120)


class DutyForm(forms.Form):
    username = forms.CharField(label=_("Account name"), max_length=60)
    kind = forms.ChoiceField(label=_("Duty"), choices=DutyKind.choices)


class SheetForm(forms.Form):
    table = forms.FileField(label=_("Excel or CSV table of places"))


WEEKDAYS = (
    _("Monday"),
    _("Tuesday"),
    _("Wednesday"),
    _("Thursday"),
    _("Friday"),
    _("Saturday"),
    _("Sunday"),
)
_SPAN = re.compile(r"(\d{1,2})[:：](\d{2})\s*[-–—~至]\s*(\d{1,2})[:：](\d{2})")


class WeekForm(forms.Form):
    """Seven lines such as “09:00-11:30, 14:30-17:00”; an empty one is closed."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for day, title in enumerate(WEEKDAYS):
            self.fields[f"day{day}"] = forms.CharField(
                label=title, required=False, max_length=80
            )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        for day in range(7):
            text = given.get(f"day{day}", "")
            rest = _SPAN.sub("", text).strip(" ,，;；、")
            if rest or not all(_minutes(*found) for found in _SPAN.findall(text)):
                self.add_error(f"day{day}", gettext("Write it as 09:00-11:30, 14:30-17:00."))
        return given

    def week(self) -> list[Opening]:
        return [
            Opening(day, *span)
            for day in range(7)
            for found in _SPAN.findall(self.cleaned_data[f"day{day}"])
            if (span := _minutes(*found))
        ]


def _minutes(h1: str, m1: str, h2: str, m2: str) -> tuple[int, int] | None:
    opens, closes = int(h1) * 60 + int(m1), int(h2) * 60 + int(m2)
    fits = int(m1) < 60 and int(m2) < 60 and opens < closes <= 1440
    return (opens, closes) if fits else None

from django import forms
from django.utils.translation import gettext_lazy as _

from xinfeng.places.choosing import DivisionField
from xinfeng.places.models import Place
from xinfeng.places.spots import SpotForm

from .models import MemberRole, PointState, PointType, SheetKind, Unit, UnitKind
from .wishes import NewPoint, NewUnit, PointWish, UnitWish


class ChoiceForm(forms.Form):
    """How the list is narrowed, read from the address; nonsense narrows nothing."""

    within = forms.IntegerField(required=False, min_value=10**11, max_value=10**12 - 1)
    type = forms.SlugField(required=False, max_length=40)
    unit = forms.SlugField(required=False, max_length=20)
    state = forms.ChoiceField(required=False, choices=[("", ""), *PointState.choices])
    words = forms.CharField(required=False, max_length=40)
    after = forms.RegexField(r"^\d{12}_[\w-]{1,20}$", required=False)


class UnitForm(forms.Form):
    """What can be said of a unit at any time."""

    name = forms.CharField(label=_("Name"), max_length=120)
    short_name = forms.CharField(label=_("Short name"), max_length=40)
    kind = forms.ChoiceField(label=_("Kind of unit"), choices=UnitKind.choices)
    parent = forms.ModelChoiceField(
        Unit.objects.active().in_reading_order(),
        label=_("Unit above it"), required=False, to_field_name="code",
    )  # fmt: skip

    def wish(self) -> UnitWish:
        given = self.cleaned_data
        parent = given["parent"]
        return UnitWish(
            given["name"], given["short_name"], UnitKind(given["kind"]),
            parent.pk if parent else None,
        )  # fmt: skip


class _Coded(forms.Form):
    code = forms.RegexField(
        r"^[A-Za-z0-9_-]{1,20}$",
        label=_("Code"),
        help_text=_("Letters, digits and hyphens, 20 at most."),
    )
    division = DivisionField()


class NewUnitForm(UnitForm, _Coded):
    field_order = ("code", "division")

    def new(self) -> NewUnit:
        return NewUnit(self.cleaned_data["code"], self.cleaned_data["division"].pk, self.wish())


class PointForm(SpotForm):
    """What can be said of a point at any time."""

    name = forms.CharField(label=_("Name"), max_length=120)
    type = forms.ModelChoiceField(
        PointType.objects.filter(is_active=True).order_by("position"), label=_("Type of point")
    )
    unit = forms.ModelChoiceField(
        Unit.objects.active().in_reading_order(), label=_("Responsible unit")
    )
    address = forms.CharField(label=_("Address"), max_length=200, required=False)
    place = forms.ModelChoiceField(
        Place.objects.order_by("code"), label=_("Practice place"), required=False,
        to_field_name="code", widget=forms.TextInput,
        help_text=_("Its code, when the point is a practice place."),
    )  # fmt: skip
    field_order: tuple[str, ...] = ("name", "type", "unit", "address", "place")

    def wish(self) -> PointWish:
        given = self.cleaned_data
        lon, lat = self.spot()
        place = given["place"]
        return PointWish(
            name=given["name"], type_id=given["type"].pk, unit_id=given["unit"].pk,
            address=given["address"], place_id=place.pk if place else None,
            lat_e6=lat, lon_e6=lon,
        )  # fmt: skip


class NewPointForm(PointForm, _Coded):
    field_order = ("code", "division", *PointForm.field_order)

    def new(self) -> NewPoint:
        return NewPoint(
            self.cleaned_data["code"], self.cleaned_data["division"].pk, self.wish()
        )


class MemberForm(forms.Form):
    username = forms.CharField(label=_("Account name"), max_length=40)
    role = forms.ChoiceField(label=_("Part in the unit"), choices=MemberRole.choices)


class ChargeForm(forms.Form):
    username = forms.CharField(label=_("Account name"), max_length=40)


class SheetForm(forms.Form):
    kind = forms.ChoiceField(label=_("What the table holds"), choices=SheetKind.choices)
    table = forms.FileField(label=_("Excel or CSV table"))

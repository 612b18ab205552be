from django import forms
from django.utils.translation import gettext_lazy as _

from xinfeng.people.models import Person
from xinfeng.places.choosing import DivisionField
from xinfeng.places.models import Place

from .models import RefundReason


class MerchantForm(forms.Form):
    """A shop that would like to take part; the hidden code makes resending harmless."""

    code = forms.CharField(max_length=20, widget=forms.HiddenInput)
    name = forms.CharField(label=_("Name of the shop"), max_length=120)
    address = forms.CharField(label=_("Address of the shop"), max_length=200)
    hours_note = forms.CharField(
        label=_("When things can be picked up"), max_length=120, required=False
    )
    division = DivisionField()
    place = forms.ModelChoiceField(
        label=_("Code of its place"),
        help_text=_("Leave empty when it lies in no practice place."),
        queryset=Place.objects.all(),
        to_field_name="code",
        required=False,
        widget=forms.TextInput,
        error_messages={"invalid_choice": _("There is no place with this code.")},
    )


class RewardForm(forms.Form):
    code = forms.CharField(max_length=20, widget=forms.HiddenInput)
    title = forms.CharField(label=_("What it is"), max_length=80)
    description = forms.CharField(
        label=_("Description"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    price_points = forms.IntegerField(
        label=_("Price in points"), min_value=1, max_value=100_000
    )
    pieces = forms.IntegerField(label=_("How many there are"), min_value=1, max_value=100_000)


class RestockForm(forms.Form):
    pieces = forms.IntegerField(label=_("How many more"), min_value=1, max_value=100_000)


class RedeemForm(forms.Form):
    """The hidden id makes resending harmless."""

    client_id = forms.UUIDField(widget=forms.HiddenInput)


class CodeForm(forms.Form):
    code = forms.CharField(
        label=_("Code that the person shows"),
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )


class ReasonForm(forms.Form):
    reason = forms.ChoiceField(label=_("Reason"), choices=RefundReason.choices)


class ClerkForm(forms.Form):
    person = forms.ModelChoiceField(
        label=_("Account name"),
        queryset=Person.objects.all(),
        to_field_name="username",
        widget=forms.TextInput,
        error_messages={"invalid_choice": _("There is no account with this name.")},
    )

from django import forms
from django.utils.translation import gettext_lazy as _

from xinfeng.places.models import Division, Place

from .models import TeamKind


class FoundForm(forms.Form):
    """A new team of a division or a place; the hidden code makes resending harmless."""

    code = forms.CharField(max_length=20, widget=forms.HiddenInput)
    name = forms.CharField(label=_("Name of the team"), max_length=120)
    kind = forms.ChoiceField(label=_("Kind"), choices=TeamKind.choices)
    division = forms.ModelChoiceField(
        label=_("Division code"),
        help_text=_("12 digits, for example 430405007006."),
        queryset=Division.objects.all(),
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        error_messages={"invalid_choice": _("There is no division with this code.")},
    )
    place = forms.ModelChoiceField(
        label=_("Code of its place"),
        help_text=_("Leave empty when the team belongs to no place."),
        queryset=Place.objects.all(),
        to_field_name="code",
        required=False,
        widget=forms.TextInput,
        error_messages={"invalid_choice": _("There is no place with this code.")},
    )


class AppointForm(forms.Form):
    person = forms.IntegerField(widget=forms.HiddenInput)

from django import forms
from django.utils.translation import gettext_lazy as _

from xinfeng.places.models import Division, Place

from .models import Person, Role


class OverForm(forms.Form):
    """A role over one division or one place."""

    role = forms.ChoiceField(label=_("Role"), choices=Role.choices)
    division = forms.ModelChoiceField(
        label=_("Division code"),
        help_text=_("For offices and auditors; 12 digits, for example 430405007006."),
        queryset=Division.objects.all(),
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        error_messages={"invalid_choice": _("There is no division with this code.")},
    )
    place = forms.ModelChoiceField(
        label=_("Code of the place"),
        help_text=_("For keepers: the place they keep, instead of a division."),
        queryset=Place.objects.all(),
        to_field_name="code",
        required=False,
        widget=forms.TextInput,
        error_messages={"invalid_choice": _("There is no place with this code.")},
    )

    def over(self) -> dict[str, int | None]:
        division, place = (self.cleaned_data[name] for name in ("division", "place"))
        return {
            "division_id": division.pk if division else None,
            "place_id": place.pk if place else None,
        }


class GiveForm(OverForm):
    person = forms.ModelChoiceField(
        label=_("Account name"),
        queryset=Person.objects.all(),
        to_field_name="username",
        widget=forms.TextInput,
        error_messages={"invalid_choice": _("There is no account with this name.")},
    )
    field_order = ("person", "role", "division", "place")


class RegisterForm(forms.Form):
    """A new account; the division is where the person lives or works."""

    username = forms.RegexField(
        r"^[a-z0-9._-]{3,30}$",
        label=_("Account name"),
        help_text=_("Small letters, digits, dots and hyphens; 3 to 30 of them."),
    )
    name = forms.CharField(label=_("Own name"), max_length=60)
    home = forms.ModelChoiceField(
        label=_("Division code"),
        queryset=Division.objects.all(),
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        error_messages={"invalid_choice": _("There is no division with this code.")},
    )
    volunteers = forms.BooleanField(label=_("Registers as a volunteer"), required=False)

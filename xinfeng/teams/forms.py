from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from xinfeng.places.choosing import DivisionField, PlaceField

from .choosing import TeamField
from .models import REMOVALS, TeamKind


class FoundForm(forms.Form):
    """A new team of a division or a place; the hidden code makes resending harmless."""

    code = forms.CharField(max_length=20, widget=forms.HiddenInput)
    name = forms.CharField(label=_("Name of the team"), max_length=120)
    kind = forms.ChoiceField(label=_("Kind"), choices=[("", _("choose")), *TeamKind.choices])
    division = DivisionField()
    place = PlaceField(
        label=_("Its place"),
        help_text=_("Type its name. Leave empty when the team belongs to no place."),
        required=False,
    )
    parent = TeamField(
        label=_("The team above it"),
        help_text=_("Type its name. Leave empty when it stands on its own."),
        required=False,
    )
    purpose = forms.CharField(
        label=_("What the team does"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class PersonForm(forms.Form):
    person = forms.IntegerField(widget=forms.HiddenInput)


class RemoveForm(PersonForm):
    reason = forms.ChoiceField(
        label=_("Reason"), choices=[(reason.value, reason.label) for reason in REMOVALS]
    )


class HeadsForm(forms.Form):
    """How many serve without an account; empty: not known."""

    heads = forms.IntegerField(
        label=_("Members without an account"),
        help_text=_("Counted beside the registered ones. Leave empty when not known."),
        min_value=0,
        max_value=100_000,
        required=False,
    )
    on = forms.DateField(
        label=_("Counted on"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


class PurposeForm(forms.Form):
    purpose = forms.CharField(
        label=_("What the team does"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class InviteForm(forms.Form):
    """One person, by what the leader knows of them."""

    to = forms.CharField(
        label=_("Mobile number or account name"),
        help_text=_("You will not be told whether there is such an account."),
        max_length=40,
    )
    name = forms.CharField(
        label=_("Name, so that you know whom you asked"), max_length=60, required=False
    )


class TableForm(forms.Form):
    """A table of people; the hidden code makes resending harmless."""

    code = forms.CharField(max_length=20, widget=forms.HiddenInput)
    table = forms.FileField(
        label=_("Excel or CSV with the columns 姓名 and 手机号"),
        help_text=_("At most 100,000 people and 20 MB."),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.xls,.csv"}),
    )

    def __init__(self, code: str, data: Any = None, files: Any = None) -> None:
        super().__init__(data, files, initial={"code": code})


class StrangerForm(forms.Form):
    """Somebody with an invitation and without an account."""

    name = forms.CharField(label=_("Name as on the ID card"), max_length=60)
    id_number = forms.CharField(
        label=_("ID number"),
        help_text=_("For the real-name check that the law asks for. It is kept sealed."),
        max_length=30,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    phone = forms.CharField(
        label=_("Mobile number"),
        max_length=30,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "tel"}),
    )
    home = DivisionField(label=_("Village or community you live in"))
    username = forms.RegexField(
        r"^[a-z0-9._-]{3,30}$",
        label=_("Account name"),
        help_text=_("Small letters, digits, dots and hyphens; 3 to 30 of them."),
        widget=forms.TextInput(attrs={"autocomplete": "username"}),
    )
    password = forms.CharField(
        label=_("Password"),
        min_length=10,
        max_length=128,
        help_text=_("At least 10 signs."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    agreed = forms.CharField(
        max_length=40,
        required=True,
        error_messages={"required": _("Read the text and agree to it first.")},
    )


class RelativeForm(forms.Form):
    """A family member without a telephone; the hidden account name makes resending harmless."""

    username = forms.RegexField(r"^f-[a-z0-9]{8,20}$", widget=forms.HiddenInput)
    name = forms.CharField(label=_("Name as on the ID card"), max_length=60)
    born_on = forms.DateField(
        label=_("Date of birth"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    id_number = forms.CharField(
        label=_("ID number"),
        help_text=_("Needed for certificates; may be left empty."),
        max_length=30,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    agreed = forms.CharField(
        max_length=40,
        error_messages={"required": _("Read the text and agree to it first.")},
    )

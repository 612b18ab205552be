from datetime import date, datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from xinfeng.places.models import Division, Place
from xinfeng.teams.models import Team

from .models import Category


class ChoiceForm(forms.Form):
    """How the list is narrowed, read from the address; nonsense narrows nothing."""

    within = forms.IntegerField(required=False, min_value=10**11, max_value=10**12 - 1)
    category = forms.SlugField(required=False)
    day = forms.DateField(required=False)


class AnnounceForm(forms.Form):
    """One activity with one shift. The hidden code makes resending harmless."""

    code = forms.CharField(max_length=20, widget=forms.HiddenInput)
    title = forms.CharField(label=_("What volunteers will do"), max_length=120)
    category = forms.ModelChoiceField(
        label=_("Category"), queryset=Category.objects.order_by("code", "pk")
    )
    division = forms.ModelChoiceField(
        label=_("Division code"),
        help_text=_("12 digits, for example 430405007006."),
        queryset=Division.objects.all(),
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        error_messages={"invalid_choice": _("There is no division with this code.")},
    )
    place = forms.ModelChoiceField(
        label=_("Code of the place"),
        help_text=_("Leave empty when it is at no practice place."),
        queryset=Place.objects.all(),
        to_field_name="code",
        required=False,
        widget=forms.TextInput,
        error_messages={"invalid_choice": _("There is no place with this code.")},
    )
    team = forms.ModelChoiceField(
        label=_("Code of the team"),
        help_text=_("Leave empty when no team invites."),
        queryset=Team.objects.all(),
        to_field_name="code",
        required=False,
        widget=forms.TextInput,
        error_messages={"invalid_choice": _("There is no team with this code.")},
    )
    day = forms.DateField(label=_("Day"), widget=forms.DateInput(attrs={"type": "date"}))
    starts = forms.TimeField(label=_("From"), widget=forms.TimeInput(attrs={"type": "time"}))
    ends = forms.TimeField(label=_("To"), widget=forms.TimeInput(attrs={"type": "time"}))
    capacity = forms.IntegerField(label=_("Places"), min_value=1, max_value=10_000)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        starts, ends = given.get("starts"), given.get("ends")
        if starts and ends and ends <= starts:
            self.add_error("ends", gettext("The end must be after the beginning."))
        return given

    def moment(self, name: str) -> datetime:
        """The day and one of its times in the city's own time zone."""
        day: date = self.cleaned_data["day"]
        return timezone.make_aware(datetime.combine(day, self.cleaned_data[name]))

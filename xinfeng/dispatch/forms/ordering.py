"""Ordering, step by step: when, then where and for whom."""

import re
from datetime import date, timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from xinfeng.base import pack
from xinfeng.base.phone import normal
from xinfeng.dispatch.models import Relation
from xinfeng.people.forms import choices
from xinfeng.people.models import PartOfDay
from xinfeng.places.models import Division

DAYS_SHOWN = 7
# Weeks that can be looked ahead.
MOST_WEEKS = 3
NAME, ADDRESS, NOTE = 40, 120, 300
ME, OTHER = "ME", "OTHER"
# Fields of the form that a draft keeps under the same name.
SAID = ("for_minor", "relation", "name", "phone", "address", "language", "note")


class Whole(forms.TypedMultipleChoiceField):
    """Several whole numbers to tick."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(coerce=int, required=False, **kwargs)


class WhenForm(forms.Form):
    """Days of one week, and parts of the day; none ticked means any part."""

    days = forms.MultipleChoiceField(
        label=_("Or choose days"), widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": _("Choose at least one day, or “as soon as possible”."),
            "invalid_choice": _("This day cannot be chosen. Choose again."),
        },
    )  # fmt: skip
    parts = Whole(
        label=_("At what time of the day"),
        help_text=_("Nothing ticked: any time suits."),
        choices=PartOfDay.choices,
    )

    def __init__(self, *args: Any, first: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        shown = [first + timedelta(days=n) for n in range(DAYS_SHOWN)]
        # The label is the day itself: the page writes it in its own language.
        self.fields["days"].choices = [(day.isoformat(), day) for day in shown]  # type: ignore[attr-defined]


class WhoForm(forms.Form):
    """For whom, and how to reach them; the same fields whoever fills them in."""

    division = forms.ModelChoiceField(
        queryset=Division.objects.all(), widget=forms.HiddenInput,
        error_messages={"invalid_choice": _("Choose the place once more.")},
    )  # fmt: skip
    for_whom = forms.ChoiceField(
        label=_("For whom"), widget=forms.RadioSelect,
        choices=[
            (ME, _("For me")),
            (OTHER, _("For somebody else: a neighbour, a parent, a child")),
        ],
    )  # fmt: skip
    relation = forms.ChoiceField(
        label=_("Who you are to them"), required=False,
        choices=[("", _("choose")), *Relation.choices],
    )  # fmt: skip
    for_minor = forms.BooleanField(
        label=_("The person is under 18: the name below is of a grown-up who will be there."),
        required=False,
    )
    name = forms.CharField(
        label=_("Name of the person who is served"), max_length=NAME,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )  # fmt: skip
    phone = forms.CharField(
        label=_("Telephone"), max_length=20, required=False,
        help_text=_("At which somebody answers; a landline with its area code."),
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "tel"}),
    )  # fmt: skip
    address = forms.CharField(
        label=_("House and door"), max_length=ADDRESS,
        help_text=_("As a stranger finds it, for example: group 3, the house behind the shop."),
        widget=forms.TextInput(attrs={"autocomplete": "street-address"}),
    )  # fmt: skip
    language = forms.ChoiceField(label=_("Language the person speaks best"), required=False)
    note = forms.CharField(
        label=_("What the volunteer should know beforehand"), max_length=NOTE, required=False,
        help_text=_("For example: hard of hearing, third floor without a lift."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip
    agreed = forms.BooleanField(
        label=_("The person who is served knows of this order and agrees that the centre keeps"
                " these data for it."),
        error_messages={"required": _("Ask the person first, then tick here.")},
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        languages = choices(pack.load(settings.CITY_PACK).languages)
        self.fields["language"].choices = [("", _("any")), *languages]  # type: ignore[attr-defined]

    def clean_phone(self) -> str:
        return telephone(self.cleaned_data["phone"])

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        other = given.get("for_whom") == OTHER
        if other and not given.get("relation"):
            self.add_error("relation", gettext("Say who you are to them."))
        if given.get("for_whom") == ME and "phone" in given and not given["phone"]:
            sentence = gettext("Enter a telephone at which the volunteer can reach you.")
            self.add_error("phone", sentence)
        if not other:
            given |= {"relation": "", "for_minor": False}
        return given

    @property
    def said(self) -> dict[str, Any]:
        """For the draft."""
        given = self.cleaned_data
        return {
            "division": given["division"].pk,
            "for_other": given["for_whom"] == OTHER,
            **{n: given[n] for n in SAID},
            "agreed": True,
        }


def telephone(typed: str) -> str:
    """Plain digits of a mobile or a landline; empty where there is none."""
    number = normal(typed)
    if number and not re.fullmatch(r"1[3-9]\d{9}|0[1-9]\d{1,2}[2-8]\d{6,7}", number):
        raise forms.ValidationError(
            gettext(
                "This is no telephone number: a mobile has 11 digits, a landline its area code."
            )
        )
    return number

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from xinfeng.inspections.models import WhyReplaced

_DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
MOST_POINTS = 2_000


class PlanForm(forms.Form):
    """What a clerk says of a round before it is bound."""

    name = forms.CharField(label=_("Name"), max_length=80)
    standard = forms.TypedChoiceField(label=_("Standard"), coerce=int)
    since = forms.DateField(label=_("First day"), widget=_DAY)
    until = forms.DateField(label=_("Ends before"), widget=_DAY)
    size = forms.IntegerField(
        label=_("Points to draw"), min_value=1, max_value=MOST_POINTS, initial=100
    )
    least = forms.IntegerField(
        label=_("At least from each kind in each county"),
        min_value=0,
        max_value=20,
        initial=1,
        help_text=_("The rest is shared out in proportion to the points registered."),
    )
    cycle_year = forms.TypedChoiceField(
        label=_("Year of the cycle"),
        required=False,
        coerce=int,
        empty_value=None,
        choices=[("", _("does not count for a cycle")), (1, "1"), (2, "2"), (3, "3")],
    )

    def __init__(self, *args: Any, standards: list[tuple[int, str]], **more: Any) -> None:
        super().__init__(*args, **more)
        chosen: Any = self.fields["standard"]
        chosen.choices = standards


class DiceForm(forms.Form):
    dice = forms.CharField(
        label=_("What was thrown in public"),
        max_length=80,
        help_text=_("Dice, a lottery number: anything that a crowd has seen, just now."),
    )


class GoingForm(forms.Form):
    """Who goes out."""

    people = forms.TypedMultipleChoiceField(
        label=_("Inspectors"), coerce=int, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, able: list[tuple[int, str]], **more: Any) -> None:
        super().__init__(*args, **more)
        chosen: Any = self.fields["people"]
        chosen.choices = able


class ReplaceForm(forms.Form):
    why = forms.ChoiceField(label=_("Reason"), choices=WhyReplaced.choices)


class HoursForm(forms.Form):
    """How much work there is; what cannot be read is the usual."""

    USUAL = 200
    hours = forms.IntegerField(
        label=_("Hours of work"), min_value=1, max_value=100_000, required=False
    )
    unit = forms.CharField(required=False, max_length=20)

    def chosen(self) -> tuple[int, str]:
        self.is_valid()
        return self.cleaned_data.get("hours") or self.USUAL, self.cleaned_data.get("unit", "")


class PointsForm(forms.Form):
    """What a list of a round's points is narrowed to."""

    inspector = forms.IntegerField(required=False, min_value=1, max_value=2**60)
    county = forms.IntegerField(required=False, min_value=10**11, max_value=10**12)
    state = forms.ChoiceField(
        required=False,
        choices=[(s, s) for s in ("TO_VISIT", "VISITED", "REPLACED")],
    )

    def chosen(self) -> dict[str, Any]:
        self.is_valid()
        given = self.cleaned_data
        return {
            "inspector": given.get("inspector"),
            "county": given.get("county"),
            "state": given.get("state", ""),
        }

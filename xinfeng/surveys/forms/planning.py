"""What a clerk says of a survey before it is bound."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from xinfeng.surveys.framing import InStratum
from xinfeng.surveys.models import (
    DRAWN_MODES,
    AdultRule,
    Allocation,
    HouseholdWay,
    LonelyRule,
    Mode,
)
from xinfeng.surveys.wishes import NewQuota, NewSample

_DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
Choices = list[tuple[Any, str]]


def percent(label: Any, initial: float | None = None, **more: Any) -> forms.FloatField:
    return forms.FloatField(label=label, min_value=0.1, max_value=99.9, initial=initial, **more)


class SizeForm(forms.Form):
    """What the calculator is asked."""

    share = percent(_("Share expected to be satisfied (%)"), 90)
    margin = percent(_("Margin wanted (± percentage points)"), 2)
    last = percent(_("Share of last year (%)"), 88, required=False)
    per_community = forms.IntegerField(
        label=_("Households asked in each community"), min_value=1, max_value=500, initial=20
    )
    likeness = forms.FloatField(
        label=_("How alike neighbours answer (0 to 1)"), min_value=0, max_value=1, initial=0.05,
        help_text=_("0: no more than strangers. 0.05 is usual for satisfaction."),
    )  # fmt: skip
    population = forms.IntegerField(
        label=_("Adults in the area"), min_value=1, max_value=2 * 10**9, required=False,
        help_text=_("Only matters in small areas; leave it empty for a city."),
    )  # fmt: skip
    response = percent(_("Of a hundred asked, so many will answer"), 70)


class PlanForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=80)
    year = forms.IntegerField(
        label=_("Year the answers are about"), min_value=1990, max_value=2100
    )
    series = forms.SlugField(
        label=_("Series"), max_length=30, required=False,
        help_text=_("Surveys of one series ask the same and are compared over the years."),
    )  # fmt: skip
    questionnaire = forms.TypedChoiceField(label=_("Locked questionnaire"), coerce=int)
    since = forms.DateField(label=_("First day"), widget=_DAY)
    until = forms.DateField(label=_("Ends before"), widget=_DAY)
    modes = forms.TypedMultipleChoiceField(
        label=_("Ways of asking"), coerce=Mode, choices=Mode.choices,
        widget=forms.CheckboxSelectMultiple, initial=[Mode.HOUSEHOLD],
        help_text=_("Answers of two ways are never put together; each has its own sample."),
    )  # fmt: skip
    frame = forms.TypedChoiceField(
        label=_("Frame to draw from"), coerce=int, required=False, empty_value=None
    )
    communities = forms.IntegerField(
        label=_("Communities to draw"),
        min_value=1,
        max_value=5_000,
        initial=100,
        required=False,
    )
    per_community = forms.IntegerField(
        label=_("Households of each"), min_value=1, max_value=500, initial=20, required=False
    )
    allocation = forms.TypedChoiceField(
        label=_("How communities are shared out"), coerce=Allocation,
        choices=Allocation.choices, initial=Allocation.PROPORTIONAL,
        help_text=_(
            "Proportional: the whole city as it is. Equal: every area as sure as the next."
            " Neyman: more where answers differ more."
        ),
    )  # fmt: skip
    least = forms.IntegerField(
        label=_("At least of each stratum"), min_value=1, max_value=50, initial=2,
        help_text=_("With one alone nobody can say how far off it is."),
    )  # fmt: skip
    town = percent(_("Share expected in towns (%)"), required=False,
                   help_text=_("For Neyman’s allocation only."))  # fmt: skip
    country = percent(_("Share expected in the country (%)"), required=False)
    way = forms.TypedChoiceField(
        label=_("Households are drawn"), coerce=HouseholdWay, choices=HouseholdWay.choices
    )
    adult = forms.TypedChoiceField(
        label=_("One adult is chosen by"), coerce=AdultRule, choices=AdultRule.choices
    )
    lonely = forms.TypedChoiceField(
        label=_("A stratum with one community"), coerce=LonelyRule, choices=LonelyRule.choices,
        initial=LonelyRule.ADJUST,
    )  # fmt: skip
    quotas = forms.CharField(
        label=_("Quotas in the street"), required=False, max_length=4_000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("A line each: answers by code, then how many: sex=f age=a18_39 20"),
    )  # fmt: skip

    def __init__(
        self, *args: Any, questionnaires: Choices, frames: Choices, **more: Any
    ) -> None:
        super().__init__(*args, **more)
        self._offer("questionnaire", questionnaires)
        self._offer("frame", [("", gettext("none: nothing is drawn by lot")), *frames])

    def _offer(self, name: str, choices: Choices) -> None:
        field: Any = self.fields[name]
        field.choices = choices

    def clean_quotas(self) -> tuple[NewQuota, ...]:
        lines = self.cleaned_data["quotas"].splitlines()
        return tuple(_quota(line) for line in lines if line.strip())

    def samples(self, strata: list[InStratum]) -> tuple[NewSample, ...]:
        given = self.cleaned_data
        return tuple(
            self._drawn(mode, strata)
            if mode in DRAWN_MODES
            else NewSample(mode, quotas=given["quotas"] if mode == Mode.INTERCEPT else ())
            for mode in given["modes"]
        )

    def _drawn(self, mode: Mode, strata: list[InStratum]) -> NewSample:
        given = self.cleaned_data
        shares = {True: given["town"], False: given["country"]}
        return NewSample(
            mode, given["communities"], given["per_community"], given["allocation"],
            given["least"], given["way"], given["adult"], given["lonely"],
            expected={
                each.key: shares[each.is_urban] / 100
                for each in strata
                if shares[each.is_urban] is not None
            },
        )  # fmt: skip


def _quota(line: str) -> NewQuota:
    *cells, wanted = line.replace("：", " ").replace(":", " ").split()
    parts = [cell.partition("=") for cell in cells]
    if not wanted.isdigit() or not parts or not all(sign for _q, sign, _a in parts):
        raise forms.ValidationError(
            gettext("“%(line)s” is no quota: write sex=f age=a18_39 20.") % {"line": line[:40]}
        )
    return NewQuota({question: answer for question, _sign, answer in parts}, int(wanted))


class DiceForm(forms.Form):
    dice = forms.CharField(
        label=_("What was thrown in public"), max_length=80,
        help_text=_("Dice, a lottery number: anything that a crowd has seen, just now."),
    )  # fmt: skip


class AskingForm(forms.Form):
    """Who asks."""

    people = forms.TypedMultipleChoiceField(
        label=_("Surveyors"), coerce=int, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, able: Choices, **more: Any) -> None:
        super().__init__(*args, **more)
        chosen: Any = self.fields["people"]
        chosen.choices = able


class FrameForm(forms.Form):
    # Made with the page: sent twice, the table is kept once.
    code = forms.SlugField(widget=forms.HiddenInput, max_length=20)
    name = forms.CharField(label=_("Name"), max_length=80)
    as_of = forms.DateField(label=_("As of"), widget=_DAY)
    source = forms.CharField(label=_("Office and table"), max_length=200, required=False)
    table = forms.FileField(label=_("Excel or CSV table"))


class TotalsForm(forms.Form):
    code = forms.SlugField(widget=forms.HiddenInput, max_length=20)
    table = forms.FileField(label=_("Excel or CSV table"))


class AddressesForm(forms.Form):
    code = forms.SlugField(widget=forms.HiddenInput, max_length=20)
    table = forms.FileField(label=_("Excel or CSV table"))

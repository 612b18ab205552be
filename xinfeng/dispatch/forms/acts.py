"""What the desk says when it acts on an order; reasons are chosen: free words hold names."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from xinfeng.dispatch.models import (
    CANCELLATIONS,
    HOLDS,
    REFUSALS,
    CallOutcome,
    Reason,
    Verified,
)

_FIVE = [(n, n) for n in range(5, 0, -1)]
_UNSAID = [("", _("not said"))]


def _reasons(some: tuple[Reason, ...]) -> forms.ChoiceField:
    return forms.ChoiceField(label=_("Reason"), choices=[(r.value, r.label) for r in some])


class NothingForm(forms.Form):
    """An act that needs no words."""


class VerificationForm(forms.Form):
    how = forms.ChoiceField(
        label=_("How you made sure"), choices=Verified.choices, widget=forms.RadioSelect
    )


class RefusalForm(forms.Form):
    reason = _reasons(REFUSALS)


class HoldForm(forms.Form):
    reason = _reasons(HOLDS)


class CancellationForm(forms.Form):
    reason = _reasons(CANCELLATIONS)


class TransferForm(forms.Form):
    number = forms.CharField(
        label=_("Number that the hotline 12345 gave"),
        help_text=_("The resident is told it and can ask there with it."),
        max_length=40,
    )


class MergerForm(forms.Form):
    into = forms.SlugField(label=_("Goes on in"), max_length=20)


class ConfirmationForm(forms.Form):
    how = forms.ChoiceField(label=_("How you asked the resident"), choices=Verified.choices)


class RatingForm(forms.Form):
    """Asked by telephone; what was not said stays unsaid."""

    overall = forms.TypedChoiceField(label=_("All in all"), choices=_FIVE, coerce=int)
    punctual = forms.TypedChoiceField(
        label=_("Punctual"), choices=[*_UNSAID, *_FIVE], coerce=int, empty_value=None,
        required=False,
    )  # fmt: skip
    attitude = forms.TypedChoiceField(
        label=_("Attitude"), choices=[*_UNSAID, *_FIVE], coerce=int, empty_value=None,
        required=False,
    )  # fmt: skip
    skill = forms.TypedChoiceField(
        label=_("Skill"), choices=[*_UNSAID, *_FIVE], coerce=int, empty_value=None,
        required=False,
    )  # fmt: skip
    fee_asked = forms.TypedChoiceField(
        label=_("Was a fee asked?"),
        choices=[*_UNSAID, ("no", _("no")), ("yes", _("yes"))],
        coerce=lambda said: said == "yes",
        empty_value=None,
        required=False,
    )
    comment = forms.CharField(
        label=_("In their words"), widget=forms.Textarea(attrs={"rows": 3}), max_length=500,
        required=False,
    )  # fmt: skip
    how = forms.ChoiceField(label=_("How you asked the resident"), choices=Verified.choices)


class CallForm(forms.Form):
    outcome = forms.ChoiceField(
        label=_("How the call ended"), choices=CallOutcome.choices, widget=forms.RadioSelect
    )
    note = forms.CharField(
        label=_("What was said"), widget=forms.Textarea(attrs={"rows": 3}), max_length=500,
        required=False,
    )  # fmt: skip


_WHEN = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")


class Ids(forms.TypedMultipleChoiceField):
    """Whole numbers that a list of the page offered; the command looks each of them up."""

    def valid_value(self, value: object) -> bool:
        text = str(value)
        return text.isascii() and text.isdigit() and len(text) <= _LONGEST_ID


_LONGEST_ID = 18


class ProposedForm(forms.Form):
    offer = Ids(coerce=int, required=False)


class PeopleForm(forms.Form):
    person = Ids(coerce=int)
    starts_at = forms.DateTimeField(
        label=_("At another time"),
        help_text=_("Leave empty: at the time that stands beside each."),
        widget=_WHEN,
        required=False,
    )


class TeamForm(forms.Form):
    team = forms.IntegerField(min_value=1)
    starts_at = forms.DateTimeField(
        label=_("At another time"),
        help_text=_("Leave empty: at the first wished time."),
        widget=_WHEN,
        required=False,
    )


class AnswerForm(forms.Form):
    answer = forms.CharField(
        label=_("Answer"),
        help_text=_("Whoever complained reads it. Name nobody."),
        widget=forms.Textarea(attrs={"rows": 5}),
        max_length=2000,
    )


def rating_of(given: dict[str, Any]) -> dict[str, Any]:
    """What was said, without how it was asked."""
    return {name: value for name, value in given.items() if name != "how"}

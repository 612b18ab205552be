from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from xinfeng.inspections.models import Item


class FilingForm(forms.Form):
    """One entry of a keeper: what was done, on which day, and a note if there is one."""

    item = forms.ChoiceField(choices=Item.choices)
    on = forms.DateField(label=_("Done on"), widget=forms.DateInput(attrs={"type": "date"}))
    note = forms.CharField(label=_("Note"), max_length=200, required=False)


class CopyForm(forms.Form):
    version = forms.RegexField(
        r"^[\w.-]{1,40}$",
        label=_("Version of the copy"),
        help_text=_("Letters, digits, dots and hyphens, for example 2022.2-draft."),
        error_messages={"invalid": _("Only letters, digits, dots and hyphens.")},
    )


class TextForm(forms.Form):
    text = forms.CharField(
        label=_("Text of the standard (YAML)"),
        max_length=500_000,
        widget=forms.Textarea(attrs={"rows": 28, "spellcheck": "false", "class": "code"}),
        strip=False,
    )


class UploadForm(forms.Form):
    table = forms.FileField(
        label=_("Excel workbook or YAML text"),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.yaml,.yml"}),
    )


class TakeOverForm(forms.Form):
    """The text a preview showed, under the version it shall bear."""

    text = forms.CharField(max_length=500_000, widget=forms.HiddenInput, strip=False)
    version = forms.RegexField(
        r"^[\w.-]{1,40}$",
        label=_("Version of the draft"),
        help_text=_("Letters, digits, dots and hyphens, for example 2022.2-draft."),
        error_messages={"invalid": _("Only letters, digits, dots and hyphens.")},
    )


class PeriodForm(forms.Form):
    period = forms.CharField(
        label=_("Period"), help_text=_("2022, 2022Q2 or 2022-06"), max_length=7
    )


class ChoiceForm(forms.Form):
    """How a worklist is narrowed, read from the address; nonsense narrows nothing."""

    within = forms.IntegerField(required=False, min_value=10**11, max_value=10**12 - 1)
    line = forms.CharField(required=False, max_length=20)
    verdict = forms.ChoiceField(
        required=False, choices=[("NOT_MET", "NOT_MET"), ("NOT_KNOWN", "NOT_KNOWN")]
    )
    after = forms.RegexField(r"^\d{1,4}_\d{1,18}$", required=False)

    def chosen(self) -> dict[str, Any]:
        self.is_valid()
        given = self.cleaned_data
        score, _sep, pk = given.get("after", "").partition("_")
        return {
            "within": given.get("within"),
            "line": given.get("line", ""),
            "verdict": given.get("verdict") or "NOT_MET",
            "after": (int(score), int(pk)) if pk else None,
        }

from datetime import UTC, datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from .models import RevokeReason
from .queries.listing import Choice, Key, State
from .workbooks import MOST_BYTES


class UploadForm(forms.Form):
    """A workbook, and the office that keeps the form."""

    workbook = forms.FileField(
        label=_("XLSForm workbook"),
        help_text=_("An Excel file with the sheets “survey”, “choices” and “settings”; "
                    "5 MB at most."),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx"}),
    )  # fmt: skip
    owner = forms.TypedChoiceField(label=_("Office that keeps the form"), coerce=int)

    def __init__(self, owners: list[tuple[int, str]], *args: Any) -> None:
        super().__init__(*args)
        choice = self.fields["owner"]
        assert isinstance(choice, forms.ChoiceField)
        choice.choices = owners
        if len(owners) == 1:
            choice.initial = owners[0][0]
            choice.widget = forms.HiddenInput()

    def clean_workbook(self) -> Any:
        workbook = self.cleaned_data["workbook"]
        # Before it is read into memory.
        if workbook.size > MOST_BYTES:
            raise forms.ValidationError(_("This workbook is larger than 5 MB."))
        return workbook


class MediaForm(forms.Form):
    """Files that a form shows, under the names that the form gives them."""

    file = forms.FileField(
        label=_("File that the form shows"),
        help_text=_("A picture, a recording or a list as CSV; named as in the workbook."),
        widget=forms.ClearableFileInput(attrs={"accept": "image/*,audio/mp4,video/mp4,.csv"}),
    )


class PhoneForm(forms.Form):
    """What the phone is called in lists."""

    name = forms.CharField(
        label=_("Name of the phone"),
        help_text=_("So that you know it again: its make and colour, say."),
        max_length=60,
    )


class RevokeForm(forms.Form):
    reason = forms.ChoiceField(choices=RevokeReason.choices, required=False)


class ReceivedForm(forms.Form):
    """How the list is narrowed; what cannot be read narrows nothing."""

    form = forms.CharField(max_length=64, required=False)
    person = forms.IntegerField(min_value=1, max_value=2**63 - 1, required=False)
    day = forms.DateField(required=False)
    state = forms.ChoiceField(choices=[(each, each) for each in State.ALL], required=False)
    after = forms.RegexField(r"^\d{1,10}\.\d{1,6}_\d{1,18}$", required=False)

    def choice(self) -> Choice:
        said = self.cleaned_data
        return Choice(
            said.get("form", ""), said.get("person"), said.get("day"), said.get("state", "")
        )

    def key(self) -> Key | None:
        moment, _sep, pk = self.cleaned_data.get("after", "").partition("_")
        return Key(datetime.fromtimestamp(float(moment), UTC), int(pk)) if pk else None


class WithdrawForm(forms.Form):
    reason = forms.CharField(
        label=_("Why it does not count"),
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

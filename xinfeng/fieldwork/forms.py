from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

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

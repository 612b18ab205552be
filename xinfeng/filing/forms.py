from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from xinfeng.base.previews import LARGEST
from xinfeng.places.choosing import DivisionField
from xinfeng.units.models import Unit

from .models import Letter, Part

_DAY = forms.DateInput(attrs={"type": "date"})
ACCEPTED_FILES = ".pdf,.docx,.xlsx,.jpg,.jpeg,.png,.webp"


class PaperForm(forms.Form):
    """One paper: the file, what it is called, the day it bears."""

    file = forms.FileField(
        label=_("File"),
        help_text=_("PDF, Word, Excel or a picture, up to 20 MB."),
        widget=forms.ClearableFileInput(attrs={"accept": ACCEPTED_FILES}),
    )
    title = forms.CharField(label=_("Title of the paper"), max_length=120)
    dated_on = forms.DateField(label=_("Day the paper bears"), widget=_DAY)
    is_stamped = forms.BooleanField(label=_("It bears a stamp"), required=False)


class VerdictForm(forms.Form):
    """Accept, or return with a reason."""

    verdict = forms.ChoiceField(choices=[("accept", "accept"), ("return", "return")])
    reason = forms.CharField(max_length=200, required=False)


class GradeForm(forms.Form):
    letter = forms.ChoiceField(label=_("Grade"), choices=Letter.choices)
    note = forms.CharField(label=_("Remark on the grade"), max_length=200, required=False)


class TaskForm(forms.Form):
    """A line for a unit, by the codes that stand in the list."""

    line = forms.CharField(widget=forms.HiddenInput, max_length=20)
    unit = forms.ModelChoiceField(label=_("Unit"), queryset=Unit.objects.none())
    part = forms.ChoiceField(label=_("Part"), choices=Part.choices)
    due_on = forms.DateField(label=_("File until"), widget=_DAY, required=False)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        choice = self.fields["unit"]
        assert isinstance(choice, forms.ModelChoiceField)
        choice.queryset = Unit.objects.active().in_reading_order()


class TableForm(forms.Form):
    table = forms.FileField(
        label=_("Table of tasks"),
        help_text=_("The exported table, filled in; Excel or CSV."),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.csv"}),
    )

    def clean_table(self) -> Any:
        table = self.cleaned_data["table"]
        # Before it is read into memory.
        if table.size > LARGEST:
            raise forms.ValidationError(_("This table is too large; split it."))
        return table


class SanctionForm(forms.Form):
    """What happened; the entry is chosen from the negative list."""

    entry = forms.ChoiceField(label=_("Entry of the negative list"))
    division = DivisionField()
    happened_on = forms.DateField(label=_("Day it happened"), widget=_DAY)
    what = forms.CharField(
        label=_("What came to pass"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    source = forms.CharField(
        label=_("Where it can be read"),
        help_text=_("Number of a document, or a public notice."),
        max_length=200,
    )

    def __init__(self, entries: list[tuple[str, str]], *args: object) -> None:
        super().__init__(*args)  # type: ignore[arg-type]
        choice = self.fields["entry"]
        assert isinstance(choice, forms.ChoiceField)
        choice.choices = entries


class SanctionVerdictForm(forms.Form):
    verdict = forms.ChoiceField(
        choices=[("confirm", "confirm"), ("refuse", "refuse"), ("lift", "lift")]
    )
    reason = forms.CharField(max_length=200, required=False)

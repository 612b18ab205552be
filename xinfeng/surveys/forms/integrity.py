"""What is said when a sheet is left out, and of a second call."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from xinfeng.surveys.asking import Kind, Question
from xinfeng.surveys.models import CallBackOutcome, Exclusion, ExclusionReason

_PREFIX = "answer_"


class ExclusionForm(forms.Form):
    reason = forms.ChoiceField(label=_("Reason"), choices=ExclusionReason.choices)
    note = forms.CharField(
        label=_("What shows it"),
        min_length=Exclusion.SHORTEST_NOTE,
        max_length=Exclusion.LONGEST_NOTE,
    )


class CallBackForm(forms.Form):
    """The outcome, and a few questions once more where the household agreed to it."""

    outcome = forms.ChoiceField(label=_("What came of it"), choices=CallBackOutcome.choices)
    minutes = forms.IntegerField(
        label=_("How many minutes the interview took, as they remember it"),
        min_value=0, max_value=600, required=False,
    )  # fmt: skip

    def __init__(self, *args: Any, questions: Sequence[Question], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for each in questions:
            if each.kind in (Kind.SCALE, Kind.ONE):
                options = [(o.code, str(o.text)) for o in each.options]
                self.fields[_PREFIX + each.code] = forms.ChoiceField(
                    label=str(each.text), required=False,
                    choices=[("", _("not asked")), *options],
                )  # fmt: skip

    @property
    def answers(self) -> dict[str, str]:
        return {
            name.removeprefix(_PREFIX): value
            for name, value in self.cleaned_data.items()
            if name.startswith(_PREFIX) and value
        }

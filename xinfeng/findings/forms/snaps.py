"""What a resident says in a snap report, and afterwards about how it was dealt with."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.core import signing
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from xinfeng.base.snap_classes import Question, read_questions
from xinfeng.findings.models import SnapReport
from xinfeng.findings.wishes import Answers

from .pictures import Pictures

_SALT = "snap form"
FIVE = [(n, n) for n in range(5, 0, -1)]


class SnapForm(forms.Form):
    """Words, pictures, and a name only from those who want to give one."""

    # The number, the secret and the form's own mark: sent twice, it is one report.
    form = forms.CharField(widget=forms.HiddenInput, max_length=300)
    text = forms.CharField(
        label=_("What do you see?"), max_length=SnapReport.LONGEST,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("What and where exactly. Name nobody."),
    )  # fmt: skip
    pictures = Pictures(
        label=_("Pictures"), required=False, help_text=_("Up to nine, at most 20 MB each.")
    )
    same_as = forms.ChoiceField(
        label=_("Is it one of these, reported by others?"), widget=forms.RadioSelect,
        required=False,
    )  # fmt: skip
    name = forms.CharField(
        label=_("How may we call you?"), max_length=40, required=False,
        help_text=_("May be left empty: then the report is anonymous."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )  # fmt: skip
    phone = forms.CharField(
        label=_("Telephone"), max_length=20, required=False,
        help_text=_("Only the office may open it, to ask you back; each opening is recorded."),
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "tel"}),
    )  # fmt: skip

    def __init__(
        self, *args: Any, known: list[Any], asks: Sequence[dict[str, Any]] = (), **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.questions = read_questions(list(asks))
        for question in self.questions:
            self.fields[f"ask_{question.code}"] = _asked(question)
        if known:
            # The label is the finding itself: the page writes it.
            offered = [(str(one.pk), one) for one in known]
            self.fields["same_as"].choices = [("", None), *offered]  # type: ignore[attr-defined]
        else:
            del self.fields["same_as"]

    def asked(self) -> list[forms.BoundField]:
        """The fields of what the class asks besides."""
        return [self[f"ask_{question.code}"] for question in self.questions]

    def answers(self) -> Answers:
        return {one.code: self.cleaned_data[f"ask_{one.code}"] for one in self.questions}

    def clean_form(self) -> tuple[UUID, str, str]:
        try:
            mark, code, secret = signing.loads(self.cleaned_data["form"], salt=_SALT)
        except (signing.BadSignature, ValueError, TypeError):
            raise forms.ValidationError(_("Open the form once more.")) from None
        return UUID(mark), code, secret


def _asked(question: Question) -> forms.Field:
    in_english = translation.get_language() == "en"
    said: dict[str, Any] = {
        "label": question.text_en if in_english and question.text_en else question.text,
        "required": question.required,
    }
    choices = [
        (one.key, one.name_en if in_english and one.name_en else one.name)
        for one in question.choices
    ]
    if question.kind == "singlevaluelist":
        return forms.ChoiceField(choices=[("", _("not said")), *choices], **said)
    if question.kind == "multivaluelist":
        return forms.MultipleChoiceField(
            choices=choices, widget=forms.CheckboxSelectMultiple, **said
        )
    widget = forms.Textarea(attrs={"rows": 2}) if question.kind == "text" else forms.TextInput()
    return forms.CharField(max_length=500, widget=widget, **said)


def signed(mark: UUID, code: str, secret: str) -> str:
    """What the hidden field of a new form carries."""
    return signing.dumps([str(mark), code, secret], salt=_SALT)


class StarsForm(forms.Form):
    stars = forms.TypedChoiceField(
        label=_("How was it dealt with?"), choices=FIVE, coerce=int, widget=forms.RadioSelect
    )
    comment = forms.CharField(
        label=_("In your words"), max_length=SnapReport.LONGEST, required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip

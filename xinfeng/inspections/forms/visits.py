"""The check lines of one point as a form: made from the standard, never saved by itself."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from xinfeng.inspections.models import Verdict
from xinfeng.inspections.queries.rounds import Able
from xinfeng.inspections.tree import Answer, Line
from xinfeng.inspections.wishes import Found

MOST = 1_000_000
_COUNTED = {
    Answer.COUNT: _("How many"),
    Answer.MINUTES: _("How many minutes"),
    Answer.NUMBER: _("Which number"),
    Answer.SHARE: _("How many of them are as they should be"),
}


_LOOKED_AT = _("How many were looked at")


def _whole(label: Any, **more: Any) -> forms.IntegerField:
    return forms.IntegerField(label=label, required=False, min_value=0, max_value=MOST, **more)


class AmendForm(forms.Form):
    """A correction of one line, with the reason."""

    def __init__(self, *args: Any, line: Line, **more: Any) -> None:
        super().__init__(*args, **more)
        assert line.field is not None, "only lines read at points are asked for"
        self.line = line
        choices: list[tuple[str, Any]] = list(Verdict.choices)
        if line.field.answer is not Answer.VERDICT:
            choices.insert(0, ("", _("as the number says")))
            if line.field.answer is Answer.SHARE:
                self.fields["out_of"] = _whole(_LOOKED_AT)
            self.fields["value"] = _whole(_COUNTED[line.field.answer])
        self.fields["verdict"] = forms.ChoiceField(
            label=_("Verdict"), choices=choices, required=not self.fields
        )
        self.fields["note"] = forms.CharField(
            label=_("Why it is corrected"), max_length=500,
            widget=forms.Textarea(attrs={"rows": 3}),
        )  # fmt: skip

    def found(self) -> Found:
        given = self.cleaned_data
        verdict = given["verdict"]
        return Found(
            self.line.code, Verdict(verdict) if verdict else None, given.get("value"),
            given["note"], given.get("out_of"),
        )  # fmt: skip


class CountForm(forms.Form):
    point = forms.IntegerField(min_value=1, max_value=2**60)


class SendForm(forms.Form):
    """Who visits a point."""

    person = forms.TypedChoiceField(label=_("Inspector"), coerce=int)

    def __init__(self, *args: Any, able: Sequence[Able], **more: Any) -> None:
        super().__init__(*args, **more)
        chosen: Any = self.fields["person"]
        chosen.choices = [(each.person_id, each.name) for each in able]


class VisitForm(forms.Form):
    """Each line: what was found, or what was counted; a note where one helps."""

    def __init__(self, *args: Any, lines: Sequence[Line], **more: Any) -> None:
        super().__init__(*args, **more)
        self.lines = lines
        for number, line in enumerate(lines):
            self._add(number, line)

    def _add(self, number: int, line: Line) -> None:
        assert line.field is not None, "only lines read at points are asked for"
        title = f"{line.code} {line.title}"
        counted = line.field.answer is not Answer.VERDICT
        choices = [("", _("not looked at")), (Verdict.NOT_APPLICABLE, _("not applicable"))]
        if not counted:
            choices[1:1] = [(Verdict.MET, _("met")), (Verdict.NOT_MET, _("not met"))]
        if counted:
            self.fields[f"value{number}"] = _whole(title, help_text=_COUNTED[line.field.answer])
            if line.field.answer is Answer.SHARE:
                self.fields[f"of{number}"] = _whole(_LOOKED_AT)
        self.fields[f"verdict{number}"] = forms.ChoiceField(
            label=_("Otherwise") if counted else title, choices=choices, required=False
        )
        self.fields[f"note{number}"] = forms.CharField(
            label=_("Note"), required=False, max_length=500
        )

    def found(self) -> list[Found]:
        """What was filled in; a line without an answer says nothing."""
        told = []
        for number, line in enumerate(self.lines):
            given = self.cleaned_data
            verdict, value = given.get(f"verdict{number}"), given.get(f"value{number}")
            if verdict or value is not None:
                told.append(
                    Found(
                        line.code, Verdict(verdict) if verdict else None, value,
                        given.get(f"note{number}", ""), given.get(f"of{number}"),
                    )
                )  # fmt: skip
        return told

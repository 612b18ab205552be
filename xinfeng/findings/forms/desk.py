"""How the desk is narrowed, read from the address; nonsense narrows nothing."""

from datetime import UTC, datetime

from django import forms

from xinfeng.findings.models import Source, State, Warned
from xinfeng.findings.queries.desk import Choice, Key


class ChoiceForm(forms.Form):
    within = forms.IntegerField(required=False, min_value=10**11, max_value=10**12 - 1)
    state = forms.ChoiceField(required=False, choices=State.choices)
    source = forms.ChoiceField(required=False, choices=Source.choices)
    unit = forms.IntegerField(required=False, min_value=1, max_value=10**9)
    category = forms.SlugField(required=False, max_length=40)
    warned = forms.TypedChoiceField(
        required=False, choices=Warned.choices, coerce=int, empty_value=None
    )
    after = forms.RegexField(r"^[0-2]_\d{1,11}\.\d{6}_\d{1,18}$", required=False)

    def chosen(self) -> Choice:
        self.is_valid()
        given = self.cleaned_data
        return Choice(
            within=given.get("within"),
            state=given.get("state", ""),
            source=given.get("source", ""),
            unit=given.get("unit"),
            category=given.get("category", ""),
            warned=given.get("warned"),
        )

    def key(self) -> Key | None:
        self.is_valid()
        parts = (self.cleaned_data.get("after") or "").split("_")
        if len(parts) != len(("warned", "moment", "pk")):
            return None
        seconds, micro = parts[1].split(".")
        moment = datetime.fromtimestamp(int(seconds), UTC).replace(microsecond=int(micro))
        return Key(int(parts[0]), moment, int(parts[2]))

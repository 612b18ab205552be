"""What the dispatch desk enters: shape and wording of input."""

from datetime import UTC, datetime

from django import forms

from xinfeng.dispatch.models import Mode, Warned
from xinfeng.dispatch.models.states import OPEN, State
from xinfeng.dispatch.queries.desk import Choice, Key

STATES = [(state.value, state.label) for state in OPEN if state != State.DRAFT]


class ChoiceForm(forms.Form):
    """How the desk is narrowed, read from the address; nonsense narrows nothing."""

    within = forms.IntegerField(required=False, min_value=10**11, max_value=10**12 - 1)
    state = forms.ChoiceField(required=False, choices=STATES)
    kind = forms.SlugField(required=False, max_length=40)
    mode = forms.ChoiceField(required=False, choices=Mode.choices)
    warned = forms.TypedChoiceField(
        required=False, choices=Warned.choices, coerce=int, empty_value=None
    )
    after = forms.RegexField(r"^[0-2]_[01]_\d{1,11}\.\d{6}_\d{1,18}$", required=False)

    def chosen(self) -> Choice:
        self.is_valid()
        given = self.cleaned_data
        return Choice(
            within=given.get("within"),
            state=given.get("state", ""),
            kind=given.get("kind", ""),
            mode=given.get("mode", ""),
            warned=given.get("warned"),
        )

    def key(self) -> Key | None:
        self.is_valid()
        parts = (self.cleaned_data.get("after") or "").split("_")
        if len(parts) != len(("warned", "urgent", "due", "pk")):
            return None
        warned, urgent, due, pk = parts
        seconds, micro = due.split(".")
        at = datetime.fromtimestamp(int(seconds), UTC).replace(microsecond=int(micro))
        return Key(int(warned), urgent == "1", at, int(pk))

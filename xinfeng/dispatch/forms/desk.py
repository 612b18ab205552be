"""What the dispatch desk enters: shape and wording of input."""

from datetime import UTC, datetime

from django import forms
from django.utils.translation import gettext_lazy as _

from xinfeng.dispatch.models import Mode, Warned
from xinfeng.dispatch.models.states import OPEN, State
from xinfeng.dispatch.queries.desk import SHORT, Choice, Key
from xinfeng.dispatch.queries.shown import ShownChoice, ShownKey

STATES = [
    *((state.value, state.label) for state in OPEN if state != State.DRAFT),
    (SHORT, _("people are missing")),
]


class ChoiceForm(forms.Form):
    """How the desk is narrowed, read from the address; nonsense narrows nothing."""

    within = forms.IntegerField(required=False, min_value=10**11, max_value=10**12 - 1)
    state = forms.ChoiceField(required=False, choices=STATES)
    kind = forms.SlugField(required=False, max_length=40)
    mode = forms.ChoiceField(required=False, choices=Mode.choices)
    warned = forms.TypedChoiceField(
        required=False, choices=Warned.choices, coerce=int, empty_value=None
    )
    after = forms.CharField(required=False, max_length=60)

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
        return Key.read(self.cleaned_data.get("after") or "")


class PlanForm(forms.Form):
    """For which area a plan is wanted; none: the whole of the desk's own."""

    within = forms.IntegerField(required=False, min_value=10**11, max_value=10**12 - 1)


class ShownForm(forms.Form):
    """How the public list is narrowed, read from the address."""

    within = forms.IntegerField(required=False, min_value=10**11, max_value=10**12 - 1)
    kind = forms.SlugField(required=False, max_length=40)
    after = forms.RegexField(r"^\d{1,11}\.\d{6}_\d{1,18}$", required=False)

    def chosen(self) -> ShownChoice:
        self.is_valid()
        given = self.cleaned_data
        return ShownChoice(within=given.get("within"), kind=given.get("kind", ""))

    def key(self) -> ShownKey | None:
        self.is_valid()
        return _due_key(self.cleaned_data.get("after") or "")


class DueForm(forms.Form):
    """Where a page of complaints ended."""

    after = forms.RegexField(r"^\d{1,11}\.\d{6}_\d{1,18}$", required=False)

    def key(self) -> tuple[datetime, int] | None:
        self.is_valid()
        return _due_key(self.cleaned_data.get("after") or "")


def _due_key(text: str) -> tuple[datetime, int] | None:
    at, _sep, pk = text.partition("_")
    return (_moment(at), int(pk)) if pk else None


def _moment(text: str) -> datetime:
    seconds, micro = text.split(".")
    return datetime.fromtimestamp(int(seconds), UTC).replace(microsecond=int(micro))

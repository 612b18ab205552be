"""What the person who ordered says about it: how it was, what was wrong, why not any more."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from xinfeng.dispatch.models import ComplaintKind, Reason

MARKS = [(n, str(n)) for n in range(5, 0, -1)]
UNSAID = ("", _("leave out"))
# Of the reasons for cancelling, those that are the resident's own.
WHY = (Reason.CHANGED_MIND, Reason.SOLVED, Reason.MOVED_AWAY)


class Mark(forms.TypedChoiceField):
    """One to five, large enough for a thumb; a dimension may stay unsaid, and stays unrated."""

    widget = forms.RadioSelect

    def __init__(self, **kwargs: Any) -> None:
        required = kwargs.get("required", False)
        choices = MARKS if required else [*MARKS, UNSAID]
        super().__init__(choices=choices, coerce=int, empty_value=None, **kwargs)


class RatingForm(forms.Form):
    overall = Mark(
        label=_("All in all"),
        help_text=_("5 is very good, 1 is poor."),
        required=True,
        error_messages={"required": _("Give a mark from 1 to 5.")},
    )
    punctual = Mark(label=_("Came on time"), required=False)
    attitude = Mark(label=_("Was friendly"), required=False)
    skill = Mark(label=_("Did it well"), required=False)
    fee_asked = forms.TypedChoiceField(
        label=_("Were you asked for money?"),
        help_text=_("Voluntary service costs nothing."),
        choices=[("NO", _("nobody did")), ("YES", _("somebody did")), UNSAID],
        coerce=lambda said: said == "YES",
        empty_value=None,
        required=False,
        widget=forms.RadioSelect,
    )
    comment = forms.CharField(
        label=_("In your own words"),
        help_text=_("Only the office reads it."),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class ComplaintForm(forms.Form):
    kind = forms.ChoiceField(
        label=_("The complaint is about"),
        choices=ComplaintKind.choices,
        widget=forms.RadioSelect,
    )
    text = forms.CharField(
        label=_("What happened"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class CancelForm(forms.Form):
    reason = forms.ChoiceField(
        label=_("Why"),
        choices=[(reason.value, reason.label) for reason in WHY],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose a reason.")},
    )

"""What those say who are asked to serve: why not, when, and who of the team."""

from django import forms
from django.utils.translation import gettext_lazy as _

from xinfeng.dispatch.models import Decline

from .acts import Ids

_WHEN = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")


class DeclineForm(forms.Form):
    reason = forms.ChoiceField(
        label=_("Why you cannot come"),
        choices=Decline.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose why you cannot come.")},
    )
    words = forms.CharField(
        label=_("Anything the office should know"),
        help_text=_("No names or telephone numbers, please."),
        max_length=200,
        required=False,
    )


class TimeForm(forms.Form):
    starts_at = forms.DateTimeField(
        label=_("When you come"), widget=_WHEN, input_formats=["%Y-%m-%dT%H:%M"],
        error_messages={
            "required": _("Say on which day and at what time."),
            "invalid": _("Write day and time like 2026-03-08T09:30."),
        },
    )  # fmt: skip


class MembersForm(forms.Form):
    member = Ids(coerce=int, required=False)

from django import forms
from django.utils.translation import gettext_lazy as _

from .models import Reason


class ReversalForm(forms.Form):
    reason = forms.ChoiceField(label=_("Reason"), choices=Reason.choices)

"""A program of others that wants to report, as the city office lets it in."""

from django import forms
from django.utils.translation import gettext_lazy as _

from xinfeng.findings.models import ReportingProgram


class ProgramForm(forms.Form):
    name = forms.CharField(label=_("Name of the program"), max_length=60)
    an_hour = forms.IntegerField(
        label=_("Reports an hour at most"), min_value=1, max_value=ReportingProgram.MOST,
        initial=ReportingProgram.USUAL,
    )  # fmt: skip

"""Shape and wording of what is entered about certificates."""

from datetime import date
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from .models import RevocationReason


class CodeForm(forms.Form):
    code = forms.CharField(label=_("Certificate number"), max_length=40)

    def clean_code(self) -> str:
        return "".join(sign for sign in self.cleaned_data["code"].upper() if sign.isalnum())


class RevocationForm(forms.Form):
    reason = forms.ChoiceField(label=_("Reason"), choices=RevocationReason.choices)


class PeriodForm(forms.Form):
    """One of the usual periods, or days of one's own."""

    span = forms.ChoiceField(label=_("Time covered"))
    first_on = forms.DateField(
        label=_("From"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    last_on = forms.DateField(
        label=_("Up to"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )

    def __init__(self, data: QueryDict | None, *, earliest: date, today: date) -> None:
        super().__init__(data, initial={"span": "ALL"})
        self._earliest, self._today = earliest, today
        span = self.fields["span"]
        assert isinstance(span, forms.ChoiceField)
        span.choices = [
            ("ALL", _("everything up to today")),
            ("YEAR", _("this year")),
            ("LAST_YEAR", _("last year")),
            ("OWN", _("days of my own")),
        ]

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        if found.get("span") == "OWN" and not (found.get("first_on") and found.get("last_on")):
            raise forms.ValidationError(_("Choose the first and the last day."))
        return found

    def period(self) -> tuple[date, date]:
        today, chosen = self._today, self.cleaned_data
        return {
            "ALL": (self._earliest, today),
            "YEAR": (date(today.year, 1, 1), today),
            "LAST_YEAR": (date(today.year - 1, 1, 1), date(today.year - 1, 12, 31)),
            "OWN": (chosen.get("first_on") or today, chosen.get("last_on") or today),
        }[chosen["span"]]

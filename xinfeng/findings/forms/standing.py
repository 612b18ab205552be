"""What is compared and by what, read from the address; nonsense asks for nothing."""

from dataclasses import dataclass

from django import forms

from xinfeng.base import codes
from xinfeng.findings.queries.standing import RANKABLE


@dataclass(frozen=True)
class Asked:
    by: str
    ranked_by: str
    # Whose parts are compared, where areas are.
    within: int


class StandingForm(forms.Form):
    by = forms.ChoiceField(required=False, choices=[("unit", ""), ("area", "")])
    rank = forms.ChoiceField(required=False, choices=[(name, "") for name in RANKABLE])
    within = forms.IntegerField(required=False, min_value=10**11, max_value=10**12 - 1)

    def chosen(self, city: int) -> Asked:
        self.is_valid()
        given = self.cleaned_data
        within = given.get("within") or city
        lo, hi = codes.span(city, codes.level_of(city))
        # A village has no parts, and another city is not ours.
        if not lo <= within < hi or codes.level_of(within) == codes.Level.VILLAGE:
            within = city
        return Asked(given.get("by") or "unit", given.get("rank") or RANKABLE[0], within)

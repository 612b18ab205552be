"""Shape and wording of what is entered about stars."""

from django import forms
from django.utils.translation import gettext_lazy as _

from .models import BanGround, StarRefusal


class StarObjectionForm(forms.Form):
    words = forms.CharField(
        label=_("What speaks against it"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Only the office reads this."),
    )


class StarRefusalForm(forms.Form):
    refusal = forms.ChoiceField(
        label=_("Reason"),
        choices=[
            choice
            for choice in StarRefusal.choices
            if choice[0] != StarRefusal.OBJECTION_UPHELD
        ],
    )


class StarBanForm(forms.Form):
    ground = forms.ChoiceField(label=_("Reason"), choices=BanGround.choices)
    years = forms.TypedChoiceField(
        label=_("Years"), choices=[(1, "1"), (2, "2"), (3, "3")], coerce=int
    )

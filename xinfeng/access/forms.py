from urllib.parse import urlsplit

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinfeng.people.tokens import Scope

MOST_ADDRESSES = 10
LOOPBACK = {"127.0.0.1", "::1"}


class ProgramForm(forms.Form):
    """A program that wants to act for people, as its makers describe it to the office."""

    name = forms.CharField(label=gettext_lazy("Name of the program"), max_length=60)
    addresses = forms.CharField(
        label=gettext_lazy("Addresses to come back to"),
        max_length=5_000,
        help_text=gettext_lazy("One a line, with https, or the scheme of a phone program."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    scopes = forms.MultipleChoiceField(
        label=gettext_lazy("What it may ask people for"),
        choices=Scope.choices,
        widget=forms.CheckboxSelectMultiple,
    )
    keeps_secrets = forms.BooleanField(
        label=gettext_lazy("It runs on a server and can keep a secret"), required=False
    )

    def clean_addresses(self) -> tuple[str, ...]:
        lines = self.cleaned_data["addresses"].split()
        if len(lines) > MOST_ADDRESSES:
            raise ValidationError(_("Ten addresses at most."))
        for line in lines:
            if not _may_come_back(line):
                raise ValidationError(
                    _("%(line)s cannot be used; take https, or a scheme such as cn.city.app:")
                    % {"line": line}
                )
        return tuple(lines)


def _may_come_back(address: str) -> bool:
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    if parts.fragment or "*" in address or parts.username:
        return False
    if parts.scheme == "https":
        return bool(parts.hostname)
    if parts.scheme == "http":
        return parts.hostname in LOOPBACK
    # A phone program's own scheme is a turned-round domain name, so that none takes another's.
    return "." in parts.scheme

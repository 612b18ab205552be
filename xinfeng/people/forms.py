from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from xinfeng.base import pack
from xinfeng.base.codes import Level
from xinfeng.base.id_number import BadIdNumber, age_on
from xinfeng.base.id_number import parse as parse_id_number
from xinfeng.base.numbers import numbers_in
from xinfeng.base.pack import Term
from xinfeng.base.phone import BadPhone
from xinfeng.base.phone import parse as parse_phone
from xinfeng.base.refusal import Refusal
from xinfeng.places.choosing import DivisionField, PlaceField
from xinfeng.places.models import Division

from .ages import OF_AGE_TO_CONSENT, YOUNGEST
from .models import SLOTS, Person, Role
from .wishes import LONGEST, Claim, NewPerson, Told


class OverForm(forms.Form):
    """A role over one division or one place."""

    role = forms.ChoiceField(label=_("Role"), choices=[("", _("choose")), *Role.choices])
    division = DivisionField(
        help_text=_("For offices and auditors: a name or a code."), required=False
    )
    place = PlaceField(
        help_text=_("For keepers: the place they keep, instead of a division."), required=False
    )

    def over(self) -> dict[str, int | None]:
        division, place = (self.cleaned_data[name] for name in ("division", "place"))
        return {
            "division_id": division.pk if division else None,
            "place_id": place.pk if place else None,
        }


class GiveForm(OverForm):
    person = forms.ModelChoiceField(
        label=_("Account name"),
        queryset=Person.objects.all(),
        to_field_name="username",
        widget=forms.TextInput,
        error_messages={"invalid_choice": _("There is no account with this name.")},
    )
    field_order = ("person", "role", "division", "place")


class RegisterForm(forms.Form):
    """A new account; the division is where the person lives or works."""

    username = forms.RegexField(
        r"^[a-z0-9._-]{3,30}$",
        label=_("Account name"),
        help_text=_("Small letters, digits, dots and hyphens; 3 to 30 of them."),
    )
    name = forms.CharField(label=_("Own name"), max_length=60)
    home = DivisionField()
    volunteers = forms.BooleanField(label=_("Registers as a volunteer"), required=False)
    id_number = forms.CharField(
        label=_("ID number"), help_text=_("For volunteers."), max_length=40, required=False
    )
    phone = forms.CharField(label=_("Mobile number"), max_length=40, required=False)
    guardian = forms.CharField(
        label=_("Guardian's mobile number or account name"),
        help_text=_("Only for children under 14: the account opens when the guardian agrees."),
        max_length=60,
        required=False,
    )
    agreed = forms.BooleanField(
        label=_("The person has read and signed the text; the paper lies here."),
        required=False,
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        needs = given.get("volunteers") or given.get("id_number") or given.get("phone")
        if needs and not given.get("agreed"):
            self.add_error("agreed", gettext("Without a signed consent no data can be kept."))
        return given


class ApplyForm(forms.Form):
    """Registering oneself; what is wrong is said at the field, before anything is kept."""

    name = forms.CharField(
        label=_("Full name"), help_text=_("As it stands on the ID card."), max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )  # fmt: skip
    id_number = forms.CharField(
        label=_("ID number"), help_text=_("18 signs; it is kept encrypted."), max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
    phone = forms.CharField(
        label=_("Mobile number"), help_text=_("To sign in with, and for notices."),
        max_length=40, required=False,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "tel"}),
    )  # fmt: skip
    guardian = forms.CharField(
        label=_("Guardian's mobile number or account name"),
        help_text=_("Only for children under 14: the account opens when the guardian agrees."),
        max_length=60, required=False,
    )  # fmt: skip
    password = forms.CharField(
        label=_("Password"), help_text=_("10 signs or more."), max_length=128,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}, render_value=True),
    )  # fmt: skip
    home = forms.ModelChoiceField(queryset=Division.objects.all(), widget=forms.HiddenInput)
    version = forms.CharField(max_length=20, widget=forms.HiddenInput)
    agreed = forms.BooleanField(
        label=_("I have read the text above and agree."),
        error_messages={"required": _("Read the text and agree to it first.")},
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.age: int | None = None

    def clean_id_number(self) -> str:
        typed: str = self.cleaned_data["id_number"]
        try:
            number = parse_id_number(typed, on=self.today)
        except BadIdNumber as bad:
            raise forms.ValidationError(str(bad)) from None
        self.age = age_on(number.born_on, self.today)
        if self.age is not None and self.age < YOUNGEST:
            raise forms.ValidationError(
                gettext("Children under %(age)s cannot register. Come back after the birthday.")
                % {"age": YOUNGEST}
            )
        return number.text

    def clean_phone(self) -> str:
        typed: str = self.cleaned_data["phone"]
        if not typed.strip():
            return ""
        try:
            return parse_phone(typed)
        except BadPhone as bad:
            raise forms.ValidationError(str(bad)) from None

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        validate_password(password)
        return password

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if self.age is None:
            return given
        if self.needs_guardian and not (given.get("guardian") or "").strip():
            sentence = gettext(
                "Under 14 a guardian has to agree: enter their mobile number or account name."
            )
            self.add_error("guardian", sentence)
        if not self.needs_guardian and "phone" in given and not given["phone"]:
            self.add_error("phone", gettext("Enter your mobile number: you sign in with it."))
        return given

    @property
    def needs_guardian(self) -> bool:
        return self.age is not None and self.age < OF_AGE_TO_CONSENT

    def refuse(self, refusal: Refusal) -> None:
        """Say at its field what only the database could know."""
        fields = {
            "id_number_taken": "id_number",
            "id_number_wrong": "id_number",
            "phone_taken": "phone",
            "guardian_unknown": "guardian",
        }
        self.add_error(fields.get(refusal.code), str(refusal))

    def new(self, username: str) -> NewPerson:
        given = self.cleaned_data
        return NewPerson(
            username=username,
            name=given["name"],
            password=given["password"],
            volunteers=True,
            id_number=given["id_number"],
            phone=given["phone"],
            agreed=given["version"],
        )


class NotMeForm(forms.Form):
    """Somebody without an account says that one was made in their name."""

    id_number = forms.CharField(
        label=_("ID number"), max_length=40, required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
    phone = forms.CharField(
        label=_("Mobile number"), max_length=40, required=False,
        help_text=_("When the account is under your mobile number."),
        widget=forms.TextInput(attrs={"inputmode": "tel"}),
    )  # fmt: skip
    contact = forms.CharField(
        label=_("How the office can reach you"), max_length=60,
        help_text=_("Your name and a telephone number."),
    )  # fmt: skip
    county = forms.ModelChoiceField(
        label=_("Where you live"),
        queryset=Division.objects.filter(level=Level.COUNTY),
        empty_label=_("choose"),
    )
    statement = forms.CharField(
        label=_("What happened"), max_length=LONGEST, required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["county"].label_from_instance = lambda county: county.name  # type: ignore[attr-defined]

    def claim(self) -> Claim:
        given = self.cleaned_data
        return Claim(given["id_number"], given["phone"], given["contact"], given["statement"])


class ProfileForm(forms.Form):
    """What one can and likes to do; nothing of it has to be said."""

    skills = forms.MultipleChoiceField(
        label=_("What I can do"), required=False, widget=forms.CheckboxSelectMultiple
    )
    categories = forms.MultipleChoiceField(
        label=_("What I would like to help with"), required=False,
        help_text=_("Four at most."), widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    languages = forms.MultipleChoiceField(
        label=_("Languages"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        city = pack.load(settings.CITY_PACK)
        for name in ("skills", "categories", "languages"):
            self.fields[name].choices = choices(getattr(city, name))  # type: ignore[attr-defined]

    def told(self) -> Told:
        given = self.cleaned_data
        slots = self.data.getlist("free") if hasattr(self.data, "getlist") else []
        bits = set(numbers_in(slots))
        known = sum(1 << bit for bit in bits if bit < SLOTS)
        # Nothing ticked says nothing: somebody who never has time would not be here.
        return Told(
            tuple(given["skills"]), tuple(given["categories"]), tuple(given["languages"]),
            known or None,
        )  # fmt: skip


class QualificationForm(forms.Form):
    code = forms.ChoiceField(label=_("Kind"))
    number = forms.CharField(label=_("Number on the paper"), max_length=40, required=False)
    valid_until = forms.DateField(
        label=_("Valid until"), required=False,
        help_text=_("Leave empty when it never expires."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        city = pack.load(settings.CITY_PACK)
        self.fields["code"].choices = choices(city.qualifications)  # type: ignore[attr-defined]


class CareForm(forms.Form):
    guardian = forms.CharField(
        label=_("Their mobile number or account name"), max_length=60,
        help_text=_("They are asked and have to agree."),
    )  # fmt: skip


class StatementForm(forms.Form):
    statement = forms.CharField(
        label=_("What is wrong, and how it should be"), max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip


class PhoneForm(forms.Form):
    phone = forms.CharField(
        label=_("New mobile number"), max_length=40, required=False,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "tel"}),
    )  # fmt: skip
    password = forms.CharField(
        label=_("Password"),
        max_length=128,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )


class PasswordForm(forms.Form):
    old = forms.CharField(
        label=_("Present password"),
        max_length=128,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    new = forms.CharField(
        label=_("The new password"), help_text=_("10 signs or more."), max_length=128,
        validators=[validate_password],
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )  # fmt: skip


class CorrectionForm(forms.Form):
    """What stands on the ID card; an empty field leaves what is known."""

    name = forms.CharField(label=_("Full name"), max_length=60, required=False)
    id_number = forms.CharField(label=_("ID number"), max_length=40, required=False)
    phone = forms.CharField(label=_("Mobile number"), max_length=40, required=False)


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason"), min_length=4, max_length=200,
        help_text=_("Recorded, and shown to the person."),
    )  # fmt: skip


def choices(terms: Iterable[Term]) -> list[tuple[str, str]]:
    """Terms of the city, in the language of the page."""
    chinese = (get_language() or "").startswith("zh")
    return [(term.code, term.name if chinese or not term.name_en else term.name_en)
            for term in terms]  # fmt: skip

"""Shape and wording of what is entered about hours; nothing is saved here."""

from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import uuid4

from django import forms
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from xinfeng.people.models import Person
from xinfeng.places.choosing import DivisionField

from .models import (
    AGAINST,
    FOR,
    Appeal,
    Counter,
    Doubt,
    EntryKind,
    EntryReason,
    Evidence,
    Finding,
    Reason,
    Refused,
)

# Nobody says "this was not me" by leaving a list as it opened.
DOUBTS = [("", _("Choose")), *Doubt.choices]


class ReversalForm(forms.Form):
    reason = forms.ChoiceField(
        label=_("Reason"),
        choices=[choice for choice in Reason.choices if choice[0] != Reason.MERGED],
    )


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class TimeInput(forms.TimeInput):
    input_type = "time"

    def __init__(self) -> None:
        super().__init__(format="%H:%M")


def span_of(day: date, begins: time, ends: time) -> tuple[datetime, datetime]:
    """A stretch of a day in the city's zone; an end before the beginning is the next day's."""
    zone = timezone.get_current_timezone()
    starts_at = datetime.combine(day, begins, zone)
    ends_at = datetime.combine(day, ends, zone)
    return starts_at, ends_at if ends_at > starts_at else ends_at + timedelta(days=1)


class SpanForm(forms.Form):
    """A day with a beginning and an end."""

    day = forms.DateField(label=_("Day"), widget=DayInput)
    begins = forms.TimeField(label=_("From"), widget=TimeInput)
    ends = forms.TimeField(
        label=_("To"),
        widget=TimeInput,
        help_text=_("An end before the beginning is taken as the next morning."),
    )

    def span(self) -> tuple[datetime, datetime]:
        cleaned = self.cleaned_data
        return span_of(cleaned["day"], cleaned["begins"], cleaned["ends"])


class EntryForm(SpanForm):
    """Hours entered by hand; the hidden id makes sending twice harmless."""

    client_id = forms.UUIDField(widget=forms.HiddenInput)
    title = forms.CharField(
        label=_("What was done"),
        max_length=60,
        help_text=_("For example: cleaned the river bank"),
    )
    counter = forms.TypedChoiceField(
        label=_("Counts as"), choices=Counter.choices, coerce=int, initial=Counter.SERVICE
    )
    reason = forms.ChoiceField(label=_("Why by hand"), choices=EntryReason.choices)
    remark = forms.CharField(
        label=_("Remark"),
        max_length=200,
        required=False,
        help_text=_("Without names of people."),
    )
    evidence = forms.CharField(
        label=_("Evidence"),
        max_length=200,
        required=False,
        help_text=_("What shows it: a signed list, a photo, who was there in charge."),
    )
    file = forms.FileField(
        label=_("Picture or PDF"), required=False, help_text=_("2 MB at most.")
    )

    field_order: tuple[str, ...] = ("day", "begins", "ends", "title")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {"client_id": uuid4(), **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)

    def clean_file(self) -> bytes | None:
        file = self.cleaned_data["file"]
        if file is None:
            return None
        # Before it is read: a large one must not fill the memory.
        if file.size > Evidence.MOST_BYTES:
            raise forms.ValidationError(
                gettext("The file is larger than 2 MB. Send a smaller one.")
            )
        return bytes(file.read())


class OwnForm(EntryForm):
    """One's own hours, for a team one is in or for none."""

    team = forms.TypedChoiceField(
        label=_("For which team"), required=False, coerce=int, empty_value=None
    )

    field_order = ("day", "begins", "ends", "title", "team")

    def __init__(self, *args: Any, teams: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["team"].choices = [("", _("for no team")), *teams]  # type: ignore[attr-defined]


class GroupForm(EntryForm):
    """The same time for several members of a team."""

    people = forms.TypedMultipleChoiceField(
        label=_("Who was there"), coerce=int, widget=forms.CheckboxSelectMultiple
    )

    field_order = ("day", "begins", "ends", "title", "people")

    def __init__(self, *args: Any, roster: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["people"].choices = roster  # type: ignore[attr-defined]


class OfficeForm(EntryForm):
    """Hours that an office enters for anybody, of late or from before the platform."""

    kind = forms.ChoiceField(
        label=_("Kind of entry"),
        choices=[
            ("", _("choose")),
            *((kind.value, kind.label) for kind in (EntryKind.MANUAL, EntryKind.HISTORICAL)),
        ],
    )
    division = DivisionField(help_text=_("Where the time was given: a name or a code."))
    accounts = forms.CharField(
        label=_("Accounts of the people"),
        help_text=_("One account a line."),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=20_000,
    )

    field_order = ("kind", "division", "accounts", "day", "begins", "ends", "title")

    def clean_accounts(self) -> list[int]:
        wanted = list(dict.fromkeys(self.cleaned_data["accounts"].lower().split()))
        known = dict(
            Person.objects.filter(username__in=wanted)
            .order_by("pk")
            .values_list("username", "pk")
        )
        if unknown := [name for name in wanted if name not in known]:
            raise forms.ValidationError(
                gettext("There is no account %(names)s.") % {"names": ", ".join(unknown[:5])}
            )
        return [known[name] for name in wanted]


class RefuseForm(forms.Form):
    reason = forms.ChoiceField(label=_("Reason"), choices=Refused.choices)


class RightTimesForm(forms.Form):
    """The times as they should have been recorded; both or none."""

    begins = forms.TimeField(label=_("Right beginning"), widget=TimeInput, required=False)
    ends = forms.TimeField(
        label=_("Right end"),
        widget=TimeInput,
        required=False,
        help_text=_("Leave both empty if you do not know."),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if bool(cleaned.get("begins")) != bool(cleaned.get("ends")):
            raise forms.ValidationError(gettext("Give both times, or neither."))
        return cleaned

    def span(self, day: date) -> tuple[datetime, datetime] | None:
        begins, ends = self.cleaned_data["begins"], self.cleaned_data["ends"]
        return span_of(day, begins, ends) if begins else None


class ContestForm(RightTimesForm):
    """What is wrong with a credit of one's own, and what would be right."""

    doubt = forms.ChoiceField(label=_("What is wrong"), choices=DOUBTS)
    text = forms.CharField(
        label=_("In your words"),
        max_length=200,
        required=False,
        help_text=_("Without names of people."),
    )

    field_order = ("doubt", "text", "begins", "ends")


class CorrectForm(RightTimesForm):
    """What an office found against the record, and the right times if there are any."""

    finding = forms.ChoiceField(
        label=_("What was found"),
        choices=[(finding.value, finding.label) for finding in AGAINST],
    )

    field_order = ("finding", "begins", "ends")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["ends"].help_text = _(
            "Leave both empty when nothing is to be credited instead."
        )


class KeepForm(forms.Form):
    finding = forms.ChoiceField(
        label=_("What was found"),
        choices=[(finding.value, finding.label) for finding in Finding if finding in FOR],
    )


class ObjectionForm(forms.Form):
    """Anybody's word against a line of the list."""

    doubt = forms.ChoiceField(label=_("What is wrong"), choices=DOUBTS)
    text = forms.CharField(
        label=_("In your words"),
        max_length=200,
        required=False,
        help_text=_("What you saw. Without names of people."),
    )


class AppealForm(forms.Form):
    """Why a hold is wrong, by the volunteer."""

    reason = forms.ChoiceField(
        label=_("Why it is wrong"), choices=Appeal.choices, widget=forms.RadioSelect
    )
    text = forms.CharField(
        label=_("In your words"),
        max_length=500,
        required=False,
        help_text=_("Without names of people."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class FindingForm(forms.Form):
    """What an office found: it either releases or takes back."""

    finding = forms.ChoiceField(
        label=_("What was found"),
        choices=[
            (_("In order: the hours count"), [(f.value, f.label) for f in FOR]),
            (
                _("Not in order: the hours are taken back"),
                [(f.value, f.label) for f in AGAINST],
            ),
        ],
    )


class WordForm(forms.Form):
    """A month, and the word that one of two persons gives towards its seed."""

    month = forms.DateField(label=_("Any day of the month"), widget=DayInput)
    word = forms.CharField(
        label=_("Your word"),
        max_length=80,
        min_length=6,
        help_text=_("Anything nobody could guess; it is shown to all once the draw is made."),
    )

"""Shape and wording of what people enter about the night school; nothing here saves."""

from collections.abc import Iterable
from datetime import date, time, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from xinfeng.places.models import Division

from . import evenings
from .models import Course, DeclineReason, Field, Lecturer, Series

WEEKDAYS = [
    (0, _("Monday")),
    (1, _("Tuesday")),
    (2, _("Wednesday")),
    (3, _("Thursday")),
    (4, _("Friday")),
    (5, _("Saturday")),
    (6, _("Sunday")),
]
MARKS = [(5, _("5 very good")), (4, _("4 good")), (3, _("3 fair")), (2, _("2 poor")),
         (1, _("1 very poor"))]  # fmt: skip
REACHES = [(3, _("3 km")), (5, _("5 km")), (10, _("10 km")), (20, _("20 km")), (50, _("50 km"))]
_DAY = {"type": "date"}
_TIME = {"type": "time"}
_SEVEN_PM = time(19)


class ChoiceForm(forms.Form):
    """How lists are narrowed, read from the address; nonsense narrows nothing."""

    within = forms.IntegerField(required=False, min_value=10**11, max_value=10**12 - 1)
    field = forms.SlugField(max_length=40, required=False)
    series = forms.SlugField(max_length=40, required=False)
    words = forms.CharField(required=False, max_length=60)
    monday = forms.DateField(required=False)
    after = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1)


class EveningsField(forms.TypedMultipleChoiceField):
    """Evenings of a week as boxes to tick, cleaned to the seven bits."""

    def __init__(self, **more: Any) -> None:
        super().__init__(
            choices=WEEKDAYS, coerce=int, widget=forms.CheckboxSelectMultiple, **more
        )

    def clean(self, value: Any) -> Any:
        return evenings.bits(super().clean(value))


class RequestForm(forms.Form):
    """A station's wish, filled in on a phone: what, when, for how many, where."""

    code = forms.SlugField(max_length=20, widget=forms.HiddenInput)
    course = forms.ModelChoiceField(
        label=_("Course"), queryset=Course.objects.none(), to_field_name="code",
        empty_label=_("choose"),
    )  # fmt: skip
    evenings = EveningsField(
        label=_("Evenings that suit"), help_text=_("The more, the sooner.")
    )
    wished_from = forms.DateField(
        label=_("Not before"), widget=forms.DateInput(attrs=_DAY, format="%Y-%m-%d"),
    )  # fmt: skip
    begins = forms.TimeField(
        label=_("Begins at"),
        initial=_SEVEN_PM,
        widget=forms.TimeInput(attrs=_TIME, format="%H:%M"),
    )
    heads = forms.IntegerField(
        label=_("Number of places"), initial=30, min_value=1, max_value=500
    )
    room = forms.CharField(label=_("Room"), max_length=40)
    group = forms.CharField(
        label=_("Learners' group"), max_length=40, required=False,
        help_text=_("Only if the same people take several courses."),
    )  # fmt: skip
    note = forms.CharField(label=_("Remark"), max_length=200, required=False)

    def __init__(self, *args: Any, courses: Iterable[Course], **more: Any) -> None:
        super().__init__(*args, **more)
        ids = [course.pk for course in courses]
        field = self.fields["course"]
        assert isinstance(field, forms.ModelChoiceField)
        known = Course.objects.filter(pk__in=ids).select_related("field")
        field.queryset = known.order_by("field__position", "title", "pk")
        field.label_from_instance = _course_label  # type: ignore[method-assign, assignment]

    def said(self) -> dict[str, Any]:
        """What a new request takes, but for its place."""
        given = self.cleaned_data
        begins: time = given["begins"]
        return {
            "code": given["code"], "course_id": given["course"].pk,
            "wished_from": given["wished_from"], "evenings": given["evenings"],
            "begins_minute": begins.hour * 60 + begins.minute, "heads": given["heads"],
            "room": given["room"], "group": given["group"], "note": given["note"],
        }  # fmt: skip


def next_monday(today: date) -> date:
    """The first week that can still be planned calmly."""
    return evenings.monday(today) + timedelta(weeks=1)


class OfferForm(forms.Form):
    """What somebody offers to teach, how far they go and when."""

    fields_taught = forms.ModelMultipleChoiceField(
        label=_("What I teach"), queryset=Field.objects.order_by("position", "pk"),
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    evenings = EveningsField(label=_("My free evenings"))
    reach_km = forms.TypedChoiceField(
        label=_("How far I go"), choices=REACHES, coerce=int, initial=10
    )
    capacity_a_week = forms.IntegerField(
        label=_("Evenings a week at most"), initial=2, min_value=1, max_value=7
    )
    bio = forms.CharField(
        label=_("About me"), max_length=1000, required=False,
        help_text=_("Everybody reads it. Leave out your telephone and address."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )  # fmt: skip

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        field = self.fields["fields_taught"]
        assert isinstance(field, forms.ModelMultipleChoiceField)
        field.label_from_instance = _named  # type: ignore[method-assign, assignment]

    def said(self) -> dict[str, Any]:
        given = self.cleaned_data
        return {
            "fields": tuple(field.pk for field in given["fields_taught"]),
            "reach_m": given["reach_km"] * 1000, "capacity_a_week": given["capacity_a_week"],
            "evenings": given["evenings"], "bio": given["bio"],
        }  # fmt: skip


def offered(lecturer: Lecturer) -> dict[str, Any]:
    """A lecturer's present offer as the form shows it."""
    nearest = min(REACHES, key=lambda reach: abs(reach[0] * 1000 - lecturer.reach_m))
    return {
        "fields_taught": [field.pk for field in lecturer.fields.all()],
        "evenings": list(evenings.weekdays(lecturer.evenings)),
        "reach_km": nearest[0],
        "capacity_a_week": lecturer.capacity_a_week,
        "bio": lecturer.bio,
    }


class DeclineForm(forms.Form):
    reason = forms.ChoiceField(choices=DeclineReason.choices)
    text = forms.CharField(max_length=200, required=False)


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("Reason"), max_length=200)


class PauseForm(ReasonForm):
    until = forms.DateField(required=False)


class RatingForm(forms.Form):
    """Three marks; nothing is chosen beforehand."""

    content = forms.TypedChoiceField(
        label=_("Course content"), choices=MARKS, coerce=int, widget=forms.RadioSelect
    )
    teaching = forms.TypedChoiceField(
        label=_("Teaching"), choices=MARKS, coerce=int, widget=forms.RadioSelect
    )
    arrangement = forms.TypedChoiceField(
        label=_("Arrangement"), choices=MARKS, coerce=int, widget=forms.RadioSelect
    )
    comment = forms.CharField(
        label=_("In your words"), max_length=300, required=False,
        help_text=_("Read by the keeper, the lecturer and the office, without your name."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip


class MaterialForm(forms.Form):
    title = forms.CharField(label=_("Title of the material"), max_length=120)
    file = forms.FileField(
        label=_("File"), help_text=_("PDF, picture, Word, PowerPoint or Excel, at most 10 MB.")
    )


class TimetableForm(forms.Form):
    """Over which area and weeks; the area is one the office reaches."""

    code = forms.SlugField(max_length=20, widget=forms.HiddenInput)
    division = forms.ModelChoiceField(label=_("Area"), queryset=Division.objects.none())
    first_week = forms.DateField(
        label=_("First week"), widget=forms.DateInput(attrs=_DAY, format="%Y-%m-%d")
    )
    weeks = forms.IntegerField(
        label=_("Weeks in which classes begin"), initial=4, min_value=1, max_value=26
    )

    def __init__(self, *args: Any, divisions: Iterable[Division], **more: Any) -> None:
        super().__init__(*args, **more)
        field = self.fields["division"]
        assert isinstance(field, forms.ModelChoiceField)
        ids = [division.pk for division in divisions]
        field.queryset = Division.objects.filter(pk__in=ids).order_by("pk")
        field.label_from_instance = _named  # type: ignore[method-assign, assignment]
        field.empty_label = None


class PlacingForm(forms.Form):
    code = forms.SlugField(max_length=20)
    lecturer = forms.SlugField(max_length=20)
    first_on = forms.DateField()


class ApprovalForm(forms.Form):
    is_paid = forms.BooleanField(required=False)


class HonourForm(forms.Form):
    honour = forms.CharField(label=_("Honour"), max_length=80, required=False)
    source = forms.CharField(
        label=_("Where it is written down"), max_length=200, required=False
    )


class HeadsForm(forms.Form):
    heads = forms.IntegerField(min_value=0, max_value=500)


class WhoForm(forms.Form):
    who = forms.CharField(max_length=120)
    # Which one, where the last digits fit several.
    chosen = forms.IntegerField(min_value=1, max_value=2**63 - 1, required=False)


class QuotaForm(forms.Form):
    quota = forms.IntegerField(min_value=1, max_value=500)


class MovingForm(forms.Form):
    on = forms.DateField()
    begins = forms.TimeField()

    def minute(self) -> int:
        begins: time = self.cleaned_data["begins"]
        return begins.hour * 60 + begins.minute


class CourseForm(forms.Form):
    """A course for the menu of an office's area."""

    code = forms.SlugField(max_length=40, widget=forms.HiddenInput)
    title = forms.CharField(label=_("Title of the course"), max_length=120)
    field = forms.ModelChoiceField(
        label=_("Field"), queryset=Field.objects.order_by("position", "pk"),
        empty_label=_("choose"),
    )  # fmt: skip
    outline = forms.CharField(
        label=_("What it is about"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4})
    )
    sessions = forms.IntegerField(label=_("Sessions"), initial=4, min_value=1, max_value=30)
    minutes = forms.IntegerField(
        label=_("Minutes a session"), initial=60, min_value=30, max_value=180
    )
    needs = forms.CharField(label=_("What the room must have"), max_length=200, required=False)
    audience = forms.CharField(label=_("Suited to"), max_length=120, required=False)
    min_age = forms.IntegerField(
        label=_("From which age"), min_value=1, max_value=99, required=False
    )
    topic = forms.ModelChoiceField(
        label=_("Special topic"), queryset=Series.objects.order_by("-starts_on", "pk"),
        required=False, empty_label=_("none"),
    )  # fmt: skip

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        for name, label in (("field", _named), ("topic", _titled)):
            field = self.fields[name]
            assert isinstance(field, forms.ModelChoiceField)
            field.label_from_instance = label  # type: ignore[method-assign, assignment]

    def said(self) -> dict[str, Any]:
        given = dict(self.cleaned_data)
        field, topic = given.pop("field"), given.pop("topic")
        return given | {"field_id": field.pk, "topic_id": topic.pk if topic else None}


class SeriesForm(forms.Form):
    """A heading under which classes stand together."""

    code = forms.SlugField(max_length=40, widget=forms.HiddenInput)
    title = forms.CharField(label=_("Title of the series"), max_length=120)
    outline = forms.CharField(
        label=_("What it is about"), max_length=1000, required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip
    is_topic = forms.BooleanField(label=_("A special topic of the area"), required=False)
    starts_on = forms.DateField(
        label=_("From"), widget=forms.DateInput(attrs=_DAY, format="%Y-%m-%d")
    )
    ends_on = forms.DateField(
        label=_("Until"), required=False, widget=forms.DateInput(attrs=_DAY, format="%Y-%m-%d")
    )


def _named(row: Any) -> str:
    return str(row.name)


def _titled(row: Any) -> str:
    return str(row.title)


def _course_label(course: Any) -> str:
    return f"{course.field.name} · {course.title}"

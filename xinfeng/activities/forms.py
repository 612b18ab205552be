"""Shape and wording of what people enter about activities; nothing here saves."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from xinfeng.base.pack import Term
from xinfeng.places.models import Place

from .models import Category, Nature, Part, Programme, Project, Risk
from .queries.grounds import Grounds
from .recurrence import Every
from .wishes import NewActivity, NewPost, NewShift, Plan

RADII = [(1_000, _("1 km")), (3_000, _("3 km")), (5_000, _("5 km")), (10_000, _("10 km")),
         (20_000, _("20 km"))]  # fmt: skip
# Signs of a text that says what an activity is; the interface takes as many.
LONGEST = 2_000
_DAY = {"type": "date"}
_TIME = {"type": "time"}


def offer(form: forms.Form, name: str, choices: list[tuple[Any, Any]]) -> None:
    """What may be chosen in a field of a form that depends on who reads it."""
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)
    field.choices = choices


def by_name(form: forms.Form, name: str) -> "forms.ModelChoiceField[Any]":
    """Rows as people call them, not as the journal does."""
    field = form.fields[name]
    assert isinstance(field, forms.ModelChoiceField)
    field.label_from_instance = lambda obj: str(obj.name)  # type: ignore[method-assign]
    return field


class ChoiceForm(forms.Form):
    """How the list is narrowed, read from the address; nonsense narrows nothing."""

    within = forms.IntegerField(required=False, min_value=10**11, max_value=10**12 - 1)
    category = forms.SlugField(max_length=40, required=False)
    day = forms.DateField(required=False)
    until = forms.DateField(required=False)
    words = forms.CharField(required=False, max_length=60)


class NearForm(forms.Form):
    """From where one looks, and how far; a point is used for this one answer only."""

    lat = forms.FloatField(required=False, min_value=-90, max_value=90)
    lon = forms.FloatField(required=False, min_value=-180, max_value=180)
    village = forms.IntegerField(required=False, min_value=10**11, max_value=10**12 - 1)
    radius = forms.TypedChoiceField(choices=RADII, coerce=int, required=False)
    category = forms.SlugField(max_length=40, required=False)
    days = forms.IntegerField(required=False, min_value=1, max_value=90)
    free = forms.BooleanField(required=False)
    words = forms.CharField(required=False, max_length=60)
    after = forms.RegexField(r"^\d{1,8}_\d{1,18}$", required=False)


class TimesForm(forms.Form):
    """One day with its hours and places."""

    day = forms.DateField(label=_("Day"), widget=forms.DateInput(attrs=_DAY))
    starts = forms.TimeField(label=_("Begins at"), widget=forms.TimeInput(attrs=_TIME))
    ends = forms.TimeField(label=_("Ends at"), widget=forms.TimeInput(attrs=_TIME))
    capacity = forms.IntegerField(label=_("Number of places"), min_value=1, max_value=10_000)
    withdraw_hours = forms.IntegerField(
        label=_("Hours before the beginning until which a place can be given back"),
        help_text=_("Leave empty: until the beginning."),
        min_value=0,
        max_value=240,
        required=False,
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        starts, ends = given.get("starts"), given.get("ends")
        if starts and ends and ends <= starts:
            self.add_error("ends", gettext("The end must be after the beginning."))
        return given

    def moment(self, name: str) -> datetime:
        """The day and one of its times in the city's own time zone."""
        day: date = self.cleaned_data["day"]
        return timezone.make_aware(datetime.combine(day, self.cleaned_data[name]))

    def shift(self) -> NewShift:
        starts_at, hours = self.moment("starts"), self.cleaned_data.get("withdraw_hours")
        until = starts_at - timedelta(hours=hours) if hours else None
        return NewShift(starts_at, self.moment("ends"), self.cleaned_data["capacity"], until)


class PlanForm(forms.Form):
    """What an activity says of itself. Places, teams and areas are those one may invite in."""

    title = forms.CharField(label=_("Name of the activity"), max_length=120)
    category = forms.ModelChoiceField(
        label=_("Category"),
        queryset=Category.objects.order_by("code", "pk"),
        empty_label=_("choose"),
    )
    nature = forms.ChoiceField(
        label=_("Nature"),
        help_text=_("Only voluntary service and training of volunteers are credited."),
        choices=[("", _("choose")), *Nature.choices],
    )
    place = forms.TypedChoiceField(
        label=_("Practice place"), coerce=int, empty_value=None, required=False
    )
    team = forms.TypedChoiceField(label=_("Team"), coerce=int, empty_value=None, required=False)
    division = forms.TypedChoiceField(
        label=_("Village, township or county"),
        help_text=_("Only when it is at no practice place."),
        coerce=int,
        empty_value=None,
        required=False,
    )
    meeting_point = forms.CharField(
        label=_("Where to meet"), max_length=200, required=False,
        help_text=_("For example: at the gate of the village hall."),
    )  # fmt: skip
    content = forms.CharField(
        label=_("Content"),
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    conditions = forms.CharField(
        label=_("Conditions"), required=False, max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Who can take part."),
    )  # fmt: skip
    contact = forms.CharField(
        label=_("Contact"), max_length=120, required=False,
        help_text=_("Whom to ask, and by which telephone."),
    )  # fmt: skip
    risk = forms.ChoiceField(label=_("Risk"), choices=Risk.choices, initial=Risk.LOW)
    risks = forms.CharField(
        label=_("Risks"), required=False, max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("What could happen; “none known” is an answer too."),
    )  # fmt: skip
    protection = forms.CharField(
        label=_("Protection"), required=False, max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("What is done so that nothing happens."),
    )  # fmt: skip
    insurance = forms.CharField(
        label=_("Insurance"), max_length=120, required=False,
        help_text=_("From medium risk on: the accident insurance and its policy number."),
    )  # fmt: skip
    insured_from = forms.DateField(
        label=_("Insured from"), required=False, widget=forms.DateInput(attrs=_DAY)
    )
    insured_until = forms.DateField(
        label=_("Insured until"), required=False, widget=forms.DateInput(attrs=_DAY)
    )
    project = forms.ModelChoiceField(
        label=_("Project"),
        queryset=Project.objects.none(),
        empty_label=_("none"),
        required=False,
    )
    programme = forms.ModelChoiceField(
        label=_("Programme"),
        queryset=Programme.objects.order_by("code", "pk"),
        empty_label=_("none"),
        required=False,
    )
    deputies = forms.CharField(
        label=_("Deputies"), required=False, max_length=200,
        help_text=_("Accounts of those who may run it beside you, with spaces between."),
    )  # fmt: skip
    fence_m = forms.TypedChoiceField(
        label=_("Check-in counts within"),
        choices=[("", _("not asked")), (100, _("100 m")), (300, _("300 m")), (500, _("500 m"))],
        coerce=int,
        empty_value=None,
        required=False,
    )

    def __init__(self, *args: Any, grounds: Grounds, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.grounds = grounds
        none = [("", _("none"))]
        self._choose("place", none + [(p.pk, p.name) for p in grounds.places])
        self._choose("team", none + [(t.pk, t.name) for t in grounds.teams])
        self._choose("division", none + [(d.pk, d.name) for d in grounds.divisions])
        of_places = Project.objects.filter(place__in=[p.pk for p in grounds.places])
        running = of_places.filter(ends_on=None).order_by("name", "pk")
        by_name(self, "project").queryset = running
        by_name(self, "category")
        by_name(self, "programme")

    def _choose(self, name: str, choices: list[tuple[Any, Any]]) -> None:
        offer(self, name, choices)
        # A field without a choice is a question nobody can answer.
        if len(choices) == 1:
            self.fields[name].widget = forms.HiddenInput()

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if (given.get("insured_from") is None) != (given.get("insured_until") is None):
            self.add_error("insured_until", gettext("Enter both days, or none."))
        if given.get("place") or given.get("team") or given.get("division"):
            return given
        self.add_error("place", gettext("Choose a place, a team or an area."))
        return given

    def clean_deputies(self) -> tuple[int, ...]:
        names = self.cleaned_data["deputies"].replace("，", " ").replace(",", " ").split()
        found = self.grounds.accounts(names)
        if unknown := sorted(set(names) - set(found)):
            words = gettext("There is no account %(names)s.")
            raise forms.ValidationError(words % {"names": "、".join(unknown)})
        return tuple(sorted(found.values()))

    def plan(self) -> dict[str, Any]:
        """The fields of a Plan."""
        given = dict(self.cleaned_data)
        category, project = given.pop("category"), given.pop("project")
        programme, division = given.pop("programme"), given.pop("division")
        place, team = given.pop("place"), given.pop("team")
        return {name: value for name, value in given.items() if name in _OF_PLAN} | {
            "category_id": category.pk,
            "project_id": project.pk if project else None,
            "programme_id": programme.pk if programme else None,
            "place_id": place,
            "team_id": team,
            "division_id": self.grounds.division_of(place, team, division),
        }


_OF_PLAN = {
    "title", "nature", "meeting_point", "content", "conditions", "contact", "risk", "risks",
    "protection", "insurance", "insured_from", "insured_until", "deputies", "fence_m",
}  # fmt: skip


class RewriteForm(PlanForm):
    """The words of what is drafted or announced."""

    def wish(self) -> Plan:
        return Plan(**self.plan())


class AnnounceForm(TimesForm, PlanForm):
    """One activity with its first shift. The hidden code makes resending harmless."""

    code = forms.SlugField(max_length=20, widget=forms.HiddenInput)
    field_order = (
        "code", "title", "category", "nature", "day", "starts", "ends", "capacity", "place",
        "team", "division", "meeting_point",
    )  # fmt: skip

    def wish(self) -> NewActivity:
        return NewActivity(
            code=self.cleaned_data["code"], shifts=(self.shift(),), **self.plan()
        )


class PostForm(forms.Form):
    """A post of a shift with its conditions; skills and qualifications are the city's own."""

    name = forms.CharField(label=_("Post"), max_length=60)
    capacity = forms.IntegerField(label=_("Number of places"), min_value=1, max_value=10_000)
    part = forms.ChoiceField(
        label=_("Who takes it"),
        choices=Part.choices,
        initial=Part.HELPER,
        required=False,
        help_text=_("Learners come for themselves: nobody is credited hours for learning."),
    )
    conditions = forms.CharField(label=_("Conditions"), max_length=200, required=False)
    skills = forms.MultipleChoiceField(label=_("Skills"), required=False)
    qualifications = forms.MultipleChoiceField(label=_("Qualifications"), required=False)
    min_age = forms.IntegerField(
        label=_("Least age"), min_value=6, max_value=99, required=False
    )
    max_age = forms.IntegerField(
        label=_("Greatest age"), min_value=6, max_value=120, required=False
    )
    is_dangerous = forms.BooleanField(label=_("Dangerous: adults only"), required=False)

    def __init__(
        self,
        *args: Any,
        skills: Iterable[Term] = (),
        qualifications: Iterable[Term] = (),
        **more: Any,
    ) -> None:
        super().__init__(*args, **more)
        for name, terms in [("skills", skills), ("qualifications", qualifications)]:
            choices = [(term.code, term.name) for term in terms]
            offer(self, name, choices)
            if not choices:
                del self.fields[name]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        least, most = given.get("min_age"), given.get("max_age")
        if least and most and most < least:
            self.add_error("max_age", gettext("The greatest age is not below the least."))
        return given

    def post(self) -> NewPost:
        given = self.cleaned_data
        return NewPost(
            name=given["name"],
            capacity=given["capacity"],
            part=given["part"] or Part.HELPER,
            conditions=given["conditions"],
            skills=tuple(given.get("skills", ())),
            qualifications=tuple(given.get("qualifications", ())),
            min_age=given["min_age"],
            max_age=given["max_age"],
            is_dangerous=given["is_dangerous"],
        )


class CapacityForm(forms.Form):
    capacity = forms.IntegerField(min_value=1, max_value=10_000)


class SeriesForm(forms.Form):
    """A simple rule of repetition; it ends after a number of times or on a day."""

    every = forms.ChoiceField(label=_("How often"), choices=Every.choices)
    count = forms.IntegerField(
        label=_("How many times"), min_value=2, max_value=60, required=False
    )
    until = forms.DateField(
        label=_("Or until"), required=False, widget=forms.DateInput(attrs=_DAY)
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if (given.get("count") is None) == (given.get("until") is None):
            raise forms.ValidationError(gettext("Say how often, or until which day."))
        return given


class CopyForm(forms.Form):
    code = forms.SlugField(max_length=20, widget=forms.HiddenInput)
    on = forms.DateField(label=_("Day of the copy"), widget=forms.DateInput(attrs=_DAY))


class ProjectForm(forms.Form):
    """A lasting service of one of one's own places."""

    place = forms.TypedChoiceField(label=_("Practice place"), coerce=int)
    name = forms.CharField(label=_("Name"), max_length=120)
    content = forms.CharField(
        label=_("Content"),
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    programme = forms.ModelChoiceField(
        label=_("Programme"),
        queryset=Programme.objects.order_by("code", "pk"),
        empty_label=_("none"),
        required=False,
    )
    is_brand = forms.BooleanField(label=_("Own brand project"), required=False)

    def __init__(self, *args: Any, places: Iterable[Place], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "place", [(place.pk, place.name) for place in places])
        by_name(self, "programme")

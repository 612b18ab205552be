"""What people say when they act on a finding."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from xinfeng.findings.models import (
    REFUSALS,
    REOPENS,
    SENDS_BACK,
    Appeal,
    Category,
    Cause,
    Finding,
    Ground,
    Reason,
    Recheck,
    Repair,
    State,
    Term,
)
from xinfeng.units.models import Unit

from .pictures import Pictures


class ActForm(forms.Form):
    """A form about one finding; it begins with what is known of it."""

    def __init__(self, *args: Any, finding: Finding, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.finding = finding
        self.begin()

    def begin(self) -> None:
        """Fill in what the finding suggests."""


def _reasons(some: tuple[Reason, ...]) -> forms.ChoiceField:
    return forms.ChoiceField(label=_("Reason"), choices=[(r.value, r.label) for r in some])


def _words(label: Any, most: int, **more: Any) -> forms.CharField:
    return forms.CharField(
        label=label, max_length=most, widget=forms.Textarea(attrs={"rows": 3}), **more
    )


class NothingForm(ActForm):
    """An act that needs no words."""


class ConfirmForm(ActForm):
    text = _words(
        _("Wording that others read"), Finding.LONGEST,
        help_text=_("Take out names, numbers and doors of people."),
    )  # fmt: skip
    category = forms.ModelChoiceField(
        label=_("Class"), queryset=Category.objects.none(), required=False
    )
    public_files = forms.MultipleChoiceField(
        label=_("Pictures that everybody may see"), widget=forms.CheckboxSelectMultiple,
        required=False,
    )  # fmt: skip

    def begin(self) -> None:
        self.fields["text"].initial = self.finding.text
        self.fields["category"].queryset = Category.objects.offered()  # type: ignore[attr-defined]
        self.fields["category"].initial = self.finding.category_id
        files = self.finding.files.order_by("pk").values_list("pk", flat=True)
        offered = [(str(pk), _("picture %(n)s") % {"n": n}) for n, pk in enumerate(files, 1)]
        self.fields["public_files"].choices = offered  # type: ignore[attr-defined]
        if not offered:
            del self.fields["public_files"]


class RefuseForm(ActForm):
    reason = _reasons(REFUSALS)


class OrderForm(ActForm):
    unit = forms.ModelChoiceField(label=_("Responsible unit"), queryset=Unit.objects.none())
    term = forms.ChoiceField(label=_("Term"), choices=Term.choices)

    def begin(self) -> None:
        units = Unit.objects.filter(is_active=True)
        self.fields["unit"].queryset = units.order_by("code", "pk")  # type: ignore[attr-defined]
        self.fields["unit"].label_from_instance = lambda unit: unit.name  # type: ignore[attr-defined]
        point, category = self.finding.point, self.finding.category
        self.fields["unit"].initial = self.finding.unit_id or (point.unit_id if point else None)
        suggested = self.finding.term or (category.term if category else Term.WD3)
        self.fields["term"].initial = suggested


class MergeForm(ActForm):
    into = forms.SlugField(label=_("Number of the finding that goes on"), max_length=20)


class RepairForm(ActForm):
    after = Pictures(label=_("How it looks now"))
    words = _words(_("What was done"), Repair.LONGEST)
    before = Pictures(
        label=_("How it looked before"), required=False,
        help_text=_("Only if there is no picture of before yet."),
    )  # fmt: skip


class PassForm(ActForm):
    pictures = Pictures(label=_("Pictures of the re-check"), required=False)
    words = _words(_("What you saw"), Recheck.LONGEST, required=False)


class SendBackForm(ActForm):
    reason = _reasons(SENDS_BACK)
    words = _words(_("What is missing"), Recheck.LONGEST, required=False)
    pictures = Pictures(label=_("Pictures of the re-check"), required=False)


class ReopenForm(ActForm):
    reason = _reasons(REOPENS)


class ExtendForm(ActForm):
    until = forms.DateTimeField(
        label=_("Until when"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    cause = forms.ChoiceField(label=_("Why"), choices=Cause.choices)


class AppealForm(ActForm):
    ground = forms.ChoiceField(label=_("Ground of the appeal"), choices=Ground.choices)
    words = _words(_("Reasons"), Appeal.LONGEST)
    pictures = Pictures(label=_("Evidence"), required=False)

    def begin(self) -> None:
        sent_back = self.finding.state == State.SENT_BACK
        some = [
            (one.value, one.label) for one in Ground if (one == Ground.IS_REPAIRED) == sent_back
        ]
        self.fields["ground"].choices = some  # type: ignore[attr-defined]


class JudgeForm(ActForm):
    judgement = _words(_("Judgement, as the unit reads it"), Appeal.LONGEST)

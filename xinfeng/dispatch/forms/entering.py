"""An order on one page, for whoever enters what somebody says: a minute is all there is."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import groupby
from typing import Any

from django import forms
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from xinfeng.dispatch import drafts
from xinfeng.dispatch.drafts import Draft
from xinfeng.dispatch.models import Channel, MenuItem, Relation
from xinfeng.people.models import PartOfDay
from xinfeng.places.models import Division

from .ordering import ADDRESS, DAYS_SHOWN, NAME, NOTE, SAID, Whole, telephone

SOON, DAYS = "SOON", "DAYS"
TWO_WEEKS = 2 * DAYS_SHOWN


class EntryForm(forms.Form):
    """What the resident's own form asks in four steps, on one page with good guesses."""

    # A sealed blank with the order's number: sending twice places one order.
    ticket = forms.CharField(max_length=4000, widget=forms.HiddenInput)
    channel = forms.ChoiceField(
        label=_("How the wish reached you"), widget=forms.RadioSelect,
        choices=[
            (Channel.HOME_VISIT, _("on a home visit")),
            (Channel.PHONE, _("by telephone")),
            (Channel.KIOSK, _("at the station")),
        ],
    )  # fmt: skip
    division = forms.TypedChoiceField(label=_("Village or community"), coerce=int)
    item = forms.ChoiceField(label=_("Which service"))
    how = forms.ChoiceField(
        label=_("When it suits"), widget=forms.RadioSelect,
        choices=[(SOON, _("As soon as possible")), (DAYS, _("On certain days"))],
    )  # fmt: skip
    days = forms.MultipleChoiceField(
        label=_("On which days"), required=False, widget=forms.CheckboxSelectMultiple
    )
    parts = Whole(
        label=_("At what time of the day"),
        help_text=_("Nothing ticked: any time suits."),
        choices=PartOfDay.choices,
    )
    name = forms.CharField(
        label=_("Name of the person who is served"), max_length=NAME,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
    phone = forms.CharField(
        label=_("Telephone"), max_length=20, required=False,
        help_text=_("At which somebody answers; a landline with its area code."),
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
    )  # fmt: skip
    address = forms.CharField(
        label=_("House and door"), max_length=ADDRESS,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
    note = forms.CharField(
        label=_("What the volunteer should know beforehand"), max_length=NOTE, required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip
    relation = forms.ChoiceField(
        label=_("Said by somebody else?"), required=False,
        choices=[("", _("no, by the person who is served")), *Relation.choices],
    )  # fmt: skip
    is_urgent = forms.BooleanField(
        label=_("Urgent: somebody needs it today or tomorrow"), required=False
    )
    for_minor = forms.BooleanField(
        label=_("The person is under 18: the name below is of a grown-up who will be there."),
        required=False,
    )
    agreed = forms.BooleanField(
        label=_("The person who is served knows of this order and agrees that the centre keeps"
                " these data for it."),
        error_messages={"required": _("Ask the person first, then tick here.")},
    )  # fmt: skip

    def __init__(
        self,
        *args: Any,
        villages: Sequence[Division],
        items: Sequence[MenuItem],
        today: date,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        days = [today + timedelta(days=n) for n in range(TWO_WEEKS)]
        places = [(str(one.pk), one.name) for one in villages]
        self._offer("division", places if len(places) == 1 else [("", _("choose")), *places])
        self._offer("item", [("", _("choose")), *_grouped(items)])
        # The label is the day itself: the page writes it in its own language.
        self._offer("days", [(day.isoformat(), day) for day in days])

    def clean_phone(self) -> str:
        return telephone(self.cleaned_data["phone"])

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("how") == DAYS and "days" in given and not given["days"]:
            self.add_error(
                "days", gettext("Choose at least one day, or “as soon as possible”.")
            )
        if given.get("for_minor") and not given.get("relation"):
            self.add_error("relation", gettext("For a child, say who speaks for it."))
        return given

    def draft(self) -> Draft | None:
        """What was entered, on the blank that came with the page; None: no blank of ours."""
        given = self.cleaned_data
        blank = drafts.read(given["ticket"])
        if blank is None:
            return None
        told = {name: given[name] for name in SAID if name in given}
        on_days = given["how"] == DAYS
        return replace(
            blank,
            **told,
            item=given["item"],
            division=given["division"],
            when_said=True,
            days=tuple(given["days"]) if on_days else (),
            parts=tuple(given["parts"]) if on_days else (),
            for_other=bool(given["relation"]),
            agreed=True,
        )

    def _offer(self, name: str, choices: Sequence[Any]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]


def _grouped(items: Sequence[MenuItem]) -> list[tuple[str, list[tuple[str, str]]]]:
    english = not (get_language() or "").startswith("zh")

    def name(thing: Any) -> str:
        return str(thing.name_en if english and thing.name_en else thing.name)

    return [
        (name(menu_class), [(item.code, name(item)) for item in inside])
        for menu_class, inside in groupby(items, key=lambda item: item.menu_class)
    ]

"""Tables of the hotline: sent in, its words said, joined with what is known, written back."""

import re
from collections import Counter
from datetime import date, datetime, time, timedelta

from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from xinfeng.base import clock
from xinfeng.findings.models import Category

_JOIN = re.compile(r"([0-9]{1,6}):([0-9]{1,18})", re.ASCII)
SPAN_DAYS = 366


class TableForm(forms.Form):
    # Made with the page: sent twice, the table is kept once.
    code = forms.SlugField(widget=forms.HiddenInput, max_length=20)
    table = forms.FileField(label=_("Excel or CSV table"))


class WordsForm(forms.Form):
    """For each word that is not known the class that it is; what is left open stays so."""

    def __init__(self, *args: object, words: Counter[str], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        offered = [(str(one.pk), one.name) for one in Category.objects.offered()]
        self.words = [word for word, _n in words.most_common()]
        for n, word in enumerate(self.words):
            self.fields[f"word{n}"] = forms.ChoiceField(
                label=f"{word} ({words[word]})", required=False,
                choices=[("", _("not said")), *offered],
            )  # fmt: skip

    def said(self) -> dict[str, int]:
        given = self.cleaned_data
        return {
            word: int(given[f"word{n}"])
            for n, word in enumerate(self.words)
            if given[f"word{n}"]
        }


class SpanForm(forms.Form):
    since = forms.DateField(label=_("Called from"), required=False, widget=forms.DateInput(
        attrs={"type": "date"}))  # fmt: skip
    until = forms.DateField(label=_("Called until"), required=False, widget=forms.DateInput(
        attrs={"type": "date"}))  # fmt: skip

    def span(self) -> tuple[datetime, datetime]:
        """Whole days, the last one with; the last thirty where nothing is said."""
        self.is_valid()
        given = self.cleaned_data
        until: date = _sensible(given.get("until") or clock.today())
        since: date = _sensible(given.get("since") or until - timedelta(days=30))
        since = max(since, until - timedelta(days=SPAN_DAYS))
        return _midnight(since), _midnight(until + timedelta(days=1))


def joins_of(post: QueryDict) -> dict[int, int]:
    """`join=ROW:FINDING` for each row that was recognised; what is none is left out."""
    found = (_JOIN.fullmatch(text) for text in post.getlist("join"))
    return {int(told[1]): int(told[2]) for told in found if told}


def _sensible(day: date) -> date:
    """Spans have no beginning and no end at the ends of the calendar."""
    return min(max(day, date(1970, 1, 1)), date(9000, 1, 1))


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))

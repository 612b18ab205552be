"""What the designer asks of a clerk: a text in two languages, a few ticks, rows of answers."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from xinfeng.base.words import Words
from xinfeng.places.models import Division
from xinfeng.surveys.asking import Kind, editing
from xinfeng.surveys.asking.reading import CODE, LONGEST_PARAGRAPH, LONGEST_TEXT, NAME

Said = dict[str, Any]
BLANK_ROWS = 3


def _zh(label: Any, *, required: bool = True, longest: int = LONGEST_TEXT) -> forms.CharField:
    tall = longest > LONGEST_TEXT
    widget = forms.Textarea(attrs={"rows": 4 if tall else 2})
    return forms.CharField(label=label, required=required, max_length=longest, widget=widget)


def _code() -> forms.RegexField:
    return forms.RegexField(
        CODE.pattern + r"\Z", label=_("Short code"), required=False,
        help_text=_("Small letters, digits and _. Left empty, one is given."),
        error_messages={"invalid": _("Small letters, digits and _, a letter first.")},
    )  # fmt: skip


class NewForm(forms.Form):
    code = forms.RegexField(
        NAME.pattern + r"\Z", label=_("Code of the questionnaire"),
        help_text=_("Small letters, digits and hyphens, for example residents-2027."),
        error_messages={"invalid": _("Small letters, digits and hyphens, a letter first.")},
    )  # fmt: skip
    title_zh = forms.CharField(label=_("Title of the questionnaire"), max_length=LONGEST_TEXT)
    title_en = forms.CharField(
        label=_("Title in English"), max_length=LONGEST_TEXT, required=False
    )
    owner = forms.ModelChoiceField(Division.objects.none(), label=_("For"), empty_label=None)

    def __init__(self, *args: Any, owners: list[Division], **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["owner"].queryset = Division.objects.filter(  # type: ignore[attr-defined]
            pk__in=[each.pk for each in owners]
        ).order_by("code")

    def title(self) -> Said:
        return words(self.cleaned_data, "title")


class CopyForm(forms.Form):
    code = forms.RegexField(
        NAME.pattern + r"\Z", label=_("Code of the copy"), required=False,
        help_text=_("Left empty, it becomes the next version of this questionnaire."),
        error_messages={"invalid": _("Small letters, digits and hyphens, a letter first.")},
    )  # fmt: skip


class FileForm(forms.Form):
    table = forms.FileField(
        label=_("XLSForm workbook or YAML text"),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.yaml,.yml"}),
    )


class TextForm(forms.Form):
    text = forms.CharField(
        label=_("Text of the questionnaire (YAML)"), max_length=500_000, strip=False,
        widget=forms.Textarea(attrs={"rows": 28, "spellcheck": "false", "class": "code"}),
    )  # fmt: skip


class HeadForm(forms.Form):
    title_zh = forms.CharField(label=_("Title of the questionnaire"), max_length=LONGEST_TEXT)
    title_en = forms.CharField(
        label=_("Title in English"), max_length=LONGEST_TEXT, required=False
    )
    welcome_zh = _zh(_("Welcome"), required=False, longest=LONGEST_PARAGRAPH)
    welcome_en = _zh(_("Welcome in English"), required=False, longest=LONGEST_PARAGRAPH)
    thanks_zh = _zh(_("Thanks at the end"), required=False, longest=LONGEST_PARAGRAPH)
    thanks_en = _zh(_("Thanks in English"), required=False, longest=LONGEST_PARAGRAPH)
    flips = forms.BooleanField(
        label=_("Half of the sheets show scales from the other end"), required=False
    )
    example = forms.BooleanField(label=_("An example, not an official text"), required=False)

    @staticmethod
    def first(document: Said) -> Said:
        said = {key: bool(document.get(key)) for key in ("flips", "example")}
        for key in ("title", "welcome", "thanks"):
            said |= spread(document, key)
        return said

    def said(self) -> Said:
        given = self.cleaned_data
        both = {key: words(given, key) for key in ("title", "welcome", "thanks")}
        return both | {key: given[key] for key in ("flips", "example")}


class BlockForm(forms.Form):
    title_zh = forms.CharField(label=_("Title of the block"), max_length=LONGEST_TEXT)
    title_en = forms.CharField(
        label=_("Title in English"), max_length=LONGEST_TEXT, required=False
    )
    rotates = forms.BooleanField(
        label=_("Its questions come in turns"), required=False,
        help_text=_("Each sheet begins with another one, so that none always comes first."),
    )  # fmt: skip
    code = _code()

    @staticmethod
    def first(block: Said) -> Said:
        return spread(block, "title") | {
            "rotates": bool(block.get("rotates")), "code": block["code"],
        }  # fmt: skip

    def said(self, free: str) -> Said:
        given = self.cleaned_data
        made: Said = {"code": given["code"] or free, "title": words(given, "title")}
        return made | ({"rotates": True} if given["rotates"] else {})


class ScaleForm(forms.Form):
    code = _code()


class QuestionForm(forms.Form):
    """A question of one kind: only what that kind has is asked."""

    text_zh = _zh(_("Question"))
    text_en = _zh(_("Question in English"), required=False)
    hint_zh = forms.CharField(label=_("Hint"), max_length=LONGEST_TEXT, required=False)
    hint_en = forms.CharField(
        label=_("Hint in English"), max_length=LONGEST_TEXT, required=False
    )
    block = forms.ChoiceField(label=_("Block"))
    scale = forms.ChoiceField(label=_("Scale"))
    headline = forms.BooleanField(
        label=_("The headline: its result is published first"), required=False
    )
    most = forms.IntegerField(
        label=_("At most so many"), required=False, min_value=1, max_value=30
    )
    lowest = forms.IntegerField(label=_("Lowest number"), required=False)
    highest = forms.IntegerField(label=_("Highest number"), required=False)
    margin = forms.RegexField(
        CODE.pattern + r"\Z", label=_("Weighted to known counts as"), required=False,
        help_text=_("As the frame names its totals, for example sex or age. Usually empty."),
        error_messages={"invalid": _("Small letters, digits and _, a letter first.")},
    )  # fmt: skip
    required = forms.BooleanField(label=_("Has to be answered"), required=False)
    code = _code()

    _ONLY = {
        "scale": Kind.SCALE, "headline": Kind.SCALE, "most": Kind.SEVERAL,
        "lowest": Kind.NUMBER, "highest": Kind.NUMBER, "margin": Kind.ONE,
    }  # fmt: skip

    def __init__(
        self, *args: Any, document: Said, kind: Kind, needed: bool, **more: Any
    ) -> None:
        super().__init__(*args, **more)
        self.kind = kind
        for name, only in self._ONLY.items():
            if kind is not only:
                del self.fields[name]
        choices = [(each["code"], _title(each)) for each in document["blocks"]]
        self.fields["block"].choices = choices  # type: ignore[attr-defined]
        if "scale" in self.fields:
            scales = [(each["code"], _steps(each)) for each in document.get("scales", [])]
            self.fields["scale"].choices = scales  # type: ignore[attr-defined]
        if needed:
            self.fields["required"].disabled = True
            self.fields["required"].label = _("Has to be answered: other parts depend on it")

    @staticmethod
    def first(document: Said, question: Said) -> Said:
        said = spread(question, "text") | spread(question, "hint")
        margins = {code: margin for margin, code in document.get("margins", {}).items()}
        return said | {
            "block": editing.home_of(document, question["code"]),
            "margin": margins.get(question["code"], ""),
            "headline": document.get("headline") == question["code"],
            **{
                key: question.get(key)
                for key in ("scale", "most", "lowest", "highest", "required", "code")
            },
        }

    def said(self, free: str) -> Said:
        """The question as the document has it, but for its answers and conditions."""
        given = self.cleaned_data
        made: Said = {
            "code": given["code"] or free, "kind": self.kind.value,
            "text": words(given, "text"), "hint": words(given, "hint"),
            "required": given["required"],
        }  # fmt: skip
        for key in ("scale", "most", "lowest", "highest"):
            made[key] = given.get(key)
        return {key: value for key, value in made.items() if value or type(value) is int}


class OptionForm(forms.Form):
    """One answer; a row without text is none."""

    place = forms.IntegerField(label=_("Row order"), required=False, min_value=1, max_value=99)
    text_zh = forms.CharField(
        label=_("Text of the option"), max_length=LONGEST_TEXT, required=False
    )
    text_en = forms.CharField(label=_("In English"), max_length=LONGEST_TEXT, required=False)
    no_opinion = forms.BooleanField(label=_("“Cannot say”"), required=False)
    code = forms.RegexField(
        CODE.pattern + r"\Z", label=_("Short code"), required=False,
        error_messages={"invalid": _("Small letters, digits and _, a letter first.")},
    )  # fmt: skip


class StepForm(OptionForm):
    """One step of a scale."""

    score = forms.IntegerField(
        label=_("Points of this step"), required=False, min_value=0, max_value=100
    )
    satisfied = forms.BooleanField(label=_("Counts as satisfied"), required=False)
    field_order = ("place", "text_zh", "text_en", "score", "satisfied", "no_opinion", "code")


class Rows:
    """The rows of answers of a question or a scale, with some blank ones after them."""

    def __init__(
        self, data: Any, options: list[Said], form: type[OptionForm], stem: str
    ) -> None:
        factory = forms.formset_factory(form, extra=BLANK_ROWS, max_num=60)
        first = [
            {**spread(each, "text"), **each, "place": place}
            for place, each in enumerate(options, start=1)
        ]
        self.forms = factory(data, initial=first, prefix="answers")
        self.stem = stem

    def is_valid(self) -> bool:
        return bool(self.forms.is_valid())

    def said(self) -> list[Said]:
        """The answers in the order of their places; those without one come last."""
        given = [each.cleaned_data for each in self.forms if each.cleaned_data.get("text_zh")]
        given.sort(key=lambda row: row.get("place") or 99)
        taken = {row["code"] for row in given if row.get("code")}
        return [self._option(row, taken) for row in given]

    def _option(self, row: Said, taken: set[str]) -> Said:
        code = row.get("code") or next(
            free for n in range(1, 200) if (free := f"{self.stem}{n}") not in taken
        )
        taken.add(code)
        made: Said = {
            "code": code, "text": words(row, "text"), "score": row.get("score"),
            "satisfied": row.get("satisfied"), "no_opinion": row.get("no_opinion"),
        }  # fmt: skip
        return {key: value for key, value in made.items() if value or type(value) is int}


class ConditionForm(forms.Form):
    question = forms.ChoiceField(label=_("Earlier question"), widget=forms.RadioSelect)
    among = forms.MultipleChoiceField(
        label=_("These answers"), widget=forms.CheckboxSelectMultiple, required=False
    )

    def __init__(self, *args: Any, document: Said, earlier: list[Said], **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["question"].choices = [  # type: ignore[attr-defined]
            (each["code"], written(each["text"])) for each in earlier
        ]
        self.fields["among"].choices = [  # type: ignore[attr-defined]
            (each["code"], written(each["text"]))
            for question in earlier
            if question["code"] == self.initial.get("question", self.data.get("question"))
            for each in editing.answers_of(document, question)
        ]


def words(given: Mapping[str, Any], key: str) -> Said:
    both = {language: given.get(f"{key}_{language}") for language in ("zh", "en")}
    return {language: text for language, text in both.items() if text}


def spread(said: Said, key: str) -> Said:
    text = said.get(key) or {}
    return {f"{key}_{language}": text.get(language, "") for language in ("zh", "en")}


def written(text: Mapping[str, str]) -> str:
    return str(Words(text.get("zh", ""), text.get("en", "")))


def _title(block: Said) -> str:
    return written(block.get("title", {})) or str(block["code"])


def _steps(scale: Said) -> str:
    return " / ".join(written(each["text"]) for each in scale["options"])

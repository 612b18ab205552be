"""A division or a place in a form: by its name, by its code, or from a list that follows what
is typed.
"""

import re
from dataclasses import dataclass
from typing import Any, TypeVar

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model, Q, QuerySet
from django.http import QueryDict
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, gettext_lazy

from xinfeng.base import codes

from .models import Division, Place, PlaceState

Coded = TypeVar("Coded", bound=Model)
MOST = 12
_LONGEST = 200
# So many are looked at for the words that name what lies above.
_LOOKED_AT = 300
_CODE = re.compile(r"(?:^|\D)([0-9]{4,12})$")


@dataclass(frozen=True)
class Found:
    """A division with the names from its county down, as people say where a village lies."""

    division: Division
    path: str

    def __str__(self) -> str:
        return f"{self.path} {self.division.code}"


def named(words: str) -> list[Found]:
    """Divisions of today whose name holds the last word, and whose path holds the others."""
    *above, last = words.split() or [""]
    if not last:
        return []
    current = Division.objects.filter(valid_until=None, name__icontains=last)
    rows = list(current.order_by("level", "code")[:_LOOKED_AT])
    ids = {pk for row in rows for pk in codes.ancestors(row.code, codes.Level(row.level))}
    names = dict(Division.objects.filter(pk__in=ids).values_list("code", "name"))
    found = [Found(row, _path(row, names)) for row in rows]
    fits = (one for one in found if all(word in one.path for word in above))
    return [one for one, _number in zip(fits, range(MOST), strict=False)]


def _path(division: Division, names: dict[int, str]) -> str:
    ancestors = codes.ancestors(division.code, codes.Level(division.level))
    # The city is the same for all.
    return "".join(names.get(pk, "") for pk in ancestors[1:]) + division.name


def places_named(words: str) -> list[Place]:
    """Places that are not closed, by what was typed."""
    return coded_so(Place.objects.exclude(state=PlaceState.CLOSED), words)


def coded_so(rows: "QuerySet[Coded]", words: str) -> "list[Coded]":
    """Rows whose name holds every word, or whose code begins so; of no words none."""
    for word in words.split():
        rows = rows.filter(Q(name__icontains=word) | Q(code__istartswith=word))
    return list(rows.order_by("name", "code")[:MOST]) if words.strip() else []


def typed(query: QueryDict) -> str:
    """What stands in the field whose list is asked for; of one letter no list is made."""
    words = str(next(iter(query.values()), ""))[:60].replace("\0", "")
    return words if len(words.strip()) > 1 else ""


def is_no_name(text: str) -> bool:
    """Longer than any name with its code, or with a sign that no name holds.

    Each word is looked for by itself, so a page full of words would search for minutes.
    """
    return len(text) > _LONGEST or "\0" in text


class TypedInput(forms.TextInput):
    """Text with a list below it, fetched while typing; without a script the text is enough."""

    # The address that answers what was typed with the options of the list.
    options = ""

    def render(
        self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None
    ) -> SafeString:
        ident = (attrs or {}).get("id", f"id_{name}")
        live = {
            "list": f"{ident}_list",
            "autocomplete": "off",
            "hx-get": reverse(self.options),
            "hx-trigger": "input changed delay:250ms",
            "hx-target": f"#{ident}_list",
            "hx-params": name,
        }
        text = super().render(name, value, (attrs or {}) | live, renderer)
        return format_html('{}<datalist id="{}_list"></datalist>', text, ident)


class DivisionInput(TypedInput):
    options = "places:division_options"


class PlaceInput(TypedInput):
    options = "places:place_options"


class CodedField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """Something with a name and a code: typed as "name code", as its code or by its name."""

    unknown: str | Promise = ""
    several: str | Promise = ""

    def named(self, words: str) -> list[Any]:
        raise NotImplementedError

    def to_python(self, value: Any) -> Any:
        text = str(value or "").strip()
        if not text:
            return None
        if is_no_name(text):
            raise ValidationError(str(self.unknown), "invalid_choice")
        assert self.queryset is not None
        if by_code := self.queryset.filter(code__iexact=text.split()[-1]).first():
            return by_code
        found = self.named(text)
        exact = [one for one in found if one.name == text]
        if len(exact or found) == 1:
            return (exact or found)[0]
        if not found:
            raise ValidationError(str(self.unknown), "invalid_choice")
        listed = "、".join(coded(one) for one in found[:4])
        raise ValidationError(str(self.several) % {"listed": listed}, "several")

    def prepare_value(self, value: Any) -> Any:
        """What was typed stays; what was chosen is said with its name."""
        if isinstance(value, int) and self.queryset is not None:
            value = self.queryset.filter(pk=value).first() or value
        return coded(value) if hasattr(value, "code") else value


class PlaceField(CodedField):
    widget = PlaceInput
    unknown = gettext_lazy("There is no place with this name or code.")
    several = gettext_lazy("Several places are called so: %(listed)s. Choose one of them.")

    def __init__(self, **more: Any) -> None:
        usual = {
            "label": gettext_lazy("Practice place"),
            "help_text": gettext_lazy("Its name or its code; a list follows what you type."),
        }
        super().__init__(queryset=Place.objects.all(), **usual | more)

    def named(self, words: str) -> list[Any]:
        return places_named(words)


def coded(thing: Any) -> str:
    """As a list offers it: nobody knows codes, and several bear one name."""
    return f"{thing.name} {thing.code}"


class DivisionField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """One division; a name that several bear is asked for more exactly."""

    widget = DivisionInput

    def __init__(self, **more: Any) -> None:
        usual = {
            "label": gettext_lazy("Division"),
            "help_text": gettext_lazy("Its name, for example “西渡镇 秋塘村”, or its code."),
        }
        super().__init__(queryset=Division.objects.all(), **usual | more)

    def to_python(self, value: Any) -> Division | None:
        text = str(value or "").strip()
        if not text:
            return None
        if is_no_name(text):
            raise ValidationError(gettext("There is no division with this name."), "invalid")
        if code := _CODE.search(text):
            return self._by_code(code[1])
        found = named(text)
        exact = [one for one in found if one.division.name == text.split()[-1]]
        if len(exact or found) == 1:
            return (exact or found)[0].division
        if not found:
            raise ValidationError(gettext("There is no division with this name."), "invalid")
        listed = "、".join(str(one) for one in found[:4])
        words = gettext("Several divisions are called so: %(listed)s. Choose one of them.")
        raise ValidationError(words % {"listed": listed}, "several")

    def prepare_value(self, value: Any) -> Any:
        """What was typed stays; what was chosen is said with its name."""
        if isinstance(value, int):
            value = Division.objects.filter(pk=value).first() or value
        return f"{value.name} {value.pk}" if isinstance(value, Division) else value

    @staticmethod
    def _by_code(digits: str) -> Division:
        try:
            found = Division.objects.filter(pk=codes.pad(digits)).first()
        except ValueError:
            found = None
        if found is None:
            raise ValidationError(gettext("There is no division with this code."), "invalid")
        return found

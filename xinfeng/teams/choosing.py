"""A team in a form: by its name, by its code, or from a list that follows what is typed."""

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy

from xinfeng.places.choosing import MOST, CodedField, TypedInput

from .models import Team, TeamState


def named(words: str) -> list[Team]:
    """Active teams whose name holds every word, or whose code begins so."""
    found = Team.objects.filter(state=TeamState.ACTIVE)
    for word in words.split():
        found = found.filter(Q(name__icontains=word) | Q(code__istartswith=word))
    return list(found.order_by("name", "code")[:MOST]) if words.strip() else []


class TeamInput(TypedInput):
    options = "teams:options"


class TeamField(CodedField):
    widget = TeamInput
    unknown = gettext_lazy("There is no team with this name or code.")
    several = gettext_lazy("Several teams are called so: %(listed)s. Choose one of them.")

    def __init__(self, **more: Any) -> None:
        super().__init__(queryset=Team.objects.all(), **more)

    def named(self, words: str) -> list[Any]:
        return named(words)

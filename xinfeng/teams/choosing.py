"""A team in a form: by its name, by its code, or from a list that follows what is typed."""

from typing import Any

from django.utils.translation import gettext_lazy

from xinfeng.places.choosing import CodedField, TypedInput, coded_so

from .models import Team, TeamState


def named(words: str) -> list[Team]:
    """Active teams, by what was typed."""
    return coded_so(Team.objects.filter(state=TeamState.ACTIVE), words)


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

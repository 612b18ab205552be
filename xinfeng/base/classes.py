"""How much each stored field tells of a person: public, internal, personal or sensitive.

Each room says it in its `classification.py`, one line a model; keys, references, moments, yes
or no, and choices from a fixed list are internal without being named. See docs/developers.
"""

from collections.abc import Iterable
from enum import StrEnum
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.db import models


class Level(StrEnum):
    """Rising: who may read it, and how it is kept."""

    # Anybody may read it on a page.
    PUBLIC = "public"
    # For those who work with the thing; tells of no person more than a number.
    INTERNAL = "internal"
    # Tells of a person; shown to them and to those responsible, masked to others.
    PERSONAL = "personal"
    # Harms the person when it leaks: sealed at rest, unmasked by a journalled act alone.
    SENSITIVE = "sensitive"


_said: dict[str, dict[str, Level]] = {}
_BY_TYPE = (models.AutoField, models.ForeignKey, models.BooleanField, models.DateTimeField)


def declare(
    model: str, *, public: str = "", internal: str = "", personal: str = "", sensitive: str = ""
) -> None:
    """Say the classes of a model's fields, each a list of names with spaces between."""
    assert model not in _said, f"{model} is classified twice"
    levels = {
        Level.PUBLIC: public,
        Level.INTERNAL: internal,
        Level.PERSONAL: personal,
        Level.SENSITIVE: sensitive,
    }
    named = [(name, level) for level, names in levels.items() for name in names.split()]
    _said[model] = dict(named)
    assert len(_said[model]) == len(named), f"a field of {model} is classified twice"


def load(rooms: Iterable[str]) -> None:
    """Let each room say its classes; a room without the file says none."""
    for room in rooms:
        if find_spec(f"xinfeng.{room}.classification"):
            import_module(f"xinfeng.{room}.classification")


def said() -> dict[str, dict[str, Level]]:
    return _said


def level_of(field: "models.Field[Any, Any]") -> Level | None:
    """The class of a field, said or by its type; None: nobody has said it."""
    named = _said.get(field.model._meta.label, {}).get(field.name)
    if named is not None:
        return named
    by_type = isinstance(field, _BY_TYPE) or bool(field.choices) or field.name.endswith("_id")
    return Level.INTERNAL if by_type else None

"""Which columns hold sealed texts, so that a new key reaches all of them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import models


@dataclass(frozen=True)
class Sealed:
    """A column of sealed texts, and what the text of each row is bound to."""

    model: type[models.Model]
    column: str
    bound: Callable[[Any], str]


_columns: list[Sealed] = []


def declare(model: type[models.Model], column: str, bound: Callable[[Any], str]) -> None:
    """A room says where its sealed texts lie; what lives a minute need not be said."""
    _columns.append(Sealed(model, column, bound))


def columns() -> list[Sealed]:
    return list(_columns)

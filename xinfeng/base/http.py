"""What a view of a low room knows of its visitor; the room of people fills it in."""

from typing import Any

from django.http import HttpRequest

from .standing import Standing


class Request(HttpRequest):
    standing: Standing
    user: Any

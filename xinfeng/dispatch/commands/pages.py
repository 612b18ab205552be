"""Where notices of this room lead."""

from django.urls import NoReverseMatch, reverse


def offered() -> str:
    """The volunteer's page of what they are asked; empty where no such page is served."""
    try:
        return reverse("dispatch:offered")
    except NoReverseMatch:
        return ""

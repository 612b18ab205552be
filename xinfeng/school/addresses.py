"""Where notices of this room lead: one place, so that pages may move."""

from django.urls import NoReverseMatch, reverse

from xinfeng.places.models import Place

from .models import NightClass


def of_class(night_class: NightClass) -> str:
    return _found("school:class", night_class.code)


def of_lecturer() -> str:
    """The lecturer's own classes, those to be answered first."""
    return _found("school:own")


def of_place(place: Place) -> str:
    """The classes of a place, asked for and held."""
    return _found("school:place", place.code)


def _found(name: str, *args: str) -> str:
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""

"""Where notices of this room lead: one place, so that pages may move."""

from django.urls import reverse

from xinfeng.places.models import Place

from .models import NightClass, Session


def of_class(night_class: NightClass) -> str:
    return reverse("school:class", args=[night_class.code])


def of_session(session: Session) -> str:
    """The door of one evening, where it is moved or called off."""
    return reverse("school:session", args=[session.pk])


def of_lecturer() -> str:
    """The lecturer's own classes, those to be answered first."""
    return reverse("school:own")


def of_place(place: Place) -> str:
    """The classes of a place, asked for and held."""
    return reverse("school:place", args=[place.code])

"""A position as pages ask for it in degrees and rows keep it in micro-degrees WGS84."""

from typing import Any, Protocol

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _


class Placed(Protocol):
    lon_e6: int | None
    lat_e6: int | None


class SpotForm(forms.Form):
    """Longitude and latitude: both, or neither."""

    lon = forms.FloatField(
        label=_("Longitude"), required=False, min_value=73, max_value=136,
        help_text=_("Degrees, for example 112.572."),
    )  # fmt: skip
    lat = forms.FloatField(
        label=_("Latitude"), required=False, min_value=3, max_value=54,
        help_text=_("Degrees, for example 26.894."),
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if (given.get("lon") is None) != (given.get("lat") is None) and not self.errors:
            self.add_error("lat", gettext("A position needs longitude and latitude."))
        return given

    def spot(self) -> tuple[int | None, int | None]:
        """Longitude and latitude in micro-degrees."""
        lon, lat = (
            None if given is None else round(given * 1e6)
            for given in (self.cleaned_data["lon"], self.cleaned_data["lat"])
        )
        return lon, lat


def as_said(row: Placed) -> dict[str, float | None]:
    """What the form begins with."""
    return {
        "lon": None if row.lon_e6 is None else row.lon_e6 / 1e6,
        "lat": None if row.lat_e6 is None else row.lat_e6 / 1e6,
    }

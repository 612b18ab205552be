"""Local GeoJSON for the maps: places by verdict, and the schematic outlines of the pack."""

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.translation import get_language
from django.views.decorators.http import condition

from xinfeng.inspections.models import Score
from xinfeng.inspections.queries import newest_evaluation
from xinfeng.places.models import Place, PlaceState

from .models import RollUp


def _stamp(request: HttpRequest) -> str:
    """Changes when the map would: a new roll-up or a new evaluation."""
    state = RollUp.objects.order_by("pk").first()
    newest = newest_evaluation()
    return f'"{state.finished_at.timestamp() if state else 0}-{newest.pk if newest else 0}"'


@condition(etag_func=_stamp)
def places(request: HttpRequest) -> HttpResponse:
    return _geojson(_places(_stamp(request)))


def outlines(request: HttpRequest) -> HttpResponse:
    return _geojson(_outlines(get_language() or ""))


def _geojson(text: str) -> HttpResponse:
    answer = HttpResponse(text, content_type="application/geo+json")
    patch_cache_control(answer, max_age=60, public=True)
    return answer


@lru_cache(maxsize=2)
def _places(stamp: str) -> str:
    verdicts = _verdicts()
    found = Place.objects.filter(state=PlaceState.OPEN, lon_e6__isnull=False)
    rows = found.in_reading_order().values_list("pk", "code", "name", "lon_e6", "lat_e6")
    return _collection(
        _point(lon, lat, name, code, verdicts.get(pk, "not_known"))
        for pk, code, name, lon, lat in rows
        if lon is not None and lat is not None
    )


def _verdicts() -> dict[int, str]:
    """A place is met when nothing is missing, and not known when nothing but looking is."""
    scores = Score.objects.filter(evaluation=newest_evaluation(), project="").order_by("pk")
    rows = scores.values_list("place_id", "not_met", "not_known")
    return {
        place: "not_met" if not_met else "not_known" if not_known else "met"
        for place, not_met, not_known in rows
    }


def _point(lon_e6: int, lat_e6: int, name: str, code: str, verdict: str) -> dict[str, Any]:
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [lon_e6 / 1e6, lat_e6 / 1e6]},
        "properties": {
            "name": name,
            "verdict": verdict,
            "href": reverse("places:place", args=[code]),
        },
    }


@lru_cache(maxsize=4)
def _outlines(language: str) -> str:
    file = Path(settings.CITY_PACK) / "outline.geojson"
    if not file.exists():
        return _collection([])
    features = json.loads(file.read_text(encoding="utf-8"))["features"]
    counties = [f for f in features if f["properties"]["level"] == "county"]
    for feature in counties:
        code = int(str(feature["properties"]["code"]).ljust(12, "0"))
        feature["properties"]["href"] = reverse("insight:division", args=[code])
    return _collection(counties)


def _collection(features: Any) -> str:
    whole = {"type": "FeatureCollection", "features": list(features)}
    return json.dumps(whole, ensure_ascii=False, separators=(",", ":"))

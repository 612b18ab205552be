"""The counties of the city pack, each with its share and whether it differs from the rest."""

import json
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from .crossing import Row

_TONES = {"above": "met", "below": "not_met"}


def counties_geojson(rows: Sequence[Row]) -> dict[str, Any]:
    """Coloured only where a difference is shown; amber where the number is held back."""
    by_code = {row.part.key: row for row in rows}
    features = [
        {
            "type": "Feature", "geometry": each["geometry"],
            "properties": each["properties"] | _told(by_code.get(_code(each))),
        }
        for each in _outlines()
    ]  # fmt: skip
    return {"type": "FeatureCollection", "features": features}


def has_outlines() -> bool:
    return bool(_outlines())


def _told(row: Row | None) -> dict[str, Any]:
    if row is None or row.share.value is None:
        return {"tone": "not_known", "text": _("not shown"), "href": None}
    return {"tone": _TONES.get(row.differs, ""), "text": row.share.said, "href": None}


def _code(feature: dict[str, Any]) -> str:
    return str(feature["properties"]["code"]).ljust(12, "0")


@lru_cache(maxsize=1)
def _outlines() -> tuple[dict[str, Any], ...]:
    file = Path(settings.CITY_PACK) / "outline.geojson"
    if not file.exists():
        return ()
    features = json.loads(file.read_text(encoding="utf-8"))["features"]
    return tuple(each for each in features if each["properties"]["level"] == "county")

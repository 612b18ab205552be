"""Made-up values for the sheet of components; none of them is the city's."""

from datetime import UTC, date, datetime
from typing import Any

from django.utils.translation import gettext as _

COUNTIES = (
    "Azure Hill",
    "River Bend",
    "Pine Gate",
    "Lake Mouth",
    "Stone Bridge",
    "South Field",
)
SHARES = (941, 882, 882, 640, None, 305)
MONTHS = tuple(date(2021 + (6 + i) // 12, (6 + i) % 12 + 1, 1) for i in range(13))
HELD = (510, 560, 610, 690, 640, 600, 380, 420, 720, 760, None, 810, 430)


def page() -> dict[str, Any]:
    """What look.html shows; labels are translated so that both languages can be judged."""
    return {
        "as_of": date(2022, 7, 17),
        "at": datetime(2022, 7, 17, 0, 0, tzinfo=UTC),
        "ranking_rows": [
            {"name": name, "value": share, "text": _share(share), "href": "#rows"}
            for name, share in zip(COUNTIES, SHARES, strict=True)
        ],
        "held": HELD,
        "months": MONTHS,
        "areas": _areas(),
        "places": _places(),
        "counties": COUNTIES,
        "shares": SHARES,
        "sample": _("sample value"),
    }


def _share(permille: int | None) -> str:
    return "" if permille is None else f"{permille / 10:.1f} %"


def _areas() -> dict[str, Any]:
    """Six cells, three by two."""
    return _collection(
        {
            "type": "Feature",
            "properties": {"name": name, "text": _share(share), "href": "#rows"},
            "geometry": {"type": "Polygon", "coordinates": [_cell(i % 3, i // 3)]},
        }
        for i, (name, share) in enumerate(zip(COUNTIES, SHARES, strict=True))
    )


def _cell(column: int, row: int) -> list[list[float]]:
    west, south = 112 + column * 0.3, 26.5 + row * 0.3
    return [
        [west, south], [west + 0.3, south], [west + 0.3, south + 0.3], [west, south + 0.3],
        [west, south],
    ]  # fmt: skip


def _places() -> dict[str, Any]:
    """Spread by a golden-ratio sequence, so that the sheet looks the same each time."""
    states = ("met", "met", "met", "not_met", "met", "not_known", "met", "not_applicable")
    return _collection(
        {
            "type": "Feature",
            "properties": {"name": f"Place {i}", "verdict": states[i % 8], "href": "#rows"},
            "geometry": {
                "type": "Point",
                "coordinates": [
                    112 + 0.9 * (i * 0.618034 % 1),
                    26.5 + 0.6 * (i * 0.754878 % 1),
                ],
            },
        }
        for i in range(160)
    )


def _collection(features: Any) -> dict[str, Any]:
    return {"type": "FeatureCollection", "features": list(features)}

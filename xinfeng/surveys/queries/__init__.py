"""What pages and the interface read; nothing here writes."""

from .crossing import Crossing, crossing
from .desks import estimation_desk
from .maps import counties_geojson, has_outlines
from .monitoring import field_of
from .notes import note_of, totals_told
from .numbers import Number, numbers_of
from .results import BY, kinds_of, parts_of, results_of, samples_of, years_of
from .sheets import sheets_behind

__all__ = [
    "BY",
    "Crossing",
    "Number",
    "counties_geojson",
    "crossing",
    "estimation_desk",
    "field_of",
    "has_outlines",
    "kinds_of",
    "note_of",
    "numbers_of",
    "parts_of",
    "results_of",
    "samples_of",
    "sheets_behind",
    "totals_told",
    "years_of",
]

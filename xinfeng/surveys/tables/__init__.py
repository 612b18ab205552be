"""Tables that offices send for a survey: frames, known numbers, addresses."""

from .addresses import Household, Told, read_addresses
from .columns import ADDRESSES, FRAME, TOTALS
from .frames import MOST_HOUSEHOLDS, Listed, listed_in, read_frame
from .totals import MOST_PEOPLE, Total, read_totals, totals_in

__all__ = [
    "ADDRESSES",
    "FRAME",
    "MOST_HOUSEHOLDS",
    "MOST_PEOPLE",
    "TOTALS",
    "Household",
    "Listed",
    "Told",
    "Total",
    "listed_in",
    "read_addresses",
    "read_frame",
    "read_totals",
    "totals_in",
]

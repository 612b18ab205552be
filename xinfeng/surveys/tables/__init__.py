"""Tables that offices send for a survey: frames, known numbers, addresses."""

from .addresses import Household, Told, read_addresses
from .columns import ADDRESSES, FRAME, TOTALS
from .frames import Listed, read_frame
from .totals import Total, read_totals

__all__ = [
    "ADDRESSES",
    "FRAME",
    "TOTALS",
    "Household",
    "Listed",
    "Told",
    "Total",
    "read_addresses",
    "read_frame",
    "read_totals",
]

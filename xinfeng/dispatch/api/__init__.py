"""The interface of orders: the same commands and refusals as the pages."""

from . import desk, desk_acts, desk_complaints, desk_offers, desk_plans, ordering, serving
from .routing import router

__all__ = [
    "desk",
    "desk_acts",
    "desk_complaints",
    "desk_offers",
    "desk_plans",
    "ordering",
    "router",
    "serving",
]

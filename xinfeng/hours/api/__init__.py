"""One's record, reviews, certificates and stars over the interface."""

from . import certificates, record, reviews, stars
from .routing import router

__all__ = ["certificates", "record", "reviews", "router", "stars"]

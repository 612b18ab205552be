"""The interface of orders: the same commands and refusals as the pages."""

from .routing import router

__all__ = ["router"]

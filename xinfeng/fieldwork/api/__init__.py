"""The interface of fieldwork: forms, phones and what they sent, as the pages show them."""

from . import forms, phones, submissions
from .routing import router

__all__ = ["forms", "phones", "router", "submissions"]

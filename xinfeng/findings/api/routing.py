"""One for all modules of this room."""

from ninja import Router

router = Router(tags=["findings"])

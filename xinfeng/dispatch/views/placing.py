"""What the resident's own steps and the page of those who enter for others have in common."""

from typing import Any

from xinfeng.base import clock
from xinfeng.dispatch import queries
from xinfeng.people.queries import divisions_below
from xinfeng.places.models import Division
from xinfeng.places.queries import trail_of


def where(above: Division | None, words: str) -> dict[str, Any]:
    """For a page on which a village is chosen: by tapping down, or by its name."""
    today = clock.today()
    return {
        "words": words,
        "found": queries.villages_called(words, today) if words else None,
        "below": divisions_below(above.pk if above else None, today),
        "trail": trail_of(above.pk)[1:] if above else [],
    }

"""Who is told about an order, and in which words."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils import translation

from xinfeng.dispatch.models import Order, Reason
from xinfeng.people.commands import tell


def tell_residents(kind: str, order: Order, at: datetime, **words: Any) -> int:
    """Who is served and who ordered for them, if they have accounts."""
    own = {pk for pk in (order.requester_id, order.placed_by_id) if pk is not None}
    return tell(kind, own, at=at, item=order.item.name, **words)


def said(reason: str) -> str:
    """A reason in the city's own language, whatever the page of the clerk speaks."""
    with translation.override(settings.LANGUAGE_CODE):
        return str(Reason(reason).label)

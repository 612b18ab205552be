"""What the resident's own steps and the page of those who enter for others have in common."""

from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404

from xinfeng.base import addresses, clock
from xinfeng.dispatch import commands, drafts, queries
from xinfeng.dispatch.commands import NewContact, NewOrder
from xinfeng.dispatch.drafts import Draft
from xinfeng.dispatch.models import Channel, MenuItem, Relation
from xinfeng.people.http import VisitorRequest
from xinfeng.people.models import ContactConsent, Person
from xinfeng.people.queries import divisions_below
from xinfeng.places.models import Division, Place
from xinfeng.places.queries import trail_of

from . import drafting

# Entered for somebody by whoever keeps a station or works in an office.
ENTERED = {Channel.PHONE, Channel.HOME_VISIT}


def place(
    request: VisitorRequest, draft: Draft, channel: Channel, *, is_urgent: bool = False
) -> str:
    """Place it once, however often it is sent; what its tracking address ends in."""
    station = _station(draft)
    drafting.take_pace(request, kiosk=station.code if station else "")
    actor = request.user if isinstance(request.user, Person) else None
    today = clock.today()
    wished = drafts.wished(draft, today)
    new = NewOrder(
        client_id=UUID(draft.client_id),
        code=draft.code,
        secret=draft.secret,
        item_id=get_object_or_404(MenuItem, code=draft.item).pk,
        division_id=draft.division,
        wished_from=wished.first,
        wished_until=wished.last,
        wished_parts=wished.parts,
        contact=NewContact(
            draft.name, draft.phone, draft.address, draft.note, _consent(draft, channel)
        ),
        channel=channel,
        relation=Relation(draft.relation) if draft.relation else None,
        is_mine=actor is not None and channel == Channel.WEB and not draft.for_other,
        is_for_minor=draft.for_minor,
        is_urgent=is_urgent,
        place_id=station.pk if station and station.division_id == draft.division else None,
        language=draft.language,
        address=addresses.of(request),
    )
    order = commands.place(new=new, actor=actor, at=clock.now())
    return queries.key_of(order.code, draft.secret)


def where(above: Division | None, words: str) -> dict[str, Any]:
    """For a page on which a village is chosen: by tapping down, or by its name."""
    today = clock.today()
    return {
        "words": words,
        "found": queries.villages_called(words, today) if words else None,
        "below": divisions_below(above.pk if above else None, today),
        "trail": trail_of(above.pk)[1:] if above else [],
    }


def _station(draft: Draft) -> Place | None:
    code = drafting.kiosk_place(draft.kiosk) if draft.kiosk else None
    return Place.objects.filter(code=code).first() if code else None


def _consent(draft: Draft, channel: Channel) -> ContactConsent:
    """How the person who is served agreed that this is kept."""
    if channel in ENTERED:
        return ContactConsent.ORAL
    return ContactConsent.PROXY if draft.for_other else ContactConsent.PAGE

"""What somebody enters when they order a service."""

from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from xinfeng.people.commands import NewContact

from .models import Channel, Relation


@dataclass(frozen=True)
class NewOrder:
    """One order as the form sends it. `code`, `client_id` and `secret` are drawn by the page.

    Who enters it for somebody else says so by `relation`; where a child is served the contact
    is the grown-up. `is_mine` says that the account that enters it is the one that is served.
    """

    client_id: UUID
    code: str
    # Of the tracking address: kept as a digest only, so that it is shown once.
    secret: str
    item_id: int
    division_id: int
    wished_from: date
    wished_until: date
    contact: NewContact | None = None
    channel: Channel = Channel.WEB
    relation: Relation | None = None
    is_mine: bool = False
    is_for_minor: bool = False
    is_urgent: bool = False
    place_id: int | None = None
    lat_e6: int | None = None
    lon_e6: int | None = None
    # Bits of weekday and part of day as a volunteer's profile has them; null: any time.
    wished_parts: int | None = None
    language: str = ""
    # Null: as many as the item usually takes.
    people: int | None = None
    # Where somebody without an account sends it from; kept as a keyed digest only.
    address: str = field(default="", repr=False)


@dataclass(frozen=True)
class NewRating:
    """What the resident says of one service; only `overall` is asked for."""

    overall: int
    punctual: int | None = None
    attitude: int | None = None
    skill: int | None = None
    fee_asked: bool | None = None
    comment: str = field(default="", repr=False)

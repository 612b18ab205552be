"""Builders of the desk: any number of orders at once, in whatever state a list needs."""

import secrets
from datetime import timedelta
from itertools import count
from uuid import uuid4

from xinfeng.base import crypto, scope
from xinfeng.dispatch.models import Order, State
from xinfeng.people.models import Contact
from xinfeng.people.models.contacts import about_contact
from xinfeng.places.tests.build import NINE, TODAY, a_city

from .build import HOUR, an_item

_numbers = count(1)


def an_order(**more):
    """Company in 茶山村, placed by telephone, to be verified."""
    return some_orders(1, **more)[0]


def some_orders(number, **more):
    division = more.pop("division", None) or a_city().village
    item = more.pop("item", None) or an_item()
    fields = {
        "channel": "PHONE", "wished_from": TODAY, "wished_until": TODAY + timedelta(days=7),
        "state": State.TO_VERIFY, "due_at": NINE + HOUR, "yellow_at": NINE,
        "placed_at": NINE, "moved_at": NINE,
    } | more  # fmt: skip
    with scope.whole_city():
        contacts = Contact.objects.bulk_create(
            Contact(
                division_id=division.pk, name_sealed="x", consent_how="ORAL", consent_at=NINE
            )
            for _n in range(number)
        )
        for contact in contacts:
            contact.name_sealed = crypto.seal("张桂英", about=about_contact("name", contact.pk))
        Contact.objects.bulk_update(contacts, ["name_sealed"], batch_size=1000)
        return Order.objects.bulk_create(
            Order(
                code=f"P{next(_numbers):05d}", client_id=uuid4(), item=item,
                division=division, contact=contact,
                track_digest=secrets.token_bytes(32), **fields,
            )
            for contact in contacts
        )  # fmt: skip

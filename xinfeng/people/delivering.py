"""Sending a notice beyond the inbox: by the city's own gateway, which apprise speaks to.

The gateway is an apprise address in XINFENG_NOTICE_GATEWAY; without it nothing is sent. The
address says what the gateway must know of the person, and nothing else is told:
`{phone}` their telephone number, `{person}` a name for them that means nothing elsewhere.
"""

import string
from urllib.parse import quote

import apprise
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext as _

from xinfeng.base import crypto

from .models import Identity

KNOWN = {"phone", "person"}


class NotDelivered(Exception):
    """The gateway did not take the message; it is tried again later."""


def is_on() -> bool:
    return bool(settings.NOTICE_GATEWAY)


def wanted() -> set[str]:
    """What the gateway's address asks to know of a person."""
    names = {name for _text, name, _f, _c in string.Formatter().parse(settings.NOTICE_GATEWAY)}
    asked = {name for name in names if name is not None}
    if not asked or asked - KNOWN:
        raise ImproperlyConfigured(
            "XINFENG_NOTICE_GATEWAY names {phone} or {person}, and nothing else in braces."
        )
    return asked


def address_of(identity: Identity) -> str | None:
    """The gateway's address for one person; None when they cannot be reached by it."""
    asked, known = wanted(), {}
    if "phone" in asked:
        known["phone"] = identity.phone()
    if "person" in asked:
        known["person"] = crypto.derive("gateway", str(identity.pk)).hex()[:24]
    if not all(known.values()):
        return None
    return settings.NOTICE_GATEWAY.format(
        **{name: quote(value, safe="") for name, value in known.items()}
    )


def send(address: str, sentence: str) -> None:
    """One message to one address; outside any transaction, for it waits on a network."""
    gateway = apprise.Apprise()
    if not gateway.add(address):
        raise ImproperlyConfigured("XINFENG_NOTICE_GATEWAY is no address that apprise knows.")
    # Escapes and mark-up of the gateway must not change what was said.
    taken = gateway.notify(body=sentence, title=_("Volunteer service"), body_format="text")
    if not taken:
        raise NotDelivered

"""The city's texts as this room asks for them: by the kind of consent and the day."""

from datetime import date

from django.conf import settings
from django.utils.translation import gettext as _

from xinfeng.base import pack, policies
from xinfeng.base.policies import Policy
from xinfeng.base.refusal import Refusal

from .models.consents import ConsentKind


def current(kind: str, on: date) -> Policy | None:
    """The text of this kind that holds on a day."""
    return policies.in_force(pack.load(settings.CITY_PACK).policies, kind.lower(), on)


def needed(kind: ConsentKind, on: date) -> Policy:
    """The text without which something cannot go on."""
    policy = current(kind, on)
    if policy is None:
        raise Refusal("text_missing", _("The city has published no text for this consent yet."))
    return policy


def by_code(code: str) -> Policy | None:
    """The very text that somebody agreed to, if the city still keeps it."""
    return next((p for p in pack.load(settings.CITY_PACK).policies if p.code == code), None)

"""Whom a service is for is shown to those who need it, while they need it."""

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinfeng.base import scope
from xinfeng.base.refusal import Refusal
from xinfeng.dispatch import permissions
from xinfeng.journal import commands as journal
from xinfeng.people import commands as people
from xinfeng.people.commands import Opened
from xinfeng.people.models import Person

from .asking import lock_for
from .moving import note

journal.declare(
    {"order.contact_opened": gettext_lazy("saw whom an order is for and how to reach them")}
)


@scope.command
def open_contact(*, order_id: int, actor: Person, at: datetime) -> Opened:
    """The desk of an open order, and who has accepted it until two days after the service."""
    order, caller = lock_for(
        order_id, actor, at, lambda who, what: permissions.may_open_contact(who, what, at)
    )
    if order.contact_id is None:
        raise Refusal("contact_missing", _("Nobody is named in this order yet."))
    why = "serves" if caller.serves else "desk"
    note(order, verb="order.contact_opened", actor=actor, at=at, why=why)
    return people.open_contact(contact_id=order.contact_id, actor=actor, at=at, why=why)

"""Every write in this room. One function, one transaction, one journal entry."""

from xinfeng.dispatch.wishes import (
    NewOrder,
    NewRating,
)
from xinfeng.people.commands import (
    NewContact,
)

from .calling import (
    call_back,
)
from .complaints import (
    answer_complaint,
    complain,
)
from .confirming import (
    confirm,
    deny,
    rate,
)
from .letting_go import (
    cancel,
    hold,
    resume,
)
from .menu import (
    renew_menu,
)
from .opening import (
    open_contact,
)
from .placing import (
    draft,
    place,
)
from .planning import (
    ask_for_plan,
    begin_plan,
    fail_plan,
    finish_plan,
    keep_proposals,
)
from .sweeping import (
    sweep_deadlines,
)
from .verifying import (
    merge,
    refuse,
    transfer,
    verify,
)

__all__ = [
    "NewContact",
    "NewOrder",
    "NewRating",
    "answer_complaint",
    "ask_for_plan",
    "begin_plan",
    "call_back",
    "cancel",
    "complain",
    "confirm",
    "deny",
    "draft",
    "fail_plan",
    "finish_plan",
    "hold",
    "keep_proposals",
    "merge",
    "open_contact",
    "place",
    "rate",
    "refuse",
    "renew_menu",
    "resume",
    "sweep_deadlines",
    "transfer",
    "verify",
]

"""Every write in this room. One function, one transaction, one journal entry."""

from xinfeng.dispatch.wishes import (
    NewOrder,
    NewRating,
)
from xinfeng.people.commands import (
    NewContact,
)

from .answering import accept, accept_for_team, decline, grab, lapse
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
from .leaving import (
    forget_words,
)
from .letting_go import (
    cancel,
    hold,
    resume,
)
from .menu import (
    renew_menu,
)
from .offering import (
    offer_proposed,
    offer_to,
    offer_to_team,
    open_to_all,
    open_waiting,
    withdraw,
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
from .scheduling import agree_on_time, close_service, follow, give_back
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
    "accept",
    "accept_for_team",
    "agree_on_time",
    "answer_complaint",
    "ask_for_plan",
    "begin_plan",
    "call_back",
    "cancel",
    "close_service",
    "complain",
    "confirm",
    "decline",
    "deny",
    "draft",
    "fail_plan",
    "finish_plan",
    "follow",
    "forget_words",
    "give_back",
    "grab",
    "hold",
    "keep_proposals",
    "lapse",
    "merge",
    "offer_proposed",
    "offer_to",
    "offer_to_team",
    "open_contact",
    "open_to_all",
    "open_waiting",
    "place",
    "rate",
    "refuse",
    "renew_menu",
    "resume",
    "sweep_deadlines",
    "transfer",
    "verify",
    "withdraw",
]

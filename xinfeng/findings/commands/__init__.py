"""Every write in this room. One function, one transaction, one journal entry."""

from xinfeng.findings.wishes import NewFinding, NewReport, Picture, Upload

from .appealing import appeal, reject, uphold
from .categories import renew_classes
from .confirming import confirm, merge, pass_on, refuse
from .extending import ask_extension, grant_extension, refuse_extension
from .handing import (
    claim_parcels,
    claim_questions,
    hand_over,
    heard,
    lost_on_the_way,
    not_reached,
    refused_there,
    taken_there,
)
from .hotline import (
    add_hotline_sheet,
    forget_hotline_sheets,
    import_hotline,
    say_words,
)
from .ordering import order, order_to_owners, remind
from .programs import Keyed, add_program, end_program
from .raising import raise_findings
from .rechecking import close, recheck, reopen
from .repairing import repair, take_up
from .snapping import open_reporter, rate, report
from .sweeping import sweep_deadlines

__all__ = [
    "Keyed",
    "NewFinding",
    "NewReport",
    "Picture",
    "Upload",
    "add_hotline_sheet",
    "add_program",
    "appeal",
    "ask_extension",
    "claim_parcels",
    "claim_questions",
    "close",
    "confirm",
    "end_program",
    "forget_hotline_sheets",
    "grant_extension",
    "hand_over",
    "heard",
    "import_hotline",
    "lost_on_the_way",
    "merge",
    "not_reached",
    "open_reporter",
    "order",
    "order_to_owners",
    "pass_on",
    "raise_findings",
    "rate",
    "recheck",
    "refuse",
    "refuse_extension",
    "refused_there",
    "reject",
    "remind",
    "renew_classes",
    "reopen",
    "repair",
    "report",
    "say_words",
    "sweep_deadlines",
    "take_up",
    "taken_there",
    "uphold",
]

"""Every write in this room. One function, one transaction, one journal entry."""

from xinfeng.inspections.wishes import Found

from .evaluation import evaluate
from .filings import file, withdraw
from .findings import Raised, order_findings_soon, order_round_findings, raise_round_findings
from .forms import publish_forms
from .intakes import read_submission
from .judging_intakes import count_form, leave_out
from .readings import amend_reading, read_point
from .results import publish_round, score_round
from .rounds import NewRound, call_off_round, draw_round, plan_round
from .sending import send_inspector
from .standards import copy_draft, import_standard, publish, rewrite
from .visits import (
    Going,
    close_round,
    find_ways,
    name_inspectors,
    open_field,
    replace_point,
)

__all__ = [
    "Found",
    "Going",
    "NewRound",
    "Raised",
    "amend_reading",
    "call_off_round",
    "close_round",
    "copy_draft",
    "count_form",
    "draw_round",
    "evaluate",
    "file",
    "find_ways",
    "import_standard",
    "leave_out",
    "name_inspectors",
    "open_field",
    "order_findings_soon",
    "order_round_findings",
    "plan_round",
    "publish",
    "publish_forms",
    "publish_round",
    "raise_round_findings",
    "read_point",
    "read_submission",
    "replace_point",
    "rewrite",
    "score_round",
    "send_inspector",
    "withdraw",
]

"""What the pages of hours show."""

from .audits import audit_page, audits, case_line
from .contests import contest_page, open_contests, open_objections
from .entries import Short as EntryShort
from .entries import entry_page, evidence_file, leads_a_team, roster, teams_of
from .entries import mine as my_entries
from .entries import to_decide as entries_to_decide
from .holds import Choice, counted, hold_page, own_holds
from .holds import desk as holds_desk
from .log import LogPage, SignedHead, log_page
from .own import CreditPage, Key, Line, Record, credit_page, every_line, own_credit, record
from .publicity import line as publicity_line
from .publicity import listed as publicity_list
from .publicity import months as publicity_months

__all__ = [
    "Choice",
    "CreditPage",
    "EntryShort",
    "Key",
    "Line",
    "LogPage",
    "Record",
    "SignedHead",
    "audit_page",
    "audits",
    "case_line",
    "contest_page",
    "counted",
    "credit_page",
    "entries_to_decide",
    "entry_page",
    "every_line",
    "evidence_file",
    "hold_page",
    "holds_desk",
    "leads_a_team",
    "log_page",
    "my_entries",
    "open_contests",
    "open_objections",
    "own_credit",
    "own_holds",
    "publicity_line",
    "publicity_list",
    "publicity_months",
    "record",
    "roster",
    "teams_of",
]

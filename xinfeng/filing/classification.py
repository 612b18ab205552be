"""How much each stored field of this room tells of a person: see base/classes.py."""

from xinfeng.base.classes import declare

declare("filing.Task", public="line part due_on")
declare("filing.Paper", internal="digest title dated_on is_stamped state reason")
declare("filing.Grade", internal="letter accepted note")
declare(
    "filing.Sanction", public="entry happened_on what source deduct state", internal="reason"
)

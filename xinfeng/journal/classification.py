"""How much each stored field of this room tells of a person: see base/classes.py."""

from xinfeng.base.classes import declare

declare("journal.Entry", internal="verb subject happened_on details transaction")

"""How much each stored field of this room tells of a person: see base/classes.py."""

from xinfeng.base.classes import declare

declare("access.Passing", internal="ends_at", sensitive="name_digest sealed")

"""How much each stored field of this room tells of a person: see base/classes.py."""

from xinfeng.base.classes import declare

declare(
    "teams.Team",
    public="code name kind purpose approved_on heads heads_on founded_on dissolved_on",
    internal="deputies",
)
declare("teams.Membership", internal="starts_on ends_on")
declare(
    "teams.Batch",
    internal="code file_name bytes rows wrong left_out done invited problems",
    sensitive="content",
)
declare("teams.Invitation", internal="code row_number", sensitive="phone_digest")

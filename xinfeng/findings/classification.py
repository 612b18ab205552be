"""How much each stored field of this room tells of a person: see base/classes.py."""

from xinfeng.base.classes import declare

declare("findings.Category", public="code name name_en hint hint_en term position")
declare(
    "findings.Finding",
    internal="code origin line lat_e6 lon_e6 cell text attempt extended sent_back reopened"
    " late_repairs",
)
declare("findings.FindingStep", internal="attempt verb details")
declare("findings.FindingFile", internal="attempt")
declare("findings.Repair", internal="attempt words")
declare("findings.Recheck", internal="attempt words")
declare("findings.Appeal", internal="code instance words judgement")
declare(
    "findings.SnapReport",
    internal="code client_id stars",
    sensitive="track_digest address_digest comment_sealed",
)

"""How much each stored field of this room tells of a person: see base/classes.py."""

from xinfeng.base.classes import declare

declare("findings.Category", public="code name name_en hint hint_en term asks position")
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
    internal="code client_id stars answers",
    sensitive="track_digest address_digest comment_sealed",
)
declare("findings.ReportingProgram", internal="code name an_hour", sensitive="key_digest")
declare(
    "findings.HotlineSheet", internal="code name bytes digest added joined known",
    sensitive="content_sealed",
)  # fmt: skip
declare("findings.HotlineTicket", internal="number word")
declare("findings.HotlineWord", internal="word")
declare(
    "findings.Handover",
    internal="endpoint number token their_state their_words trouble tries",
)

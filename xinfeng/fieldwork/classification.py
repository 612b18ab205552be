"""How much each stored field of this room tells of a person: see base/classes.py."""

from xinfeng.base.classes import declare

declare("fieldwork.Form", internal="form_id title subject")
declare("fieldwork.FormVersion", internal="version title xform md5 sha256 questions")
declare("fieldwork.FormMedia", internal="name md5")
declare("fieldwork.Device", internal="name revoke_reason", sensitive="token_digest")
# What an inspector saw somewhere: about things in the street, for those who read the form.
declare(
    "fieldwork.Submission",
    internal="instance_id xml sha256 subjects lat_e6 lon_e6 expects",
)
declare("fieldwork.SubmissionFile", internal="name")
declare("fieldwork.Withdrawal", internal="reason")

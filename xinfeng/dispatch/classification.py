"""How much each stored field of this room tells of a person: see base/classes.py."""

from xinfeng.base.classes import declare

declare("dispatch.MenuClass", public="code name name_en position")
declare(
    "dispatch.MenuItem",
    public="code position name name_en hint hint_en skills qualifications minutes people"
    " min_age months",
)
declare(
    "dispatch.Order",
    internal="code client_id wished_from wished_until wished_parts language people accepted"
    " late_steps attempt hotline_number",
    personal="lat_e6 lon_e6 cell",
    sensitive="track_digest address_digest",
)
declare("dispatch.Step", internal="attempt verb details")
declare(
    "dispatch.Plan",
    internal="code seed progress_percent orders volunteers proposed unserved cost_m bound_m"
    " greedy_cost_m problem",
)
declare("dispatch.Offer", internal="attempt metres why", personal="words")
declare("dispatch.Unserved", internal="attempt why details short")
declare(
    "dispatch.Rating",
    internal="attempt overall punctual attitude skill rated_on",
    sensitive="comment_sealed",
)
declare("dispatch.CallBack", internal="attempt number", sensitive="note_sealed")
declare("dispatch.Complaint", internal="code attempt", sensitive="text_sealed answer_sealed")

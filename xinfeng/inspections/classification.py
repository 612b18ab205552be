"""How much each stored field of this room tells of a person: see base/classes.py."""

from xinfeng.base.classes import declare

declare("inspections.Standard", public="name version document parsed digest")
declare(
    "inspections.Evaluation", public="since until",
    internal="digest places judged appended milliseconds",
)  # fmt: skip
declare(
    "inspections.Result",
    public="line verdict numerator denominator threshold score_permille inputs_hash evidence",
)
declare(
    "inspections.Score",
    public="tier project applicable known met not_met not_known score_permille",
)
declare("inspections.Filing", internal="item on valid_until note")
declare(
    "inspections.Round",
    public="code name since until cycle_year size least frame frame_digest commitment dice"
    " state",
    # The seed tells which points were drawn: nobody's before the round is over.
    internal="secret",
)
# The start of an inspector's way is an office, never a home.
declare("inspections.Inspector", internal="own_units lat_e6 lon_e6 metres")
declare(
    "inspections.RoundPoint",
    internal="county type stratum_size stratum_drawn order role reason state visit_order",
)
declare("inspections.Reading", internal="line verdict value out_of note")
declare("inspections.Intake", internal="state why unread")
declare(
    "inspections.RoundScore",
    public="scope key points n known met score_e4 low_e4 high_e4 rank rank_to tied_with",
)

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
